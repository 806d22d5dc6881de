#pragma once
#include <vector>

#include "core/casework/match.h"
#include "core/store/held.h"
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

/// The lines on which a person decides whether a new case and each of others are of one victim.
std::vector<std::pair<store::HeldRow, store::HeldItem>> ask_whether_same(const Context& context, CaseId made,
                                                                         const std::vector<CaseId>& others,
                                                                         Instant now);

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
