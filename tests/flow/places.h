#pragma once
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/encoding.h"
#include "tests/peers/peer.h"

/// Where a value was written, in whatever spelling.
namespace haven::test {

/// The ways in which a value may be written down without anybody having meant to.
inline std::vector<std::string> spellings(const std::string& value) {
    std::vector<std::string> out{value};
    std::string hex;
    std::string hex_upper;
    std::string url;
    std::string utf16_le;
    std::string utf16_be;
    for (const char c : value) {
        constexpr std::string_view lower = "0123456789abcdef";
        constexpr std::string_view upper = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        hex += {lower[byte >> 4U], lower[byte & 15U]};
        hex_upper += {upper[byte >> 4U], upper[byte & 15U]};
        const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_';
        url += plain ? std::string(1, c) : std::string{'%', upper[byte >> 4U], upper[byte & 15U]};
        utf16_le += {c, '\0'};
        utf16_be += {'\0', c};
    }
    out.insert(out.end(), {hex, hex_upper, utf16_le, utf16_be});
    if (url != value) { out.push_back(url); }
    for (std::size_t offset = 0; offset < 3; ++offset) {  // without the characters that its neighbours change
        const auto coded = to_base64(std::string(offset, 'x') + value);
        const auto first = offset == 0 ? 0U : 4U;
        const auto end = (offset + value.size()) / 3 * 4;
        if (end > first + 8) { out.push_back(coded.substr(first, end - first)); }
    }
    return out;
}

/// What of `bytes` lies within as a gzip member, written out.
inline std::string inflated(const std::string& bytes) {
    std::string out;
    for (auto at = bytes.find("\x1f\x8b\x08"); at != std::string::npos; at = bytes.find("\x1f\x8b\x08", at + 1)) {
        z_stream stream{};
        if (inflateInit2(&stream, 15 + 16) != Z_OK) { continue; }
        std::string piece(std::size_t{1} << 20, '\0');
        std::string rest = bytes.substr(at);
        stream.next_in = reinterpret_cast<Bytef*>(rest.data());  // zlib reads bytes as unsigned
        stream.avail_in = static_cast<uInt>(rest.size());
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        (void)inflate(&stream, Z_SYNC_FLUSH);
        out.append(piece, 0, piece.size() - stream.avail_out);
        inflateEnd(&stream);
    }
    return out;
}

/// Everything that was written somewhere, by where.
using Places = std::map<std::string, std::string>;

inline void add_files(Places& places, const std::filesystem::path& folder, const std::string& kind) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) { continue; }
        const auto name = entry.path().lexically_relative(folder).string();
        const auto text = peers::file_text(entry.path());
        auto at = kind;
        auto& place = places[at.append(": ").append(name)];
        place.append(name).append("\n").append(text).append(inflated(text));
    }
}

/// Values that are looked for in every spelling, all in one pass over a text.
class Marks {
public:
    explicit Marks(const std::vector<std::string>& values) {
        for (const auto& value : values) {
            for (auto& spelling : spellings(value)) {
                const auto head = head_of(spelling.data());
                begins_[bucket(head)] = true;
                by_head_[head].emplace_back(std::move(spelling), value);
            }
        }
    }
    /// Those of the values that stand in it.
    std::set<std::string> in(std::string_view text) const {
        std::set<std::string> out;
        for (std::size_t at = 0; at + sizeof(std::uint32_t) <= text.size(); ++at) {
            const auto head = head_of(text.data() + at);
            if (!begins_[bucket(head)]) { continue; }
            const auto found = by_head_.find(head);
            if (found == by_head_.end()) { continue; }
            for (const auto& [spelling, value] : found->second) {
                if (text.substr(at).starts_with(spelling)) { out.insert(value); }
            }
        }
        return out;
    }

private:
    static std::uint32_t head_of(const char* bytes) {
        std::uint32_t out = 0;
        std::memcpy(&out, bytes, sizeof(out));
        return out;
    }
    static std::size_t bucket(std::uint32_t head) { return (head * 2'654'435'769U) >> 16U; }

    std::vector<bool> begins_ = std::vector<bool>(65'536);
    std::unordered_map<std::uint32_t, std::vector<std::pair<std::string, std::string>>> by_head_;
};

/// Which of the values stand where: the kinds of place, without what comes behind their colon. Of four characters at
/// least each.
inline std::map<std::string, std::set<std::string>> found_in(const Places& places,
                                                             const std::vector<std::string>& values) {
    const Marks marks(values);
    std::map<std::string, std::set<std::string>> out;
    for (const auto& [place, text] : places) {
        for (const auto& value : marks.in(text)) { out[value].insert(place.substr(0, place.find(':'))); }
    }
    return out;
}

inline std::set<std::string> found_in(const Places& places, const std::string& value) {
    return found_in(places, std::vector{value})[value];
}

}  // namespace haven::test
