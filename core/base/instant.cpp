#include "core/base/instant.h"

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
    const auto put = [](char* at, auto n) { write_digits(std::span<char, 2>(at, 2), static_cast<std::uint64_t>(n)); };
    char rest[] = "-00-00T00:00:00.000000Z";
    put(rest + 1, static_cast<unsigned>(date.month()));
    put(rest + 4, static_cast<unsigned>(date.day()));
    put(rest + 7, time.hours().count());
    put(rest + 10, time.minutes().count());
    put(rest + 13, time.seconds().count());
    write_digits(std::span<char, 6>(rest + 16, 6), static_cast<std::uint64_t>(time.subseconds().count()));
    put_padded(out, static_cast<int>(date.year()), 4);
    const bool whole = time.subseconds().count() == 0;
    if (whole) { rest[15] = 'Z'; }
    out.append(rest, whole ? 16 : 23);
}

}  // namespace haven
