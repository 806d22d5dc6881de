#pragma once
#include "core/casework/case.h"
#include "core/casework/contact.h"
#include "hub/flow/changes.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// What each contact of the hub has shown of the number that it used, the later over the earlier.
std::vector<KnownStanding> standings_of(const Fields& fields, const CaseSnapshot& snapshot);

/// How the victim of a case may be reached, and the calls that were made to her.
struct Reach {
    SafeContact contact;
    std::vector<Instant> attempts;
};
Reach reach_of(const Context& context, const CaseSnapshot& snapshot, Instant now);

/// What a hub worker's contact record says of the number that was used, written into the record itself: a number at
/// which somebody else answered, or that is not hers, is not safe from then on, for anybody.
/// Errors: malformed - the record calls that same number safe, or says not at which number, mailbox or address it was.
Result<Record> with_number_barred(const Fields& fields, const Record& contact);

/// Where whoever writes a contact down has claimed the call and does not name the number: the only one that may have
/// been rung is written into the record, so that it is asked about again like any other.
/// Errors: malformed - she was reached at one of several.
Result<Record> with_number_rung(const Context& context, const CaseSnapshot& snapshot, const Record& contact, UserId by,
                                Instant now);

/// Whether a message was left by this contact, or a text sent, where she has not said that it is safe: at a number of
/// the first-contact protocol, say. Where the number is not named, each must allow it.
bool message_against_rule(const Context& context, const CaseSnapshot& snapshot, const Record& contact, Instant now);

/// A contact record as old as the contact: what is written down late is no news, and lifts nothing that was said since.
Result<Record> as_old_as_it_was(const Fields& fields, const Record& contact);

/// When each entry of a contact is looked at once more: whatever was decided beside it, and did not know of it, is
/// committed by then, and another case may turn out to be hers too.
std::vector<Instant> entries_settled(const Fields& fields, const CaseSnapshot& snapshot);

/// Joins the pure case to the rest: gives `step` its facts, and turns its effects into rows.
class Casework {
public:
    struct Happened {
        Changes changes;
        std::vector<CaseEffect> effects;

        template <class Effect>
        bool has() const {
            return std::any_of(effects.begin(), effects.end(),
                               [](const auto& e) { return std::holds_alternative<Effect>(e); });
        }
    };

    Casework(const Context& context, Instant now) : context_(context), now_(now) {}

    /// What an event makes of a case. The snapshot's row is brought up to date: state, clocks, grade, rank, next call.
    /// Errors: missing, unreachable - of withdrawing its referrals.
    Result<Happened> happen(CaseSnapshot& snapshot, const CaseEvent& event, ledger::Actor by) const;

private:
    CaseFacts facts_of(const CaseSnapshot& snapshot, const Reach& reach) const;
    void rank(CaseSnapshot& snapshot, const Reach& reach) const;
    Result<void> put_effect(CaseSnapshot& snapshot, const CaseEffect& effect, ledger::Actor by, Changes& changes) const;
    void tick_clocks(CaseSnapshot& snapshot, Changes& changes) const;
    void hold(const CaseSnapshot& snapshot, std::string_view cause, std::string_view place, Instant due,
              Changes& changes) const;
    std::optional<Instant> next_due(const CaseSnapshot& snapshot, const Reach& reach, Instant looked) const;

    const Context& context_;
    Instant now_;
};

/// The grade that people gave, over the whole series.
std::optional<RiskLevel> grade_of_case(const Fields& fields, const CaseSnapshot& snapshot);

}  // namespace haven::flow
