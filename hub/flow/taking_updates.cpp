#include <algorithm>

#include "hub/flow/door.h"
#include "hub/flow/matching.h"
#include "hub/flow/taking.h"

// News of cases that are known. What becomes of the perpetrator of an incident concerns every case that a report of the
// incident opened.
namespace haven::flow {
namespace {

// More is no incident, but one number under which a source files all.
constexpr std::int64_t cases_of_incident_max = 50;
// Of one incident; the rest waits for a person.
constexpr std::int64_t news_taken_up_max = 1'000;

// The same again of its sender is a repeat, whichever message brings it: what counts is the news that stood before it.
bool is_known(const Fields& fields, const CaseSnapshot& snapshot, const Record& update, Name sender) {
    const CaseRecord* before = nullptr;
    for (const auto& one : snapshot.records) {
        const bool of_incident = one.record.type() == update.type() && one.source.partner == sender &&
                                 one.record.get(fields.incident_issuer) == update.get(fields.incident_issuer) &&
                                 one.record.get(fields.incident_reference) == update.get(fields.incident_reference);
        if (!of_incident || one.record.as_of() > update.as_of()) { continue; }
        if (before == nullptr || before->record.as_of() <= one.record.as_of()) { before = &one; }
    }
    return before != nullptr && before->record.content() == update.content();
}

}  // namespace

Result<void> Taking::take_update(std::int64_t number, const Record& record, const Map& map,
                                 const Agreement& agreement) {
    const auto incident = incident_key(context_, record, partner_.name, fictional_);
    const auto cases = cases_of_incident(incident);
    if (!cases) { return fail(cases.error()); }
    if (cases->empty()) {  // it names no victim, so it opens no case; its report may come yet
        hold_record(number, Error{Fault::missing, "no report of this incident is known", {}},
                    incident ? std::optional(incident->digest) : std::nullopt);
        return {};
    }
    if (std::ssize(*cases) > cases_of_incident_max) {
        hold_record(number, Error{Fault::refused, "more cases are of this incident than one update may change", {}});
        return {};
    }
    bool is_news = false;
    for (const auto id : *cases) {
        const auto joined = join_update(id, record, map, agreement);
        if (!joined) { return fail(joined.error()); }
        is_news |= *joined;
    }
    is_news ? done_with(number) : repeated(number);
    return {};
}

Result<std::vector<CaseId>> Taking::cases_of_incident(const std::optional<store::BlindKey>& incident) {
    if (!incident) { return std::vector<CaseId>{}; }
    unsettled_.settle_if(incident->digest);  // a batch is of one map, so that no report is in the one of its update
    return context_.readers.read([&](store::Sql& sql) -> Result<std::vector<CaseId>> {
        return store::find_by_blind_key(sql, *incident, cases_of_incident_max + 1);
    });
}

// News that came before the report of its incident is read again behind it: that he was released, or whose number one
// is, must not wait for a person.
Result<void> Taking::take_up_news(const store::BlindKey& incident) {
    unsettled_.settle_if(incident.digest);
    auto waiting = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<store::Awaiting>> {
        return store::awaiting(sql, incident.digest, news_taken_up_max);
    });
    if (!waiting) { return fail(std::move(waiting).error()); }
    for (auto& waited : *waiting) {
        const auto decided = context_.ids.next_as<HeldId>(now_);
        auto entry = chronicle_.entry(ledger::Operation::decision, "held decided", ledger::Actor::of_hub("intake"));
        entry.reason = "report-came";
        entry.held = decided;
        entry.message = MessageId{waited.items.front().subject};
        changes_.taken_up.push_back(
            {std::move(waited),
             decided,
             {context_.ids.next_as<WorkId>(now_), reading_lane, store::WorkKind::replay, {}, {}, decided.value, 0},
             Chronicle::row(std::move(entry))});
    }
    return {};
}

/// Whether it was news to the case.
Result<bool> Taking::join_update(CaseId id, const Record& record, const Map& map, const Agreement& agreement) {
    auto there = loaded(id);
    // Between the two looks it was merged or erased: the next look finds the case that stands for it, or none.
    if (!there && there.error().fault == Fault::missing) {
        return fail(Fault::conflict, "a case of this incident was changed meanwhile");
    }
    if (!there) { return fail(std::move(there).error()); }
    auto& snapshot = **there;
    if (is_known(context_.fields, snapshot, record, partner_.name)) { return false; }
    const auto own = context_.ids.next_as<RecordId>(now_);
    const Rejudging before(context_, snapshot, now_);
    const CaseRecord said{record, {own, partner_.name, record.as_of(), false}};
    const auto altered = snapshot.add(said, agreement.name());
    put_record(snapshot, own, record, agreement.name(), altered);
    collected(snapshot, own, record, map, agreement);
    const auto state = context_.fields.triage.read(record).perpetrator;
    if (auto done = casework(snapshot, case_event::PerpetratorChanged{state}); !done) {
        return fail(std::move(done).error());
    }
    if (auto done = look_again(snapshot, before); !done) { return fail(std::move(done).error()); }
    if (auto done = bar_for_others({said, snapshot.row.id}, snapshot.maybe_hers); !done) {
        return fail(std::move(done).error());
    }
    return true;
}

}  // namespace haven::flow
