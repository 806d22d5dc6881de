#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/zone.h"

namespace haven {

/// A spelling of dates and times: "dd/MM/yyyy HH:mm". Letters: yyyy MM dd HH mm ss, d and M without a leading zero, MMM
/// for Jan to Dec; anything else stands for itself.
class DatePattern {
public:
    static constexpr std::size_t length_max = 64;  ///< of a spelling; no text that it reads is twice as long

    /// Nothing where a letter is not known, a part stands twice, a year has two digits (yy) and nobody says of which
    /// `century` (2000), or the spelling is too long.
    static std::optional<DatePattern> parse(std::string_view pattern, int century = 0);

    bool has_date() const { return has('y') && has('M') && has('d'); }
    bool has_time() const { return has('H'); }
    bool has_seconds() const { return has('s'); }

    /// A date and a time of day that exist.
    struct Said {
        std::chrono::year_month_day date;
        std::chrono::seconds time;
        WallTime wall() const { return Day{date} + time; }
    };
    /// Nothing where the text is not of that spelling, or no such day or time exists.
    std::optional<Said> read(std::string_view text) const;
    std::string write(WallTime wall) const;
    /// Whether `write` can say which year it is.
    bool covers(WallTime wall) const;

private:
    struct Piece {
        char letter;    ///< 'y', 'M', 'd', 'H', 'm', 's'; 0 for a character that stands for itself
        int width;      ///< digits at least; 3 for the name of a month
        char text = 0;  ///< that stands for itself
    };
    /// What reading does next.
    struct Step {
        enum class Kind : std::uint8_t { itself, digits, one_or_two, month_name };
        Kind kind;
        char text;           ///< that stands for itself
        std::uint8_t part;   ///< which of year, month, day, hour, minute and second is read
        std::uint8_t width;  ///< how many digits
    };
    using Parts = std::array<unsigned, 6>;
    bool has(char letter) const;
    void add(Piece piece);
    static bool take(const Step& step, std::string_view& rest, unsigned& part);
    std::vector<Piece> pieces_;
    std::vector<Step> steps_;              ///< the same
    Parts start_ = {2000, 1, 1, 0, 0, 0};  ///< what is not said; 0 for what is
    int century_ = 0;                      ///< of a year of two digits; 0 where it has four
};

}  // namespace haven
