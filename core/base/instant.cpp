#include "core/base/instant.h"

#include <algorithm>

#include "core/base/encoding.h"

namespace haven {

std::string iso_text(Instant t) {
    std::string out;
    put_iso(out, t);
    return out;
}

void put_iso(std::string& out, Instant t) {
    using namespace std::chrono;
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{t - day};
    const auto year = static_cast<std::uint64_t>(std::max(static_cast<int>(date.year()), 0));
    if (year > 9999) { put_padded(out, static_cast<std::int64_t>(year / 10'000), 1); }
    char text[] = "0000-00-00T00:00:00.000000Z";
    const auto put = [](char* at, auto n) { write_digits(std::span<char, 2>(at, 2), static_cast<std::uint64_t>(n)); };
    write_digits(std::span<char, 4>(text, 4), year);
    put(text + 5, static_cast<unsigned>(date.month()));
    put(text + 8, static_cast<unsigned>(date.day()));
    put(text + 11, time.hours().count());
    put(text + 14, time.minutes().count());
    put(text + 17, time.seconds().count());
    const bool whole = time.subseconds().count() == 0;
    if (whole) {
        text[19] = 'Z';
    } else {
        write_digits(std::span<char, 6>(text + 20, 6), static_cast<std::uint64_t>(time.subseconds().count()));
    }
    out.append(text, whole ? 20 : 27);
}

}  // namespace haven
