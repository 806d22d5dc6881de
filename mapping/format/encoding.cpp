#include "mapping/format/encoding.h"

#include <array>
#include <string_view>

namespace haven {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t piece_bytes = std::size_t{16} * 1024;
constexpr std::size_t front_bytes = 4;  // enough for every mark and magic number below
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
constexpr char no_utf8 = '\xff';

// Windows-1252 for 0x80 to 0x9F; 0 where it defines nothing.
constexpr std::array<std::uint16_t, 32> windows_1252_upper{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf8(std::string& out, std::uint16_t c) {
    if (c < 0x800) {
        out += static_cast<char>(0xC0U | c >> 6U);
    } else {
        out += static_cast<char>(0xE0U | c >> 12U);
        out += static_cast<char>(0x80U | (c >> 6U & 0x3FU));
    }
    out += static_cast<char>(0x80U | (c & 0x3FU));
}

void append_decoded(std::string& out, char c, Encoding encoding) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
        out += c;
    } else if (byte >= 0xA0) {
        append_utf8(out, byte);
    } else if (const auto known = windows_1252_upper[byte - 0x80]; encoding == Encoding::windows_1252 && known != 0) {
        append_utf8(out, known);
    } else {
        out += no_utf8;
    }
}

Result<void> check_front(std::string_view front, Encoding encoding) {
    if (front.empty()) { return fail(Fault::malformed, "expected text, got an empty message"); }
    if (front.starts_with("\xff\xfe"sv) || front.starts_with("\xfe\xff"sv)) {
        return fail(Fault::malformed, "expected UTF-8, got UTF-16");
    }
    if (front.starts_with("PK\x03\x04"sv) || front.starts_with("\xd0\xcf\x11\xe0"sv)) {
        return fail(Fault::malformed, "expected text, got a ZIP or Excel file");
    }
    if (front.find('\0') != front.npos) { return fail(Fault::malformed, "expected text, got a NUL byte"); }
    if (encoding != Encoding::utf8 && front.starts_with(utf8_mark)) {
        return fail(Fault::malformed, "expected the declared encoding, got a UTF-8 byte order mark");
    }
    return {};
}

}  // namespace

Reason expected_text(Encoding encoding) {
    switch (encoding) {
        case Encoding::utf8: return "expected UTF-8 text";
        case Encoding::windows_1252: return "expected Windows-1252 text";
        case Encoding::latin_1: return "expected ISO 8859-1 text";
    }
    return "expected text";
}

Result<std::size_t> TextSource::read(std::span<char> into) {
    if (!opened_) {
        if (auto opened = open(); !opened) { return fail(std::move(opened).error()); }
        opened_ = true;
    }
    if (taken_ < ready_.size()) { return take_ready(into); }
    if (encoding_ == Encoding::utf8) { return bytes_.read(into); }
    if (auto converted = convert(); !converted) { return fail(std::move(converted).error()); }
    return take_ready(into);
}

// Reads the front, however small the pieces that it comes in, and judges it.
Result<void> TextSource::open() {
    std::array<char, front_bytes> front{};
    std::size_t have = 0;
    while (have < front.size()) {
        const auto got = bytes_.read(std::span(front).subspan(have));
        if (!got) { return fail(got.error()); }
        if (*got == 0) { break; }
        have += *got;
    }
    std::string_view text(front.data(), have);
    if (auto known = check_front(text, encoding_); !known) { return known; }
    if (text.starts_with(utf8_mark)) { text.remove_prefix(utf8_mark.size()); }
    if (encoding_ == Encoding::utf8) {
        ready_ = text;
    } else {
        for (const char c : text) { append_decoded(ready_, c, encoding_); }
    }
    return {};
}

Result<void> TextSource::convert() {
    raw_.resize(piece_bytes);
    const auto got = bytes_.read(raw_);
    if (!got) { return fail(got.error()); }
    ready_.clear();
    taken_ = 0;
    for (const char c : std::string_view(raw_).substr(0, *got)) { append_decoded(ready_, c, encoding_); }
    return {};
}

std::size_t TextSource::take_ready(std::span<char> into) {
    const auto n = ready_.copy(into.data(), into.size(), taken_);
    taken_ += n;
    return n;
}

}  // namespace haven
