#include "core/base/instant.h"

#include <array>
#include <cstdio>

namespace haven {

std::string iso_text(Instant t) {
    using namespace std::chrono;
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{t - day};
    std::array<char, 40> text{};
    const int year = static_cast<int>(date.year());
    const auto fraction = static_cast<int>(time.subseconds().count());
    const int base = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", year,
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()));
    std::string out(text.data(), static_cast<std::size_t>(base));
    if (fraction != 0) {
        std::snprintf(text.data(), text.size(), ".%06d", fraction);
        out += text.data();
    }
    return out + "Z";
}

}  // namespace haven
