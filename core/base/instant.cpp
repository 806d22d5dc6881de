#include "core/base/instant.h"

#include "core/base/encoding.h"

namespace haven {

std::string iso_text(Instant t) {
    using namespace std::chrono;
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{t - day};
    std::string out;
    out.reserve(27);
    put_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    put_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    put_padded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    put_padded(out, time.hours().count(), 2);
    out += ':';
    put_padded(out, time.minutes().count(), 2);
    out += ':';
    put_padded(out, time.seconds().count(), 2);
    if (time.subseconds().count() != 0) {
        out += '.';
        put_padded(out, time.subseconds().count(), 6);
    }
    out += 'Z';
    return out;
}

}  // namespace haven
