#include "core/catalogue/value.h"

#include <algorithm>
#include <charconv>

#include "core/base/encoding.h"

namespace haven {
namespace {

using namespace std::chrono;

constexpr std::size_t email_max = 254;       // RFC 5321, 4.5.3.1.3, less the brackets
constexpr std::size_t email_local_max = 64;  // RFC 5321, 4.5.3.1.1

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// That many digits as a number, or -1.
template <int Count>
int digits(std::string_view text, std::size_t at) {
    const char* from = text.data() + at;
    int n = 0;
    bool all = true;
    for (int i = 0; i < Count; ++i) {
        all = all && is_digit(from[i]);
        n = n * 10 + (from[i] - '0');
    }
    return all ? n : -1;
}

bool has(std::string_view text, std::size_t at, char c) {
    return at < text.size() && text[at] == c;
}

// ".5" to ".123456" as microseconds.
std::optional<microseconds> parse_fraction(std::string_view text) {
    if (text.empty()) { return microseconds{0}; }
    if (text[0] != '.' || text.size() < 2 || text.size() > 7 || !all_digits(text.substr(1))) { return std::nullopt; }
    std::int64_t us = 0;
    for (std::size_t i = 1; i <= 6; ++i) { us = us * 10 + (i < text.size() ? text[i] - '0' : 0); }
    return microseconds{us};
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || !has(text, 4, '-') || !has(text, 7, '-')) { return std::nullopt; }
    const int y = digits<4>(text, 0);
    const int m = digits<2>(text, 5);
    const int d = digits<2>(text, 8);
    if (y < 1000 || m < 1 || d < 1) { return std::nullopt; }
    const Date date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) { return std::nullopt; }
    return date;
}

std::optional<TimeOfDay> parse_time(std::string_view text) {
    if (text.size() != 8 || !has(text, 2, ':') || !has(text, 5, ':')) { return std::nullopt; }
    const int h = digits<2>(text, 0);
    const int m = digits<2>(text, 3);
    const int s = digits<2>(text, 6);
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) { return std::nullopt; }
    return hours{h} + minutes{m} + seconds{s};
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() < 20 || !has(text, 10, 'T') || text.back() != 'Z') { return std::nullopt; }
    const auto date = parse_date(text.substr(0, 10));
    const auto time = parse_time(text.substr(11, 8));
    const auto fraction = parse_fraction(text.substr(19, text.size() - 20));
    if (!date || !time || !fraction) { return std::nullopt; }
    return Instant{sys_days{*date}} + *time + *fraction;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const auto unsigned_part = text.starts_with('-') ? text.substr(1) : text;
    if (!all_digits(unsigned_part)) { return std::nullopt; }
    if (unsigned_part[0] == '0' && text != "0") { return std::nullopt; }
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
    return n;
}

std::optional<std::int64_t> parse_decimal_floor(std::string_view text) {
    constexpr std::size_t chars_max = 20;
    if (text.size() > chars_max) { return std::nullopt; }
    const auto point = text.find('.');
    if (point != std::string_view::npos && !all_digits(text.substr(point + 1))) { return std::nullopt; }
    return parse_integer(text.substr(0, point));
}

bool is_e164(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' && all_digits(text.substr(1));
}

// Enough to refuse what is no address; whether it exists only a message can tell, and none is sent to find out.
bool is_email(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > email_local_max || text.size() > email_max) { return false; }
    const auto host = text.substr(at + 1);
    const bool host_ok = host.find('.') != std::string_view::npos && host.front() != '.' && host.back() != '.' &&
                         std::all_of(host.begin(), host.end(), [](char c) {
                             return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
                         });
    return host_ok && std::none_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
               return static_cast<unsigned char>(c) <= 0x20 || c == '@' || c == ',' || c == '<' || c == '>' ||
                      c == 0x7F;
           });
}

// Area of 1 or 2 letters, district of a digit and at most one digit or letter, a space, a digit, two letters.
bool is_postcode(std::string_view text) {
    if (text.size() < 6 || text.size() > 8 || text[text.size() - 4] != ' ') { return false; }
    const auto inward = text.substr(text.size() - 3);
    const auto outward = text.substr(0, text.size() - 4);
    if (!is_digit(inward[0]) || !is_upper(inward[1]) || !is_upper(inward[2])) { return false; }
    const std::size_t letters = outward.size() > 1 && is_upper(outward[1]) ? 2 : 1;
    if (!is_upper(outward[0]) || outward.size() <= letters || !is_digit(outward[letters])) { return false; }
    const auto rest = outward.substr(letters + 1);
    return rest.empty() || (rest.size() == 1 && (is_digit(rest[0]) || is_upper(rest[0])));
}

bool is_uprn(std::string_view text) {
    return text.size() <= 12 && all_digits(text) && text[0] != '0';
}

std::string date_text(Date date) {
    std::string out;
    put_date(out, date);
    return out;
}

void put_date(std::string& out, Date date) {
    char text[] = "0000-00-00";
    write_digits(std::span<char, 4>(text, 4), static_cast<unsigned>(static_cast<int>(date.year())));
    write_digits(std::span<char, 2>(text + 5, 2), static_cast<unsigned>(date.month()));
    write_digits(std::span<char, 2>(text + 8, 2), static_cast<unsigned>(date.day()));
    out.append(text, 10);
}

std::string time_text(TimeOfDay time) {
    const hh_mm_ss parts{time};
    std::string out;
    put_padded(out, parts.hours().count(), 2);
    out += ':';
    put_padded(out, parts.minutes().count(), 2);
    out += ':';
    put_padded(out, parts.seconds().count(), 2);
    return out;
}

}  // namespace haven
