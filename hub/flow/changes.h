#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "core/store/cases.h"
#include "core/store/conflicts.h"
#include "core/store/copies.h"
#include "core/store/directory.h"
#include "core/store/held.h"
#include "core/store/ledger_rows.h"
#include "core/store/messages.h"
#include "core/store/overrides.h"
#include "core/store/referrals.h"
#include "core/store/timers.h"
#include "core/store/work.h"
#include "hub/flow/asked.h"

namespace haven::flow {

/// How often a decision is made again because its case was changed meanwhile. Of several that race for one case one
/// wins each round, so this is how many may race: the lanes of a service that asks many at once, and people.
inline constexpr int decide_tries_max = 32;

/// How soon a person must look at what waits for one, and where it is an alarm.
inline constexpr std::chrono::hours person_due{4};
inline constexpr std::chrono::minutes alarm_due{15};

/// Everything that one decision changes, as rows: decided first, committed as one transaction with its ledger entries.
struct Changes {
    struct NewWork {
        store::Work work;
        Instant due{};
        std::optional<store::Claim> claim{};
    };
    struct ChangedReferral {
        Referral referral;
        std::vector<store::NewOffer> new_offers;
        bool is_new = false;
    };
    /// What becomes of the work that is being done; lost claims undo the whole transaction.
    struct EndedWork {
        enum class How : std::uint8_t { done, held, retry, gives_way };
        WorkId id;
        std::int64_t attempts = 0;
        How how = How::done;
        Instant due{};  ///< of a retry, and of what gives way
    };
    struct SeenRecord {
        Digest16 digest;
        store::Seen seen;
        bool replaces = false;
    };
    struct Advance {
        MessageId message;
        std::int64_t reached = 0;
        std::int64_t taken = 0;
        std::int64_t held = 0;
        std::int64_t repeated = 0;
        std::optional<store::MessageState> state;
        std::string site;  ///< with `map`: under which reading began; empty where that is noted already
        std::string map;
    };

    std::vector<store::CaseRow> new_cases;
    std::vector<store::CaseRow> changed_cases;  ///< with the revision that was read
    std::vector<store::RecordRow> records;
    std::vector<std::pair<store::BlindKey, CaseId>> blind_keys;
    std::vector<SeenRecord> seen;
    std::vector<ChangedReferral> referrals;
    std::vector<NewWork> work;
    std::vector<store::AttemptRow> new_attempts;
    std::vector<std::pair<AttemptId, store::AttemptState>> ended_attempts;
    std::vector<EndedWork> ended_work;
    std::vector<std::pair<ReferralId, std::optional<Instant>>> timers;  ///< when each must be looked at, or no more
    std::vector<std::pair<CaseId, std::optional<Instant>>> case_timers;
    CaseId looked_at;  ///< because its time had come: the timer of any other case that is due stays until it was
    std::vector<std::pair<CaseId, Instant>> retention;  ///< of the hub's own records: when a person must look
    std::vector<store::CopyRow> copies;                 ///< as they are from now on, each with its timer
    std::vector<std::pair<store::HeldRow, store::HeldItem>> held;
    /// What waited for a report that has come: read again, unless somebody has decided on it meanwhile.
    struct TakenUp {
        store::Awaiting waited;
        HeldId decided;  ///< the line of its own under which it is put
        store::Work replay;
        store::LedgerRow ledger;
    };
    std::vector<TakenUp> taken_up;
    std::vector<std::pair<Name, ReferralId>> arrived_after_all;  ///< at a partner: nobody need ask it any more
    std::vector<store::NearMiss> near_misses;
    struct AccountDecision {
        RecordId account;
        Name partner;
        bool tell = false;
        UserId by;
    };
    std::vector<AccountDecision> account_decisions;
    std::vector<store::Conflict> conflicts;
    std::vector<store::Conflict> ended_conflicts;
    std::vector<std::pair<store::OverrideId, std::string>> used_overrides;  ///< with the key of what goes under each
    std::vector<store::VacancyRow> vacancies;
    std::vector<store::DirectoryRow> directory;
    std::vector<std::pair<MessageId, store::ReceiptLine>> receipt_lines;
    std::optional<Advance> advance;
    /// The request under its caller's key that this answers, and the case that it is about.
    std::optional<std::pair<AskedOnce, CaseId>> asked;
    /// The claim under which work that goes on did this: lost, it undoes the whole transaction.
    struct Under {
        WorkId id;
        std::int64_t attempts = 0;
    };
    std::optional<Under> under;
    /// The partner that begins to be told: not while sending to it is stopped, nor under another site than the active.
    struct Tells {
        Name partner;
        std::string site;  ///< the hash of the one that it was decided under
    };
    std::optional<Tells> tells;
    /// What was held because the case was restricted is due again: somebody lifted that.
    struct Lifted {
        CaseId id;
        UserId by;
    };
    std::optional<Lifted> lifted;
    std::vector<store::LedgerRow> ledger;

    /// Adds all that `other` changes, behind what is here.
    void append(Changes other);
};

/// Writes it all. Errors: conflict - a case was changed by somebody else, or the claim of the work was lost; sending
/// was stopped; refused - the same key was answered meanwhile: deciding again would do it twice.
Result<void> apply(store::Sql& sql, const Changes& changes, Instant now);

}  // namespace haven::flow
