#pragma once
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <string>
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

inline std::set<std::string> found_in(const Places& places, const std::string& value) {
    std::set<std::string> out;
    const auto all = spellings(value);
    for (const auto& [place, text] : places) {
        const bool there = std::any_of(all.begin(), all.end(),
                                       [&, &body = text](const auto& s) { return body.find(s) != std::string::npos; });
        if (there) { out.insert(place.substr(0, place.find(':'))); }
    }
    return out;
}

}  // namespace haven::test
