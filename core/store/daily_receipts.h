#pragma once
#include <map>
#include <optional>
#include <string>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

using DailyReceiptId = Id<struct DailyReceiptTag>;

/// What passed between the hub and one partner, as numbers of messages; nothing of anybody.
struct Passed {
    std::int64_t taken = 0;
    std::int64_t held = 0;  ///< whole or in part
    std::int64_t refused = 0;
    std::int64_t waiting = 0;  ///< not read yet
    std::int64_t sent = 0;     ///< to the partner's own system, and accepted by it; not to its nominated handler
    bool operator==(const Passed&) const = default;
};
/// Of messages that came, and sendings that began, from a moment up to but without another; by partner. A partner with
/// whom nothing passed is not there. Reads one range of ids, whatever the store holds beside it.
std::map<std::string, Passed, std::less<>> passed_between(Sql& sql, Instant from, Instant until);

/// What a partner is told of one day, as it stood when it was made.
struct DailyReceiptRow {
    DailyReceiptId id;
    Name partner;
    std::string day;  ///< where the site is: "2026-11-27"
    Instant at{};
    Passed passed;
    std::string checkpoint;  ///< the newest signed one then (core/ledger/checkpoint.h)
};
/// False where the partner has one for this day: that one stands.
bool insert_daily_receipt(Sql& sql, const DailyReceiptRow& row);
std::optional<DailyReceiptRow> read_daily_receipt(Sql& sql, DailyReceiptId id);
/// The newest that is of no later day.
std::optional<DailyReceiptRow> last_daily_receipt(Sql& sql, Name partner, std::string_view until_day);

}  // namespace haven::store
