#pragma once
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
    /// Nothing where a letter is not known, a part stands twice, or a year has two digits (yy) and nobody says of which
    /// `century` (2000).
    static std::optional<DatePattern> parse(std::string_view pattern, int century = 0);

    bool has_date() const { return has('y') && has('M') && has('d'); }
    bool has_time() const { return has('H'); }

    /// Nothing where the text is not of that spelling, or no such day or time exists.
    std::optional<WallTime> read(std::string_view text) const;
    std::string write(WallTime wall) const;
    /// Whether `write` can say which year it is.
    bool covers(WallTime wall) const;

private:
    struct Piece {
        char letter;           ///< 'y', 'M', 'd', 'H', 'm', 's'; 0 for a character that stands for itself
        int width;             ///< digits; 3 for the name of a month
        char text = 0;         ///< that stands for itself
        std::size_t part = 0;  ///< which of year, month, day, hour, minute and second
    };
    bool has(char letter) const;
    std::vector<Piece> pieces_;
    int century_ = 0;  ///< of a year of two digits; 0 where it has four
};

}  // namespace haven
