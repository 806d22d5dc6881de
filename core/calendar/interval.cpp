#include "core/calendar/interval.h"

#include <optional>

namespace haven {
namespace {

using std::chrono::minutes;
constexpr minutes day_length{24 * 60};

std::optional<unsigned> two_digits(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!digit(text[0]) || !digit(text[1])) { return std::nullopt; }
    return static_cast<unsigned>(text[0] - '0') * 10 + static_cast<unsigned>(text[1] - '0');
}

// "00:00" to "24:00".
std::optional<minutes> parse_time(std::string_view text) {
    const auto hour = two_digits(text.substr(0, 2));
    const auto minute = two_digits(text.substr(3, 2));
    if (!hour || !minute || text[2] != ':' || *minute > 59) { return std::nullopt; }
    const minutes time{*hour * 60 + *minute};
    if (time > day_length) { return std::nullopt; }
    return time;
}

}  // namespace

Result<Interval> Interval::make(minutes from, minutes until) {
    if (from < minutes::zero() || from >= day_length || until <= from || until > from + day_length) {
        return fail(Fault::malformed, "expected an interval that begins on its day and lasts up to 24 hours");
    }
    return Interval{from, until};
}

Result<Interval> Interval::parse(std::string_view text) {
    if (text.size() != 11 || text[5] != '-') { return fail(Fault::malformed, "expected opening hours as 08:00-20:00"); }
    const auto from = parse_time(text.substr(0, 5));
    const auto until = parse_time(text.substr(6));
    if (!from || !until) { return fail(Fault::malformed, "expected times from 00:00 to 24:00"); }
    if (*from == *until) { return fail(Fault::malformed, "expected two times; all day is 00:00-24:00"); }
    return make(*from, *until > *from ? *until : *until + day_length);
}

}  // namespace haven
