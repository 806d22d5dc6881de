#pragma once
#include <map>

#include "core/casework/match.h"
#include "hub/flow/broker.h"
#include "hub/flow/changes.h"
#include "hub/flow/matching.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/snapshot.h"
#include "hub/flow/teller.h"
#include "hub/flow/unsettled.h"

namespace haven::flow {

/// Records of one message on their way into cases: decided one after the other, committed in batches.
class Taking {
public:
    /// `work` is what the message is read for: a claim of it that was lost to another undoes a batch.
    Taking(const Context& context, Unsettled& unsettled, const store::Work& work, const store::MessageRow& message,
           const site::Partner& partner);
    /// The next record begins. One that was held before and is read `again` counts as held no more, and does not change
    /// how far the message was read.
    void next(bool again);
    /// The message was held as a whole, at this number of its receipt, and is read on: it counts as held no more.
    void read_on(std::int64_t number);
    /// This map reads the message, to its end.
    void pin(std::string site, std::string map) {
        counts_.site = std::move(site);
        counts_.map = std::move(map);
    }

    /// Takes one record of a message, or the several that a map made of it, one a victim: what each says is joined to
    /// its case, or applied to the offer that it answers.
    /// Errors: unreachable, broken - of the store; what is wrong with the record itself is held, not answered.
    Result<void> take(std::int64_t number, const std::vector<Record>& records, const Map& map);
    /// `awaits`: the digest of an incident with whose report it is taken up again.
    void hold_record(std::int64_t number, const Error& error, const std::optional<Digest16>& awaits = {});
    /// The rest of the message cannot be read.
    void hold_message(const Error& error);

    std::size_t size() const { return changes_.records.size() + changes_.receipt_lines.size(); }
    /// Commits the batch while the next one is decided; one batch of a message is under way at most.
    /// Errors: conflict - a case was changed before the last batch was committed; unreachable.
    Result<void> commit();
    /// Commits what is left, the message's state and the end of the work; `after` is told what became of it.
    /// Errors: as `commit`; then `after` is not told.
    Result<void> finish(Unsettled::After after);
    /// Commits what is left and puts the work behind other work that is due: the message is read on in its turn.
    /// Errors: as `commit`; then `after` is not told.
    Result<void> give_way(Unsettled::After after);
    /// Commits what is left and the message's state, and waits; the work goes on with other messages.
    Result<void> finish();

    /// A message that nothing can read.
    static Result<void> refuse(const Context& context, const store::MessageRow& message, const store::Work& work,
                               const Error& error);

private:
    Result<void> take_one(std::int64_t number, const Record& record, const std::string& apart, const Map& map,
                          const Agreement& agreement);
    Result<void> take_report(std::int64_t number, const Record& record, const KnownBy& known, const Map& map,
                             const Agreement& agreement);
    Result<void> take_update(std::int64_t number, const Record& record, const Map& map, const Agreement& agreement);
    Result<std::vector<CaseId>> cases_of_incident(const std::optional<store::BlindKey>& incident);
    Result<void> take_up_news(const store::BlindKey& incident);
    Result<bool> join_update(CaseId id, const Record& record, const Map& map, const Agreement& agreement);
    Result<void> take_word(std::int64_t number, const Record& record, const Map& map, const Agreement& agreement);
    void hold_in_conflict(std::int64_t number, CaseId of_case);
    Result<void> take_holder_word(std::int64_t number, CaseSnapshot& snapshot, const Record& record,
                                  std::string_view reference);

    struct Found {
        CaseSnapshot* snapshot = nullptr;
        bool is_new = false;
        FieldSet altered;                 ///< what the record changed of what was known
        std::vector<CaseId> unsure;       ///< cases that may be of the same person, of which nobody was asked yet
        std::optional<Rejudging> before;  ///< how the case stood; none of a new one
    };
    Result<std::optional<store::Seen>> recalled(const KnownBy& known);
    Result<std::optional<CaseId>> case_that_took(const std::optional<store::Seen>& seen);
    Result<bool> is_the_same(const store::Seen& before, const Record& record);
    void repeated(std::int64_t number);
    Result<Found> case_for(const Record& record, const MatchTerms& terms, const std::vector<store::BlindKey>& keys,
                           const std::optional<store::Seen>& seen, const ValueSource& source, Name agreement);
    Result<void> casework(CaseSnapshot& snapshot, const CaseEvent& event);
    void ask_for_a_way(std::int64_t number, const CaseFile& told);
    Result<void> look_again(CaseSnapshot& snapshot, const Rejudging& before);
    Result<void> bar_for_others(const Beside& said, const std::vector<CaseId>& others);
    Result<std::vector<CaseId>> unsure_since(const CaseSnapshot& joined, const MatchTerms& before, const Record& said);
    Result<void> ask_about(CaseSnapshot& snapshot, const std::vector<CaseId>& others);
    Result<CaseSnapshot*> loaded(CaseId id);
    Result<void> refer_on_report(CaseSnapshot& snapshot);
    void put_record(const CaseSnapshot& snapshot, RecordId id, const Record& record, Name agreement,
                    const FieldSet& altered);
    void collected(const CaseSnapshot& snapshot, RecordId id, const Record& record, const Map& map,
                   const Agreement& agreement);
    Result<void> settled();
    Changes batch();
    Result<void> end(Changes::EndedWork ended, Unsettled::After after);
    store::MessageState state_now() const;
    void done_with(std::int64_t number);
    void counted(std::int64_t number, std::int64_t Changes::Advance::*as);

    const Context& context_;
    Unsettled& unsettled_;
    const Changes::Under under_;
    const store::MessageRow& message_;
    const site::Partner& partner_;
    bool fictional_;  ///< the partner was in rehearsal when it sent the message: it is about nobody
    Instant now_;
    Chronicle chronicle_;
    Changes changes_;
    Changes::Advance counts_;
    std::map<CaseId, CaseSnapshot> cases_;  ///< touched in this batch
    std::map<CaseId, bool> is_new_;
    std::multimap<store::BlindKey, CaseId> keys_;  ///< of cases touched in this batch
    std::map<Digest16, store::Seen> seen_;         ///< records of this batch
    std::int64_t held_before_ = 0;
    bool replays_ = false;
    std::shared_ptr<Result<void>> last_;  ///< what became of the batch before; null before there is one
};

}  // namespace haven::flow
