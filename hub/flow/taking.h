#pragma once
#include <map>

#include "core/casework/match.h"
#include "hub/flow/broker.h"
#include "hub/flow/changes.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// Records of one message on their way into cases: decided one after the other, committed in batches.
class Taking {
public:
    Taking(const Context& context, const store::MessageRow& message, const site::Partner& partner);

    /// Takes one record of a message, or the several that a map made of it, one a victim: what each says is joined to
    /// its case, or applied to the offer that it answers.
    /// Errors: unreachable, broken - of the store; what is wrong with the record itself is held, not answered.
    Result<void> take(std::int64_t number, const std::vector<Record>& records, const Map& map);
    void hold_record(std::int64_t number, const Error& error);
    /// The rest of the message cannot be read.
    void hold_message(const Error& error);

    std::size_t size() const { return static_cast<std::size_t>(counts_.taken + counts_.held + counts_.repeated); }
    /// Errors: conflict - a case was changed meanwhile; unreachable.
    Result<void> commit();
    /// Commits what is left, the message's state and the end of the work.
    Result<void> finish(const store::Work& work);

    /// A message that nothing can read.
    static Result<void> refuse(const Context& context, const store::MessageRow& message, const store::Work& work,
                               const Error& error);

private:
    Result<void> take_one(std::int64_t number, const Record& record, bool of_several, const Map& map,
                          const Agreement& agreement);
    Result<void> take_report(std::int64_t number, const Record& record, const Digest16& reference, const Map& map,
                             const Agreement& agreement);
    Result<void> take_word(std::int64_t number, const Record& record, const Map& map, const Agreement& agreement);
    void take_vacancy(const Record& record);

    struct Found {
        CaseSnapshot* snapshot = nullptr;
        bool is_new = false;
        std::vector<CaseId> unsure;  ///< cases that may be of the same person
    };
    Result<std::optional<CaseId>> case_that_took(const std::optional<store::Seen>& seen);
    Result<Found> case_for(const Record& record, const MatchTerms& terms, const std::vector<store::BlindKey>& keys,
                           const std::optional<store::Seen>& seen, const ValueSource& source, Name agreement);
    Result<void> casework(std::int64_t number, CaseSnapshot& snapshot, const Record& record, bool is_new);
    Result<void> tell_that_grade_rose(CaseSnapshot& snapshot);
    void ask_whether_same(const CaseSnapshot& snapshot, const std::vector<CaseId>& unsure);
    Result<CaseSnapshot*> loaded(CaseId id);
    Result<void> refer_on_report(CaseSnapshot& snapshot);
    void put_record(const CaseSnapshot& snapshot, RecordId id, const Record& record, Name agreement);
    void collected(const CaseSnapshot& snapshot, RecordId id, const Record& record, const Map& map,
                   const Agreement& agreement);
    void done_with(std::int64_t number);

    const Context& context_;
    const store::MessageRow& message_;
    const site::Partner& partner_;
    Instant now_;
    Chronicle chronicle_;
    Changes changes_;
    Changes::Advance counts_;
    std::map<CaseId, CaseSnapshot> cases_;  ///< touched in this batch
    std::map<CaseId, bool> is_new_;
    std::multimap<store::BlindKey, CaseId> keys_;  ///< of cases touched in this batch
    std::map<Digest16, store::Seen> seen_;         ///< records of this batch
    std::int64_t held_before_ = 0;
};

}  // namespace haven::flow
