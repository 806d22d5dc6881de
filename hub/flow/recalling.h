#pragma once
#include "hub/flow/changes.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/snapshot.h"
#include "hub/flow/teller.h"

/// What partners hold of a case, and what is to become of it.
namespace haven::flow {

/// Why a copy is to be destroyed or not used.
enum class CopyReason : std::uint8_t {
    consent_withdrawn,
    protect,         ///< something in it is not safe any more
    victim_asked,    ///< UK GDPR article 17
    objection,       ///< article 21
    accuracy,        ///< article 18(1)(a): she says that it is wrong, and that is being looked at
    legal_claim,     ///< article 18(1)(c)
    misdirected,     ///< it should not have gone there
    partner_breach,  ///< the partner lost it, or let somebody see it
    retention,       ///< its time is over
    other,
};
constexpr std::array<std::string_view, 10> code_names(CopyReason) {
    return {"consent-withdrawn", "protect",     "victim-asked",   "objection", "accuracy",
            "legal-claim",       "misdirected", "partner-breach", "retention", "other"};
}

/// What has changed that counts where nothing may go to a holder, as then no bytes show it.
struct Newly {
    std::optional<CopyReason> recalls;  ///< why old copies are recalled
    bool other_windows = false;         ///< she may be called at other times
};

/// What the holder says of it.
enum class CopyWord : std::uint8_t { done, refused };

/// Asks the holders of copies, and takes their word. Each answers what changes; the snapshot is brought up to date.
class Recalling {
public:
    Recalling(const Context& context, Instant now) : context_(context), now_(now) {}

    /// Asks every holder, or one partner alone, or of one reference alone. What was asked to be destroyed is never
    /// asked less.
    Changes ask(CaseSnapshot& snapshot, store::Wanted wanted, CopyReason why, ledger::Actor by,
                std::optional<Name> partner = {}, std::optional<std::string_view> reference = {}) const;
    /// What became of telling a holder. `copy` is of the snapshot; `version` is what was told (`recall_version`): where
    /// another thing has been asked of the holder since, that is still to be told.
    Changes ended(const CaseSnapshot& snapshot, const store::CopyRow& copy, int version, Delivery delivery) const;
    /// The holder's word; `of` is what it speaks of. A word on what is no longer wanted, or that nobody asked for,
    /// changes nothing and is in the ledger.
    Changes said(CaseSnapshot& snapshot, store::CopyId id, CopyWord word, store::Wanted of, ledger::Actor by) const;
    /// A word on what was asked before the newest asking: it changes nothing and is in the ledger.
    Changes of_earlier(const CaseSnapshot& snapshot, const store::CopyRow& copy, ledger::Actor by) const;
    /// A moment that was set for a copy has come: nobody has acknowledged, or its retention ends.
    Changes due(CaseSnapshot& snapshot, store::CopyId id) const;
    /// A record changed what a holder would be told: those who are asked to help now are told again; of the others'
    /// copies a person is told, or they are recalled where there is a reason to. Nobody else hears that anything has
    /// changed. A reason, or other windows, are enough where nothing may go to a holder. A copy that rests is looked at
    /// too.
    Result<Changes> corrected(CaseSnapshot& snapshot, const WouldTell& before, const Newly& newly,
                              ledger::Actor by) const;
    /// The case is restricted no more: what waited for that goes. Holders may use what they have again; who is still to
    /// be told of a correction hears that instead. Errors: unreachable.
    Result<Changes> lifted(CaseSnapshot& snapshot, ledger::Actor by) const;
    /// These partners are in conflict of interest from now on: a person decides what becomes of the copies that they
    /// hold. Of offers that are under way the referral's own step asks one.
    Changes held_in_conflict(const CaseSnapshot& snapshot, const std::vector<Name>& partners) const;

private:
    bool ask_one(const CaseSnapshot& snapshot, store::CopyRow& copy, store::Wanted wanted, CopyReason why,
                 ledger::Actor by, Changes& changes) const;
    void hold(const CaseSnapshot& snapshot, const store::CopyRow& copy, Literal fault, Literal reason, Literal role,
              Changes& changes) const;
    store::LedgerRow note(const CaseSnapshot& snapshot, const store::CopyRow& copy, ledger::Operation operation,
                          ledger::Word action, std::string_view reason, ledger::Actor by) const;

    const Context& context_;
    Instant now_;
};

/// A holder's record `recall` about what it has under a reference. Its reference must be that of the copy.
/// Errors: malformed - no yes or no in it, not to what, or another reference; missing - it was told nothing under this
/// reference.
Result<Changes> holder_said(const Context& context, CaseSnapshot& snapshot, Name partner, std::string_view reference,
                            const Record& word, ledger::Actor by, Instant now);

/// Whether a holder was asked anything of what it has under a reference: to give it up, to let it rest, or to go on.
bool is_asked_back(const CaseSnapshot& snapshot, Name partner, std::string_view reference);

/// A person has every copy of a case destroyed, or those of one partner. Every live referral is withdrawn where it is
/// about the whole case.
/// Errors: missing - no such case; conflict; unreachable.
Result<void> recall_copies(const Context& context, CaseId id, std::optional<Name> partner, CopyReason why, UserId by);

/// From its commit on nothing more is told of the case, and every holder is asked not to use what it has; intake and
/// the hub's own work go on (UK GDPR article 18). Errors: missing; conflict - it is restricted already; unreachable.
Result<void> restrict_case(const Context& context, CaseId id, CopyReason why, UserId by);
/// Errors: missing - no such case, or it is not restricted; unreachable.
Result<void> lift_restriction(const Context& context, CaseId id, UserId by);

/// What a holder said to a person, and to what.
/// Errors: missing - no such copy; conflict - something else is asked of it by now; unreachable.
Result<void> enter_copy_word(const Context& context, store::CopyId id, CopyWord word, store::Wanted of, UserId by);

/// A moment that was set for a copy has come. Errors: missing; conflict; unreachable.
Result<void> look_at_copy(const Context& context, store::CopyId id);

/// What partners hold of a case, as JSON objects; that somebody asked is in the ledger. Errors: missing; unreachable.
Result<std::vector<std::string>> show_copies(const Context& context, CaseId id, ledger::Actor by);

}  // namespace haven::flow
