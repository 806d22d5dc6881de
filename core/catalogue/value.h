#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"

/// The canonical spellings of values, and back. Each `parse_*` gives nothing where the text is not exactly that
/// spelling.
namespace haven {

using Date = std::chrono::year_month_day;
using TimeOfDay = std::chrono::seconds;  ///< since midnight, under 24 h

std::optional<Date> parse_date(std::string_view text);        ///< "2026-11-22", years 1000 to 9999
std::optional<Instant> parse_instant(std::string_view text);  ///< "2026-11-22T17:40:00Z", fraction of up to 6 digits
std::optional<TimeOfDay> parse_time(std::string_view text);   ///< "17:40:00"
std::optional<std::int64_t> parse_integer(std::string_view text);  ///< no plus, no leading zero
/// The whole part of "12.50"; nothing where the text is no such number of at most 18 digits.
std::optional<std::int64_t> parse_decimal_floor(std::string_view text);
bool is_e164(std::string_view text);
bool is_email(std::string_view text);
bool is_postcode(std::string_view text);
bool is_uprn(std::string_view text);

std::string date_text(Date date);
std::string time_text(TimeOfDay time);
/// Adds the same to the end of `out`.
void put_date(std::string& out, Date date);

/// A value that tells where a person is or will be.
///
/// It has no stream operator, converts to no text and compares only to its like, so that it cannot reach a log, an
/// error or a name by accident. Its text leaves through a Disclosure alone.
class Locator {
public:
    bool operator==(const Locator&) const = default;

private:
    friend class Record;  // makes it
    explicit Locator(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace haven
