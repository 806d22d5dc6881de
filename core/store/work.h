#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/referral/effect.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// What is to be done. What to send is decided when the work is claimed, so nothing stale is ever queued.
enum class WorkKind : std::uint8_t {
    read,     ///< a message into records; its subject is the message
    replay,   ///< what was held under a line into records; its subject is the held line
    tell,     ///< an offer's partner a notice; its subject is the offer
    report,   ///< the source what became of a referral; its subject is the referral
    account,  ///< a partner what a victim told in confidence, as she decided; its subject is the record
    recall,   ///< a holder what is to become of its copy; its subject is the copy
    receipt,  ///< a partner what passed on a day; of no case, its subject is the daily receipt
};
constexpr std::array<std::string_view, 7> code_names(WorkKind) {
    return {"read", "replay", "tell", "report", "account", "recall", "receipt"};
}

/// A piece of work. A row is an intent, never bytes.
struct Work {
    WorkId id;
    Name lane;  ///< a partner, or `reading`
    WorkKind kind = WorkKind::read;
    std::optional<Notice> notice;  ///< of `tell`
    CaseId case_id;
    std::int64_t subject = 0;
    std::int64_t attempts = 0;
};

/// A claim on work: who holds it, and until when if nothing is heard of it.
struct Claim {
    std::int64_t node = 0;
    Instant until{};
};
/// Adds due work; with a claim it is born claimed, because a worker is free for it now.
void insert_work(Sql& sql, const Work& work, Instant due, const std::optional<Claim>& claim = {});
/// The next due work of a lane, claimed, the oldest first and at most one of each case: work behind held or claimed
/// work of the same case waits. A recall waits for nothing that is held.
///
/// It costs what is open in the lane, not what was ever done: a test holds the statement's plan.
extern const Literal claim_statement;
std::vector<Work> claim_work(Sql& sql, Name lane, Instant now, const Claim& claim, std::int64_t most);
/// What a node held when it ended is due again: called at its start, before it claims anything.
void release_claims(Sql& sql, std::int64_t node);
bool has_due_work(Sql& sql, Name lane, Instant now);
/// The lanes that have due or claimed work, by name. It costs what there are of them.
std::vector<Name> open_lanes(Sql& sql);

/// Each answers false where the claim was lost to another worker, whose lease it is now: nothing was changed.
bool finish_work(Sql& sql, WorkId id, std::int64_t attempts);
bool hold_work(Sql& sql, WorkId id, std::int64_t attempts);
bool retry_work(Sql& sql, WorkId id, std::int64_t attempts, Instant due);
/// Whether the claim is still this worker's.
bool is_claimed(Sql& sql, WorkId id, std::int64_t attempts);
/// Offers of a case whose partners are still to be told of a correction.
std::vector<OfferId> offers_to_amend(Sql& sql, CaseId id);
/// Claimed work is due again behind what is due before `due`, and this claim was no try of it.
bool give_way(Sql& sql, WorkId id, std::int64_t attempts, Instant due);
/// Held work is due again: a person decided so.
void release_work(Sql& sql, WorkId id, Instant due);
/// A piece of work that waits for a person; nothing where it does not.
std::optional<Work> held_work(Sql& sql, WorkId id);
/// Held work is not needed any more: a person decided so.
void drop_held_work(Sql& sql, WorkId id);

enum class AttemptState : std::uint8_t { begun, accepted, rejected, retry, unreachable, unknown, recalled };
constexpr std::array<std::string_view, 7> code_names(AttemptState) {
    return {"begun", "accepted", "rejected", "retry", "unreachable", "unknown", "recalled"};
}

/// One sending of one piece of work: its exact bytes are kept, sealed under the case's key where it is of one.
struct AttemptRow {
    AttemptId id;
    WorkId work;
    CaseId case_id;
    OfferId offer;
    Name partner;
    Notice notice = Notice::capacity;
    std::int64_t version = 0;  ///< of the referral, as told
    AttemptState state = AttemptState::begun;
    std::string idempotency_key;
    Instant begun_at{};
    std::string commitment;
    std::string body;          ///< empty where it was not asked for
    bool for_handler = false;  ///< it goes to the partner's nominated handler, and the partner must not know of it
};
void insert_attempt(Sql& sql, const AttemptRow& row);
void end_attempt(Sql& sql, AttemptId id, AttemptState state, Instant now);
std::vector<AttemptRow> attempts_of_work(Sql& sql, WorkId id);
/// What was begun to be told of a case, or was stopped when it was to be: each subject and notice once, as its newest
/// work. Recalls tell nothing of a case.
std::vector<Work> tellings_of(Sql& sql, CaseId id);
/// When it was last decided whether this work goes: begun to be told, or stopped. None where it never was.
std::optional<Instant> last_decided(Sql& sql, WorkId id);

/// What became of an attempt, known by the commitment to its bytes.
struct SentRow {
    std::string commitment;
    AttemptState state = AttemptState::begun;
    std::optional<Instant> ended_at;
};
std::vector<SentRow> sent_of_case(Sql& sql, CaseId id);

}  // namespace haven::store
