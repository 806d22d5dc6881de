#pragma once
#include <vector>

#include "core/catalogue/case_file.h"
#include "core/store/cases.h"
#include "core/store/conflicts.h"
#include "core/store/copies.h"
#include "core/store/referrals.h"
#include "core/store/stops.h"
#include "core/store/witness.h"
#include "core/store/work.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// The fault of lines that ask whether two cases are of one victim.
inline constexpr std::string_view same_person = "same-person";
/// With how many cases that may be of the same victim one is read. With more nobody is told a way to her.
inline constexpr std::size_t maybe_hers_max = 50;

/// A record that bars in a case and is not of it: what she told in confidence, or of a case that may be hers too.
struct Beside : CaseRecord {
    CaseId of;
};

/// A case as it stood at one revision: what a decision is made from.
struct CaseSnapshot {
    store::CaseRow row;
    Key key;
    std::vector<CaseRecord> records;
    std::vector<Name> agreements;  ///< for each record, the one under which its source gave it; empty for the hub's own
    std::vector<Referral> referrals;
    store::InForce in_force;
    std::vector<store::Conflict> conflicts;  ///< that people declared
    CaseFile file;
    std::vector<store::CopyRow> copies{};  ///< what partners hold of it
    store::Witnessed witnessed{};          ///< how far the ledger is, where the site names a witness
    /// Of what they say nothing is told, but whom they name is kept from her all the same: what she told in confidence,
    /// and all records of cases that may be hers too, until a person has decided that.
    std::vector<Beside> beside{};
    std::vector<CaseId> maybe_hers{};                 ///< those cases; `maybe_hers_max` means that there may be more
    std::vector<store::Conflict> conflicts_beside{};  ///< that people declared of those

    const Referral* referral(ReferralId id) const;
    /// What a partner holds under a reference; null where it was told nothing of a person.
    const store::CopyRow* copy(Name partner, std::string_view reference) const;
    /// What one of `maybe_hers` says, folded.
    CaseFile said_by(CaseId other) const;
    /// The same case once one of `maybe_hers` is another victim's, or is no more.
    void part_from(CaseId other);
    /// The same case with a record more: the fold made anew. Answers the fields of which a value that stood stands no
    /// more: they were altered. Whoever adds looks with `Rejudging` at what follows.
    FieldSet add(CaseRecord record, Name agreement);
};

/// Reads a case, opens its records and folds them.
/// Errors: missing - no such case, or it was erased; broken - a record does not open; unreachable.
Result<CaseSnapshot> read_snapshot(const Context& context, CaseId id);

/// What work of no case is decided from: an empty case file, and what is in force. Errors: unreachable.
Result<CaseSnapshot> snapshot_of_nobody(const Context& context, Name partner);

/// A case that does not exist yet, with its first record.
CaseSnapshot new_case(const Context& context, CaseRecord first, Name agreement, bool fictional, Instant now);

}  // namespace haven::flow
