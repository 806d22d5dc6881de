#pragma once
#include <set>

#include "hub/flow/recalling.h"

namespace haven::flow {

/// A case as it stood before something of it changes, to see afterwards what must be stopped, asked back or told again.
/// Whatever joins a case or leaves it goes through here: imports, updates, answers, entries by hand, merges, a declared
/// conflict. So no protecting fact depends on who brings it, or when.
class Rejudging {
public:
    Rejudging(const Context& context, const CaseSnapshot& before, Instant now);
    /// The same where nothing but time changes it: how it stood `then`.
    Rejudging(const Context& context, const CaseSnapshot& before, Instant then, Instant now);

    /// What follows from what the case says now and did not say before. The snapshot is brought up to date.
    ///
    /// - She says no to being referred, for the first time or since somebody decided to share without her yes: what is
    ///   under way ends, and every copy is asked back.
    /// - A partner is in conflict of interest, or an area to be avoided: it is asked no more, and of copies of which
    ///   nobody else is told a person is.
    /// - A holder would be told something else: those who are asked to help now are told again; old copies are recalled
    ///   where something in them is not safe any more, else a person is told (`Recalling::corrected`).
    ///
    /// `recalls`: why old copies are recalled whatever has changed. Errors: missing, unreachable.
    Result<Changes> after(CaseSnapshot& snapshot, ledger::Actor by, std::optional<CopyReason> recalls = {}) const;

private:
    Result<Changes> without_consent(CaseSnapshot& snapshot, ledger::Actor by) const;
    WouldTell of_others(const CaseSnapshot& snapshot, const std::vector<Name>& partners) const;

    const Context& context_;
    Instant now_;
    WouldTell told_;
    std::set<std::string> barred_;  ///< ways to her, as bytes that only compare
    std::string windows_;           ///< in which she may be called, likewise
    std::vector<Name> conflicts_;
    std::vector<std::string> avoided_;
    bool refused_;
    bool overridden_;  ///< somebody decided to share without her yes
};

/// What follows in a case that may be hers too (`maybe_hers`) from what was said in another: it bars there. `other` is
/// brought up to date. Errors: those of `Rejudging::after`.
Result<Changes> barred_in(const Context& context, CaseSnapshot& other, const Beside& said, ledger::Actor by,
                          Instant now);

/// The same in each case that may be hers too: their rows are among the changes.
/// Errors: those of `read_snapshot` but missing, and of `Rejudging::after`.
Result<Changes> barred_in_others(const Context& context, const CaseSnapshot& snapshot, const CaseRecord& said,
                                 ledger::Actor by, Instant now);

/// The same of a conflict that a person declared.
Result<Changes> in_conflict_in_others(const Context& context, const CaseSnapshot& snapshot,
                                      const store::Conflict& declared, ledger::Actor by, Instant now);

/// What follows in a case from it that others are not the same victim's after all: nothing of them bars in it any more.
/// Its row is among the changes; nothing is where there is no such case any more.
/// Errors: those of `read_snapshot` but missing, and of `Rejudging::after`.
Result<Changes> parted(const Context& context, CaseId id, const std::vector<CaseId>& others, ledger::Actor by,
                       Instant now);

/// Each live referral as it is by now: who must not be asked any more is not.
/// Errors: those of `Broker::happen`.
Result<Changes> looked_at_referrals(const Context& context, CaseSnapshot& snapshot, ledger::Actor by, Instant now);

}  // namespace haven::flow
