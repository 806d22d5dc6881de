#include "mapping/conversion/date_pattern.h"

#include <algorithm>
#include <array>

#include "core/base/encoding.h"

namespace haven {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view letters = "yMdHms";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<unsigned> month_named(std::string_view text) {
    for (std::size_t i = 0; i < months.size(); ++i) {
        const auto same = text.size() >= 3 && std::equal(months.at(i).begin(), months.at(i).end(), text.begin(),
                                                         [](char a, char b) { return (a | 32) == (b | 32); });
        if (same) { return static_cast<unsigned>(i) + 1; }
    }
    return std::nullopt;
}

}  // namespace

std::optional<DatePattern> DatePattern::parse(std::string_view pattern, int century) {
    DatePattern made;
    made.century_ = century;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        std::size_t end = at + 1;
        while (end < pattern.size() && pattern[end] == c) { ++end; }
        const auto width = static_cast<int>(end - at);
        if (!is_letter(c)) {
            for (auto i = at; i < end; ++i) { made.add({0, 0, c}); }
        } else if (c == 'T') {
            made.add({0, 0, 'T'});
        } else {
            const bool known = letters.find(c) != std::string_view::npos && !made.has(c);
            const bool width_fits = c == 'y'   ? width == (century > 0 ? 2 : 4)
                                    : c == 'M' ? width <= 3
                                    : c == 'd' ? width <= 2
                                               : width == 2;
            if (!known || !width_fits) { return std::nullopt; }
            made.add({c, width});
        }
        at = end;
    }
    return made;
}

void DatePattern::add(Piece piece) {
    using Kind = Step::Kind;
    pieces_.push_back(piece);
    if (piece.letter == 0) {
        steps_.push_back({Kind::itself, piece.text, 0});
        return;
    }
    const auto part = static_cast<std::uint8_t>(letters.find(piece.letter));
    start_.at(part) = 0;
    if (piece.letter == 'M' && piece.width == 3) {
        steps_.push_back({Kind::month_name, 0, part});
        return;
    }
    steps_.insert(steps_.end(), static_cast<std::size_t>(piece.width), {Kind::digit, 0, part});
    if (piece.width == 1) { steps_.push_back({Kind::digit_or_none, 0, part}); }
}

bool DatePattern::has(char letter) const {
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return p.letter == letter; });
}

std::optional<DatePattern::Said> DatePattern::read(std::string_view text) const {
    auto said = start_;
    const char* at = text.data();
    const char* const end = at + text.size();
    for (const auto& step : steps_) {
        const char c = at == end ? '\0' : *at;
        const bool is_digit = c >= '0' && c <= '9';
        if (is_digit && (step.kind == Step::Kind::digit || step.kind == Step::Kind::digit_or_none)) {
            said[step.part] = said[step.part] * 10 + static_cast<unsigned>(c - '0');
            ++at;
        } else if (step.kind == Step::Kind::itself) {
            if (at == end || c != step.text) { return std::nullopt; }
            ++at;
        } else if (step.kind == Step::Kind::month_name) {
            const auto month = month_named({at, end});
            if (!month) { return std::nullopt; }
            said[step.part] = *month;
            at += 3;
        } else if (step.kind == Step::Kind::digit) {
            return std::nullopt;
        }
    }
    const auto [year, month, day, hour, minute, second] = said;
    const year_month_day date{std::chrono::year(static_cast<int>(year) + century_), std::chrono::month(month),
                              std::chrono::day(day)};
    const bool exists =
        at == end && date.ok() && year + static_cast<unsigned>(century_) > 0 && hour < 24 && minute < 60 && second < 60;
    if (!exists) { return std::nullopt; }
    return Said{date, hours(hour) + minutes(minute) + seconds(second)};
}

std::string DatePattern::write(WallTime wall) const {
    const auto day_part = floor<days>(wall);
    const year_month_day date{day_part};
    const hh_mm_ss time{floor<seconds>(wall - day_part)};
    std::string out;
    for (const auto& piece : pieces_) {
        long n = 0;
        switch (piece.letter) {
            case 0: out += piece.text; continue;
            case 'y': n = static_cast<int>(date.year()) - century_; break;
            case 'M': n = static_cast<unsigned>(date.month()); break;
            case 'd': n = static_cast<unsigned>(date.day()); break;
            case 'H': n = time.hours().count(); break;
            case 'm': n = time.minutes().count(); break;
            default: n = time.seconds().count(); break;
        }
        if (piece.letter == 'M' && piece.width == 3) {
            out += months.at(static_cast<std::size_t>(n) - 1);
            continue;
        }
        put_padded(out, n, static_cast<std::size_t>(piece.width));
    }
    return out;
}

bool DatePattern::covers(WallTime wall) const {
    const auto year = static_cast<int>(year_month_day{floor<days>(wall)}.year());
    return century_ == 0 || (year >= century_ && year < century_ + 100);
}

}  // namespace haven
