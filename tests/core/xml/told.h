#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "core/xml/reader.h"
#include "tests/support/shared_data.h"

namespace haven::xml::test {

using haven::test::shared_data;

/// What a reader told, in one line: "<a @k=v>text</>", "<{urn:x}a nil>", "!3:7 reason!" for what a schema does not
/// allow.
class Told : public Events {
public:
    Result<void> start(const Element& element) override {
        ++elements;
        all += "<" + key(element.space, element.name);
        for (const auto& [space, name, value] : element.attributes) {
            all += " @" + key(space, name) + "=" + std::string(value);
        }
        all += element.nil ? " nil>" : ">";
        return {};
    }
    Result<void> text(std::string_view piece) override {
        all += piece;
        return {};
    }
    Result<void> end() override {
        all += "</>";
        return {};
    }
    Result<void> invalid(const Error& error) override {
        ++invalids;
        all += "!" + error.message() + "!";
        return {};
    }

    std::string all;
    std::size_t elements = 0;
    std::size_t invalids = 0;

private:
    static std::string key(std::string_view space, std::string_view name) {
        return space.empty() ? std::string(name) : "{" + std::string(space) + "}" + std::string(name);
    }
};

/// Counts, for messages that are too long to tell.
class Counted : public Events {
public:
    Result<void> start(const Element& /*element*/) override {
        ++elements;
        return {};
    }
    Result<void> text(std::string_view piece) override {
        text_bytes += piece.size();
        return {};
    }
    Result<void> end() override { return {}; }
    Result<void> invalid(const Error& /*error*/) override {
        ++invalids;
        return {};
    }
    std::size_t elements = 0;
    std::size_t text_bytes = 0;
    std::size_t invalids = 0;
};

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

/// A message that is made while it is read: the front, then parts by number, then the end.
class MadeSource : public ByteSource {
public:
    using Part = std::function<std::string(std::size_t)>;
    MadeSource(std::string front, Part part, std::size_t parts, std::string end)
        : text_(std::move(front)), part_(std::move(part)), parts_(parts), end_(std::move(end)) {}

    Result<std::size_t> read(std::span<char> into) override {
        while (at_ == text_.size() && !ended_) {
            ended_ = made_ == parts_;
            text_ = ended_ ? end_ : part_(made_++);
            at_ = 0;
        }
        const auto n = text_.copy(into.data(), into.size(), at_);
        at_ += n;
        bytes += n;
        return n;
    }
    std::size_t bytes = 0;  ///< that were asked for so far

private:
    std::string text_;
    Part part_;
    std::size_t parts_;
    std::string end_;
    std::size_t made_ = 0;
    std::size_t at_ = 0;
    bool ended_ = false;
};

/// What was told, then "; " and the error where there was one.
inline std::string told(Reader& reader, std::string_view message, std::size_t piece = std::size_t{1} << 20,
                        std::string_view converted_from = {}) {
    PieceSource source(message, piece);
    Told events;
    const auto read = reader.read(source, events, converted_from);
    return read ? events.all : events.all + "; " + read.error().message();
}

inline std::string told(std::string_view message) {
    Reader reader;
    return told(reader, message);
}

/// Only the error, or "".
inline std::string refusal(std::string_view message) {
    Reader reader;
    MemorySource source(message);
    Told events;
    const auto read = reader.read(source, events);
    return read ? "" : read.error().message();
}

/// `text` with `by` in the place of each part from a `from` up to the next of `until`.
inline std::string replaced(std::string text, std::string_view from, std::string_view until, std::string_view by) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + by.size())) {
        text.replace(at, text.find_first_of(until, at + from.size()) - at, by);
    }
    return text;
}

/// What the process holds in memory. The address sanitizer keeps what is freed, so there it says little.
inline std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool frees_at_once = false;
#else
inline constexpr bool frees_at_once = true;
#endif

inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace haven::xml::test
