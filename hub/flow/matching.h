#pragma once
#include <functional>
#include <vector>

#include "core/casework/match.h"
#include "core/store/held.h"
#include "hub/flow/changes.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// The digests by which a victim can be found again.
std::vector<store::BlindKey> blind_keys(const Context& context, const MatchTerms& terms);

/// The digest by which the cases that a sender's reports of an incident opened are found; nothing where the record
/// names none. Another sender's is another one: nobody changes, or learns of, what somebody else reported. Several
/// victims share it, so that it is never among the keys of a person.
std::optional<store::BlindKey> incident_key(const Context& context, const Record& record, Name sender, bool fictional);

/// Every digest by which a case of these records is found.
std::vector<store::BlindKey> blind_keys(const Context& context, const std::vector<CaseRecord>& records, bool fictional);

/// Cases that share a key with a report, judged one by one. A match never widens what may be told.
struct Matched {
    std::optional<CaseId> same;
    std::vector<CaseId> unsure;  ///< a person decides
};

/// Opens at most 50 candidates and compares them, those of the most telling key first, each key's in the order of their
/// ids; the first that is surely the same ends it.
/// Errors: unreachable, broken.
/// A fictional case is nobody's, so that only cases of the same kind are looked at.
Result<Matched> find_case(const Context& context, const MatchTerms& terms, const std::vector<store::BlindKey>& keys,
                          bool fictional);

/// By what a case is compared after a record joined it: by all that it says now, and by what the record says alone.
/// Nothing where the record says nothing of who she is that the case did not say `before`.
std::vector<MatchTerms> terms_since(const Context& context, const MatchTerms& before, const CaseSnapshot& joined,
                                    const Record& said);

/// The line on which a person decides whether two cases are of one victim.
std::pair<store::HeldRow, store::HeldItem> line_of_pair(const Context& context, CaseId a, CaseId b, Instant now);

/// A case as it stands where it was changed and not committed yet; null where the store has it as it stands.
using Touched = std::function<const CaseSnapshot*(CaseId)>;

/// Cases that a case may be of the same victim as, by any of these terms, and of which nobody was asked with it, ever.
/// `nearby`: those that share a key with it which is not in the store yet. Errors: unreachable, broken.
Result<std::vector<CaseId>> find_unsure(const Context& context, const CaseSnapshot& of,
                                        const std::vector<MatchTerms>& terms, std::vector<CaseId> nearby = {},
                                        const Touched& touched = {});

/// A person decides whether two cases are of one victim, on a line of these two alone. From now on each bars in the
/// other: both are brought up to date, and what follows in `other` is among the changes. What follows in `one` its
/// `Rejudging` tells. Errors: those of `Rejudging::after`; broken.
Result<Changes> ask_whether_same(const Context& context, CaseSnapshot& one, CaseSnapshot& other, ledger::Actor by,
                                 Instant now);

/// The same with each of these as the store has it, whose row is then among the changes; one that is not there any more
/// is left out.
Result<Changes> ask_whether_same(const Context& context, CaseSnapshot& one, const std::vector<CaseId>& others,
                                 ledger::Actor by, Instant now);

/// What tells the victims of one report apart, in their order; "" where there is only one.
///
/// It is who they are: names and birth date, whatever the order. Where that is not all told and is said of another too,
/// it is all that the report says of the victim, and of those of whom the same is said, which. So two people are never
/// one, at the price that such a one is new when the report comes again with more about her.
std::vector<std::string> apart(const Context& context, const std::vector<Record>& victims);

/// What a record is known by when its sender sends it again.
struct KnownBy {
    Digest16 reference;  ///< its kind and the issuer's reference, which the victims of one incident share
    Digest16 victim;     ///< and what tells them `apart`
};
KnownBy known_by(const Context& context, const Record& record, Name sender, const std::string& apart, bool fictional);

}  // namespace haven::flow
