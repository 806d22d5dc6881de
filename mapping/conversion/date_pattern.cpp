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
constexpr year first_year{1000};  // of the canonical spelling

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

unsigned digit(char c) {
    return static_cast<unsigned>(c) - '0';
}

// False where one of so many characters is none.
template <std::size_t Width>
bool read_digits(std::string_view text, unsigned& number) {
    unsigned n = 0;
    bool all = true;
    for (std::size_t at = 0; at < Width; ++at) {
        all = all && digit(text[at]) <= 9;
        n = n * 10 + digit(text[at]);
    }
    number = n;
    return all;
}

}  // namespace

std::optional<DatePattern> DatePattern::parse(std::string_view pattern, int century) {
    if (pattern.size() > length_max) { return std::nullopt; }
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
        steps_.push_back({Kind::itself, piece.text, 0, 0});
        return;
    }
    const auto part = static_cast<std::uint8_t>(letters.find(piece.letter));
    start_.at(part) = 0;
    if (piece.letter == 'M' && piece.width == 3) {
        steps_.push_back({Kind::month_name, 0, part, 0});
        return;
    }
    steps_.push_back(
        {piece.width == 1 ? Kind::one_or_two : Kind::digits, 0, part, static_cast<std::uint8_t>(piece.width)});
}

bool DatePattern::has(char letter) const {
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return p.letter == letter; });
}

// What one step reads goes from the front of `rest`; false where it is not there.
inline bool DatePattern::take(const Step& step, std::string_view& rest, unsigned& part) {
    auto width = std::size_t{step.width};
    switch (step.kind) {
        case Step::Kind::itself:
            if (rest.empty() || rest.front() != step.text) { return false; }
            rest.remove_prefix(1);
            return true;
        case Step::Kind::month_name:
            if (const auto month = month_named(rest)) {
                part = *month;
                rest.remove_prefix(3);
                return true;
            }
            return false;
        case Step::Kind::one_or_two: width = rest.size() > 1 && digit(rest[1]) <= 9 ? 2 : 1; break;
        case Step::Kind::digits: break;
    }
    const bool read = rest.size() >= width && (width == 2   ? read_digits<2>(rest, part)
                                               : width == 4 ? read_digits<4>(rest, part)
                                                            : read_digits<1>(rest, part));
    rest.remove_prefix(read ? width : 0);
    return read;
}

std::optional<DatePattern::Said> DatePattern::read(std::string_view text) const {
    auto said = start_;
    for (const auto& step : steps_) {
        if (!take(step, text, said[step.part])) { return std::nullopt; }
    }
    const auto [year, month, day, hour, minute, second] = said;
    const year_month_day date{std::chrono::year(static_cast<int>(year) + century_), std::chrono::month(month),
                              std::chrono::day(day)};
    const bool exists =
        text.empty() && date.ok() && date.year() >= first_year && hour < 24 && minute < 60 && second < 60;
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
