#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/byte_source.h"
#include "mapping/format/reader.h"

/// What the fuzz targets share: bytes in small pieces, and a look at everything that a reader hands over.
namespace haven::fuzz {

/// Hands out a text a few bytes at a time, so that every seam between two pieces is met.
class Pieces : public ByteSource {
public:
    Pieces(std::string_view text, std::size_t size) : text_(text), size_(size == 0 ? 1 : size) {}
    Result<std::size_t> read(std::span<char> into) override {
        const auto n = std::min({size_, into.size(), text_.size()});
        text_.copy(into.data(), n);
        text_.remove_prefix(n);
        return n;
    }

private:
    std::string_view text_;
    std::size_t size_;
};

inline void expect(bool holds) {
    if (!holds) { std::abort(); }
}

/// Reads a message to its end. Every text of every record is read, so that a sanitizer sees one that is not there.
/// `look` may ask more of each record.
template <class Look>
void read_all(FormatReader& reader, std::string_view message, std::size_t piece, const Look& look) {
    Pieces source(message, piece);
    std::int64_t numbers = 0;
    const auto done = reader.read(source, [&](const ReadRecord& read) -> Result<void> {
        expect(read.number == ++numbers);
        if (!read.document) {
            expect(!read.document.error().message().empty());
            return {};
        }
        const auto& document = **read.document;
        for (Document::Index i = 0; i < document.size(); ++i) {
            std::size_t sum = 0;
            for (const char c : document.text(i)) { sum += static_cast<unsigned char>(c); }
            expect(i == Document::root || document.node(i).parent < i);
            expect(sum < SIZE_MAX);
        }
        look(document);
        return {};
    });
    if (!done) { expect(!done.error().message().empty()); }
}

inline void read_all(FormatReader& reader, std::string_view message, std::size_t piece) {
    read_all(reader, message, piece, [](const Document&) {});
}

}  // namespace haven::fuzz
