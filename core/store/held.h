#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/seal/digest.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// What waits under a cause. `source`: that of the line's partner works again. `date`: one that the site declares.
enum class HeldKind : std::uint8_t { record, message, work, referral, victim_case, override_review, source, date };
constexpr std::array<std::string_view, 8> code_names(HeldKind) {
    return {"record", "message", "work", "referral", "case", "override", "source", "date"};
}

struct HeldItem {
    HeldKind kind = HeldKind::record;
    std::int64_t subject = 0;  ///< id of the message (for a record too), work or referral
    std::int64_t number = 0;   ///< of the record within its message
    CaseId case_id;
    std::optional<Digest16>
        awaits{};  ///< the incident whose report, when it comes, has it taken up; read by `awaiting`

    bool operator==(const HeldItem&) const = default;
};

/// One cause that a person decides on once for all that waits under it.
struct HeldRow {
    HeldId id;
    Name partner;
    std::string fault;  ///< "unmapped", "refused", "no-provider"
    std::string place;  ///< without numbers of rows: "VicDOB"
    std::string reason;
    std::string role;  ///< who decides: "integration-engineer", "duty-manager", "information-governance"
    Instant opened_at{};
    Instant due_at{};  ///< by when somebody must have decided
    std::int64_t items = 0;
};

/// Adds an item under its cause: to the line that is open already where causes are equal, else to a new one, `row`.
/// Answers the line's id. Adding the same item again changes nothing.
HeldId hold(Sql& sql, const HeldRow& row, const HeldItem& item);
/// Whether there ever was a line of this cause, decided by now or not.
bool was_held(Sql& sql, const HeldRow& row);
/// Whether this ever waited under a line of this fault, decided or not.
bool was_item_held(Sql& sql, std::string_view fault, HeldKind kind, std::int64_t subject);
/// Some of an open line that waits for one thing.
struct Awaiting {
    HeldId line;
    std::string role;
    std::vector<HeldItem> items;
};
/// What waits under open lines for this; at most so many items.
std::vector<Awaiting> awaiting(Sql& sql, const Digest16& what, std::int64_t most);
/// Cases of which an open line of this fault asks something together with this one; at most so many.
std::vector<CaseId> asked_about_with(Sql& sql, CaseId id, std::string_view fault, std::int64_t most);
/// Lines that nobody has decided yet, oldest first.
std::vector<HeldRow> open_held(Sql& sql, HeldId after, std::int64_t most, UserId by = {});
std::vector<HeldItem> items_of(Sql& sql, HeldId id);
/// The same a page at a time, behind `after` (one of nothing: from the first), without those of cases that are
/// concealed from who looks.
std::vector<HeldItem> seen_items(Sql& sql, HeldId id, const HeldItem& after, std::int64_t most, UserId by);
/// Whether anything waits under a held line that is not of a case concealed from this user.
bool is_held_seen(Sql& sql, HeldId id, UserId by);
/// The fault of a line, open or decided; empty where there is none of this id.
std::string fault_of(Sql& sql, HeldId id);
/// Open lines of one reason, whatever their partner and place.
std::vector<HeldRow> held_because(Sql& sql, std::string_view reason);
/// Open lines under which records or messages wait, of this message or (none) of any; this line or (none) all.
std::vector<HeldRow> held_readings(Sql& sql, HeldId line, MessageId message);
/// Some of what waits under an open line of this role is put under a line of its own, decided now; the rest waits on.
/// False where there is no such line, or nothing of it waits any more.
bool split_held(Sql& sql, HeldId line, std::string_view role, const std::vector<HeldItem>& items, HeldId into,
                Instant now);
/// How many items of a decided line wait under an open one.
std::int64_t held_again(Sql& sql, HeldId id);
/// Takes one item from under its open line, and closes the line where it was the last: what it waits for is decided by
/// itself. `fault` and `partner`: from under lines of these alone.
void release_held_item(Sql& sql, HeldKind kind, std::int64_t subject, Instant now, std::string_view fault = {},
                       Name partner = {});
/// Items were taken away or moved: each open line counts its own again, and one of nothing is closed.
void recount_held(Sql& sql, Instant now);
/// Somebody of the line's role decided; the line is closed.
bool decide_held(Sql& sql, HeldId id, std::string_view role, Instant now);

}  // namespace haven::store
