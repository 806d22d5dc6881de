#include "core/base/encoding.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace haven {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte(char c) {
    return static_cast<unsigned char>(c);
}

void put_number(std::string& out, std::uint64_t n, unsigned width) {
    for (unsigned shift = width * 8; shift > 0;) {
        shift -= 8;
        out += static_cast<char>(n >> shift & 0xFFU);
    }
}

// Bytes of the well-formed sequence at the front, or 0. The table of the Unicode standard, 3.9, as comparisons.
std::size_t utf8_length(std::string_view s) {
    const auto first = byte(s[0]);
    const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || s.size() < length) { return 0; }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(s[i]) & 0xC0U) != 0x80U) { return 0; }
    }
    const auto second = byte(s[1]);
    if (first == 0xE0 && second < 0xA0) { return 0; }
    if (first == 0xED && second > 0x9F) { return 0; }
    if (first == 0xF0 && second < 0x90) { return 0; }
    if (first == 0xF4 && second > 0x8F) { return 0; }
    return length;
}

// Bytes of plain ASCII at the front, eight at a time: most text is nothing else.
std::size_t ascii_length(std::string_view s) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= s.size(); at += sizeof word) {
        std::memcpy(&word, s.data() + at, sizeof word);
        if ((word & high_bits) != 0) { break; }
    }
    while (at < s.size() && byte(s[at]) < 0x80) { ++at; }
    return at;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (char c : bytes) {
        out += hex_digits[byte(c) >> 4U];
        out += hex_digits[byte(c) & 15U];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) { return std::nullopt; }
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = hex_digits.find(text[i]);
        const auto low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) { return std::nullopt; }
        out += static_cast<char>(high << 4U | low);
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) { group = group << 8U | (k < have ? byte(bytes[i + k]) : 0); }
        for (std::size_t k = 0; k < 4; ++k) { out += k <= have ? base64_digits[group >> (18 - 6 * k) & 63U] : '='; }
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) { return std::nullopt; }
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const char c = text[i + k];
            const bool pad = c == '=' && i + 4 == text.size() && k >= 2;
            const auto digit = pad ? 0 : base64_digits.find(c);
            if (digit == std::string_view::npos || (padding > 0 && !pad)) { return std::nullopt; }
            padding += pad ? 1 : 0;
            group = group << 6U | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t k = 0; k + padding < 3; ++k) { out += static_cast<char>(group >> (16 - 8 * k) & 0xFFU); }
    }
    return out;
}

bool is_utf8(std::string_view text) {
    while (true) {
        text.remove_prefix(ascii_length(text));
        if (text.empty()) { return true; }
        const auto length = utf8_length(text);
        if (length == 0) { return false; }
        text.remove_prefix(length);
    }
}

void put_u16(std::string& out, std::uint16_t n) {
    put_number(out, n, 2);
}
void put_u32(std::string& out, std::uint32_t n) {
    put_number(out, n, 4);
}
void put_u64(std::string& out, std::uint64_t n) {
    put_number(out, n, 8);
}

void put_bytes(std::string& out, std::string_view bytes) {
    put_u32(out, static_cast<std::uint32_t>(bytes.size()));
    out += bytes;
}

std::string_view BytesReader::take(std::size_t n) {
    if (n > rest_.size()) {
        ok_ = false;
        rest_ = {};
        return {};
    }
    const auto taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
}

std::uint64_t BytesReader::number(std::size_t width) {
    std::uint64_t n = 0;
    for (char c : take(width)) { n = n << 8U | byte(c); }
    return n;
}

void put_padded(std::string& out, std::int64_t n, std::size_t width) {
    std::array<char, 20> digits{};
    std::size_t at = digits.size();
    for (; n > 0; n /= 10) { digits[--at] = static_cast<char>('0' + n % 10); }
    while (digits.size() - at < width) { digits[--at] = '0'; }
    out.append(digits.data() + at, digits.size() - at);
}

}  // namespace haven
