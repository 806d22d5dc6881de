#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "mapping/format/reader.h"
#include "tests/support/shared_data.h"

namespace haven::test {

/// Bytes in pieces of at most `piece`.
class PieceSource : public ByteSource {
public:
    PieceSource(std::string_view bytes, std::size_t piece) : whole_(bytes), piece_(piece) {}
    Result<std::size_t> read(std::span<char> into) override {
        return whole_.read(into.first(std::min(piece_, into.size())));
    }

private:
    MemorySource whole_;
    std::size_t piece_;
};

inline Vocabulary vocabulary(std::initializer_list<std::string_view> keys) {
    Vocabulary names;
    for (const auto key : keys) { names.add(key, Name::declare(key)); }
    return names;
}

/// A document in the manner of JSON; the key of what is not declared is "?".
inline std::string shown(const Document& document, const Vocabulary& names, Document::Index at = Document::root) {
    const auto& node = document.node(at);
    if (node.kind == Document::Kind::text) { return json_string(document.text(at)); }
    if (node.kind == Document::Kind::null) { return "null"; }
    if (node.kind != Document::Kind::branch && node.kind != Document::Kind::list) {
        return std::string(document.text(at));
    }
    const bool object = node.kind == Document::Kind::branch;
    std::string out = object ? "{" : "[";
    for (auto child = node.first_child; child != Document::none; child = document.node(child).next) {
        if (child != node.first_child) { out += ','; }
        const auto name = document.node(child).name;
        if (object) { out += json_string(name == undeclared ? "?" : names.key(name)) + ":"; }
        out += shown(document, names, child);
    }
    return out + (object ? "}" : "]");
}

/// What reading a message gave: each record as `shown`, or "! " and its error; then the error of the message, or "".
struct Read {
    std::vector<std::string> records;
    std::vector<std::int64_t> lines;
    std::string error;

    bool operator==(const Read&) const = default;
    bool good() const {
        return error.empty() && std::none_of(records.begin(), records.end(),
                                             [](const std::string& record) { return record.starts_with("! "); });
    }
};

inline std::ostream& operator<<(std::ostream& out, const Read& read) {
    for (std::size_t i = 0; i < read.records.size(); ++i) { out << read.lines[i] << ": " << read.records[i] << '\n'; }
    return out << "error: " << read.error;
}

inline Read read_all(FormatReader& reader, ByteSource& message, const Vocabulary& names) {
    Read all;
    const auto done = reader.read(message, [&](const ReadRecord& record) -> Result<void> {
        EXPECT_EQ(record.number, static_cast<std::int64_t>(all.records.size()) + 1);
        all.records.push_back(record.document ? shown(**record.document, names)
                                              : "! " + record.document.error().message());
        all.lines.push_back(record.line);
        return {};
    });
    if (!done) { all.error = done.error().message(); }
    return all;
}

inline Read read_all(FormatReader& reader, std::string_view message, const Vocabulary& names,
                     std::size_t piece = std::size_t{64} * 1024) {
    PieceSource source(message, piece);
    return read_all(reader, source, names);
}

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, const std::string& extension) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().extension() == extension) { files.push_back(entry.path()); }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace haven::test
