#pragma once
#include <optional>
#include <string>

#include "core/calendar/zone.h"
#include "core/store/daily_receipts.h"
#include "hub/flow/context.h"

/// What each partner is told once a day: how many messages passed, and the newest signed checkpoint of the ledger. A
/// partner that keeps it can show afterwards that the ledger was cut back or rewritten.
namespace haven::flow {

/// The purpose of the agreements under which it is told.
inline constexpr std::string_view daily_receipt_purpose = "daily-receipt";

/// How long after the end of a day its receipts are made: by then the last entries of the day are under a checkpoint,
/// and most of its last messages are read.
inline constexpr std::chrono::minutes daily_receipts_after{15};

/// From now on each day has its receipts, this one first. Changes nothing where that is so already.
void begin_daily_receipts(store::Sql& sql, const Context& context, Instant now);

/// The number by which a timer knows a day, and back.
std::int64_t number_of(Day day);
Day day_of(std::int64_t number);

/// Makes every partner's receipt of a day that is over, once, with the work to tell those who have an agreement and a
/// map for it; and sets when the next day's are made. Called by the timekeeper.
/// Errors: missing - no checkpoint was signed yet; it is tried again in a while; unreachable.
Result<void> make_daily_receipts(const Context& context, Day day);

/// A partner's receipt of a day, or its newest, as JSON. Errors: missing; malformed - no day; unreachable.
Result<std::string> daily_receipt_json(const Context& context, Name partner, std::optional<std::string_view> day);

}  // namespace haven::flow
