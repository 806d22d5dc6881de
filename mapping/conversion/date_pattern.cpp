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

std::optional<int> take_month_name(std::string_view& text) {
    for (std::size_t i = 0; i < months.size(); ++i) {
        const auto same = text.size() >= 3 && std::equal(months.at(i).begin(), months.at(i).end(), text.begin(),
                                                         [](char a, char b) { return (a | 32) == (b | 32); });
        if (same) {
            text.remove_prefix(3);
            return static_cast<int>(i) + 1;
        }
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
            made.pieces_.insert(made.pieces_.end(), end - at, {0, 0, c});
        } else if (c == 'T') {
            made.pieces_.push_back({0, 0, 'T'});
        } else {
            const bool known = letters.find(c) != std::string_view::npos && !made.has(c);
            const bool width_fits = c == 'y'   ? width == (century > 0 ? 2 : 4)
                                    : c == 'M' ? width <= 3
                                    : c == 'd' ? width <= 2
                                               : width == 2;
            if (!known || !width_fits) { return std::nullopt; }
            made.pieces_.push_back({c, width, 0, letters.find(c)});
        }
        at = end;
    }
    return made;
}

bool DatePattern::has(char letter) const {
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) { return p.letter == letter; });
}

std::optional<WallTime> DatePattern::read(std::string_view text) const {
    std::array<unsigned, letters.size()> said{2000, 1, 1, 0, 0, 0};
    for (const auto& piece : pieces_) {
        if (piece.letter == 0) {
            if (!text.starts_with(piece.text)) { return std::nullopt; }
            text.remove_prefix(1);
        } else if (piece.letter == 'M' && piece.width == 3) {
            const auto month = take_month_name(text);
            if (!month) { return std::nullopt; }
            said[piece.part] = static_cast<unsigned>(*month);
        } else {
            const auto most = static_cast<std::size_t>(piece.width == 1 ? 2 : piece.width);
            unsigned n = 0;
            std::size_t taken = 0;
            for (; taken < most && taken < text.size() && text[taken] >= '0' && text[taken] <= '9'; ++taken) {
                n = n * 10 + static_cast<unsigned>(text[taken] - '0');
            }
            if (taken < static_cast<std::size_t>(piece.width)) { return std::nullopt; }
            text.remove_prefix(taken);
            said[piece.part] = n;
        }
    }
    if (!text.empty()) { return std::nullopt; }
    const auto [year, month, day, hour, minute, second] = said;
    const auto wall = wall_time(static_cast<int>(year) + century_, month, day, hour, minute, second);
    if (!wall) { return std::nullopt; }
    return *wall;
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
