#include "hub/flow/taking.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/seal/digest.h"
#include "hub/flow/casework.h"
#include "hub/flow/directory.h"
#include "hub/flow/holding.h"
#include "hub/flow/vault.h"
#include "hub/flow/words.h"

namespace haven::flow {
namespace {

Error taken_now() {
    return {Fault::unmapped, "was held, and is taken now", {}};
}

}  // namespace

Taking::Taking(const Context& context, Unsettled& unsettled, const store::Work& work, const store::MessageRow& message,
               const site::Partner& partner)
    : context_(context),
      unsettled_(unsettled),
      under_{work.id, work.attempts},
      message_(message),
      partner_(partner),
      fictional_(message.fictional),
      now_(context.clock.now()),
      chronicle_(context.ids, now_),
      held_before_(message.held) {
    counts_.message = message.id;
    counts_.reached = message.reached;
}

Result<void> Taking::take(std::int64_t number, const std::vector<Record>& records, const Map& map) {
    const auto agreement = context_.site->agreement_from(partner_.name, map.hub_type(), now_);
    if (agreement == nullptr || !agreement->in_force(now_)) {
        hold_record(number, Error{Fault::refused, "no agreement in force lets this partner tell the hub this", {}});
        return {};
    }
    std::vector<Record> agreed;
    for (const auto& record : records) { agreed.push_back(agreed_part(record, *agreement)); }
    const auto told_apart = apart(context_, agreed);
    for (std::size_t i = 0; i < agreed.size(); ++i) {
        auto taken = take_one(number, agreed[i], told_apart[i], map, *agreement);
        if (!taken) { return taken; }
    }
    return {};
}

Result<void> Taking::take_one(std::int64_t number, const Record& record, const std::string& apart, const Map& map,
                              const Agreement& agreement) {
    const auto type = record.catalogue().record_type(record.type()).name.text();
    if (type == "incident-report") {
        return take_report(number, record, known_by(context_, record, partner_.name, apart, fictional_), map,
                           agreement);
    }
    if (type == "perpetrator-update") { return take_update(number, record, map, agreement); }
    if (type == "service-entry") {
        changes_.directory.push_back(entry_of(context_.fields, record, partner_.name, fictional_));
        done_with(number);
        return {};
    }
    if (type == "vacancy") {
        changes_.vacancies.push_back(vacancy_of(context_.fields, record, partner_.name, fictional_, now_));
        done_with(number);
        return {};
    }
    return take_word(number, record, map, agreement);
}

Result<void> Taking::take_report(std::int64_t number, const Record& record, const KnownBy& known, const Map& map,
                                 const Agreement& agreement) {
    const auto content = keyed_digest(context_.secrets.digests, "record content", record.content());
    const auto terms = context_.fields.match.read(record);
    const auto keys = blind_keys(context_, terms);
    unsettled_.settle_if(known.victim);
    for (const auto& key : keys) { unsettled_.settle_if(key.digest); }
    auto before = recalled(known);
    if (!before) { return fail(std::move(before).error()); }
    if (*before && (*before)->erased) {  // the stop list: a person at the hub decides whether she is known again
        hold_record(number, Error{Fault::refused, "the case of this reference was erased", {}});
        return {};
    }
    auto same = Result<bool>(*before && (*before)->content == content);
    if (*before && !*same) { same = is_the_same(**before, record); }
    if (!same) { return fail(std::move(same).error()); }
    if (*same) {
        if ((*before)->content != content) {  // next time its bytes tell it
            seen_[known.victim] = {(*before)->subject, content, (*before)->as_of};
            changes_.seen.push_back({known.victim, seen_[known.victim], true});
        }
        repeated(number);
        return {};
    }
    const auto id = context_.ids.next_as<RecordId>(now_);
    const ValueSource source{id, partner_.name, record.as_of(), false};
    auto found = case_for(record, terms, keys, *before, source, agreement.name());
    if (!found) { return fail(std::move(found).error()); }
    auto& snapshot = *found->snapshot;
    put_record(snapshot, id, record, agreement.name(), found->altered);
    for (const auto& key : keys) {
        changes_.blind_keys.emplace_back(key, snapshot.row.id);
        keys_.emplace(key, snapshot.row.id);
    }
    const auto incident = incident_key(context_, record, partner_.name, fictional_);
    if (incident) {
        changes_.blind_keys.emplace_back(*incident, snapshot.row.id);
        if (auto done = take_up_news(*incident); !done) { return done; }
    }
    // An older report that comes late joins its case and leaves what is remembered as it is.
    if (!*before || (*before)->as_of <= record.as_of()) {
        const store::Seen seen{id.value, content, record.as_of(), false, known.reference};
        changes_.seen.push_back({known.victim, seen, before->has_value()});
        seen_[known.victim] = seen;
    }
    collected(snapshot, id, record, map, agreement);
    if (auto done = bar_for_others({{record, source}, snapshot.row.id}, snapshot.maybe_hers); !done) { return done; }
    if (auto done = ask_about(snapshot, found->unsure); !done) { return done; }
    ask_for_a_way(number, found->is_new
                              ? snapshot.file
                              : CaseFile::fold(context_.site->catalogue, std::vector{CaseRecord{record, source}}));
    if (auto done = casework(snapshot, case_event::ReportArrived{}); !done) { return done; }
    if (auto done = found->is_new ? refer_on_report(snapshot) : look_again(snapshot, *found->before); !done) {
        return done;
    }
    done_with(number);
    return {};
}

// A victim who is new to a reference of which a case was erased may be that very one, told of otherwise.
Result<std::optional<store::Seen>> Taking::recalled(const KnownBy& known) {
    if (const auto here = seen_.find(known.victim); here != seen_.end()) { return std::optional(here->second); }
    return context_.readers.read([&](store::Sql& sql) -> Result<std::optional<store::Seen>> {
        auto before = store::recall_seen(sql, store::SeenKind::record, known.victim);
        if (!before && store::is_erased(sql, known.reference)) { before = store::Seen{.erased = true}; }
        return before;
    });
}

void Taking::repeated(std::int64_t number) {
    const auto& lines = changes_.receipt_lines;
    if (lines.empty() || lines.back().second.record_number != number) {  // else another victim of it is asked about
        const Error again{Fault::conflict, "the same record came before", {}};
        changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "repeated", again));
    }
    counted(number, &Changes::Advance::repeated);
}

// Numbers of fields are those of one schema, so after another came, the record itself is compared with the one taken.
Result<bool> Taking::is_the_same(const store::Seen& before, const Record& record) {
    auto in = case_that_took(before);
    if (!in) { return fail(std::move(in).error()); }
    if (!*in) { return false; }
    const auto holds_it = [&](const CaseSnapshot& snapshot) {
        return std::any_of(snapshot.records.begin(), snapshot.records.end(), [&](const CaseRecord& taken) {
            return taken.source.record.value == before.subject && taken.record.content() == record.content();
        });
    };
    if (const auto here = cases_.find(**in); here != cases_.end()) { return holds_it(here->second); }
    unsettled_.settle_if(**in);
    const auto there = read_snapshot(context_, **in);  // a repeat changes nothing, so this batch does not take the case
    if (!there) { return fail(there.error()); }
    return holds_it(*there);
}

Result<void> Taking::casework(CaseSnapshot& snapshot, const CaseEvent& event) {
    auto happened = Casework(context_, now_).happen(snapshot, event, ledger::Actor::of_partner(partner_.name));
    if (!happened) { return fail(std::move(happened).error()); }
    changes_.append(std::move(happened->changes));
    return {};
}

// The question goes back with the receipt of the very record: the source knows which victim it is about. It is asked by
// what this record tells alone, or it would learn what others have told of her.
void Taking::ask_for_a_way(std::int64_t number, const CaseFile& told) {
    const auto contact = context_.fields.contact.read(told, {}, *context_.site->zone, now_);
    if (next_contact(contact, every_channel, {}, *context_.site->contact, now_)) { return; }
    const Error asked{Fault::missing, "no safe way to reach the victim is told: tell the hub of one", {}};
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "asked", asked));
}

Result<void> Taking::look_again(CaseSnapshot& snapshot, const Rejudging& before) {
    auto follows = before.after(snapshot, ledger::Actor::of_partner(partner_.name));
    if (!follows) { return fail(std::move(follows).error()); }
    changes_.append(std::move(*follows));
    return {};
}

// Until a person has decided whether they are of one victim, what one says bars in the other.
Result<void> Taking::bar_for_others(const Beside& said, const std::vector<CaseId>& others) {
    for (const auto id : others) {
        const auto other = loaded(id);
        if (!other && other.error().fault == Fault::missing) { continue; }  // it was erased, or merged, meanwhile
        if (!other) { return fail(other.error()); }
        auto follows = barred_in(context_, **other, said, ledger::Actor::of_partner(partner_.name), now_);
        if (!follows) { return fail(std::move(follows).error()); }
        changes_.append(std::move(*follows));
    }
    return {};
}

// By what it says now it may be of the same victim as a case that it was not taken for before.
Result<std::vector<CaseId>> Taking::unsure_since(const CaseSnapshot& joined, const MatchTerms& before,
                                                 const Record& said) {
    const auto terms = terms_since(context_, before, joined, said);
    std::vector<CaseId> here;
    for (const auto& one : terms) {
        for (const auto& key : blind_keys(context_, one)) {
            unsettled_.settle_if(key.digest);
            for (auto [at, end] = keys_.equal_range(key); at != end; ++at) { here.push_back(at->second); }
        }
    }
    return find_unsure(context_, joined, terms, std::move(here), [this](CaseId id) -> const CaseSnapshot* {
        const auto touched = cases_.find(id);
        if (touched != cases_.end()) { return &touched->second; }
        unsettled_.settle_if(id);
        return nullptr;
    });
}

Result<void> Taking::ask_about(CaseSnapshot& snapshot, const std::vector<CaseId>& others) {
    for (const auto id : others) {
        const auto other = loaded(id);
        if (!other && other.error().fault == Fault::missing) { continue; }  // it was erased, or merged, meanwhile
        if (!other) { return fail(other.error()); }
        auto follows = ask_whether_same(context_, snapshot, **other, ledger::Actor::of_partner(partner_.name), now_);
        if (!follows) { return fail(std::move(follows).error()); }
        changes_.append(std::move(*follows));
    }
    return {};
}

Result<std::optional<CaseId>> Taking::case_that_took(const std::optional<store::Seen>& seen) {
    if (!seen) { return std::optional<CaseId>{}; }
    for (const auto& made : changes_.records) {
        if (made.id.value == seen->subject) { return std::optional(made.case_id); }
    }
    return context_.readers.read([&](store::Sql& sql) -> Result<std::optional<CaseId>> {
        return store::case_of_record(sql, RecordId{seen->subject});
    });
}

Result<Taking::Found> Taking::case_for(const Record& record, const MatchTerms& terms,
                                       const std::vector<store::BlindKey>& keys, const std::optional<store::Seen>& seen,
                                       const ValueSource& source, Name agreement) {
    auto known = case_that_took(seen);
    if (!known) { return fail(std::move(known).error()); }
    Found found;
    // Cases of this batch are not in the store yet.
    for (auto key = keys.begin(); !*known && key != keys.end(); ++key) {
        for (auto [at, end] = keys_.equal_range(*key); !*known && at != end; ++at) {
            const auto& there = cases_.at(at->second);
            const auto verdict = compare(terms, context_.fields.match.read(there.file.facts()));
            if (verdict == Match::same) { *known = at->second; }
            if (verdict == Match::unsure) { found.unsure.push_back(at->second); }
        }
    }
    if (!*known && !keys.empty()) {
        auto matched = find_case(context_, terms, keys, fictional_);
        if (!matched) { return fail(std::move(matched).error()); }
        *known = matched->same;
        found.unsure.insert(found.unsure.end(), matched->unsure.begin(), matched->unsure.end());
    }
    if (*known) {
        auto there = loaded(**known);
        if (!there) { return fail(std::move(there).error()); }
        const auto known_by = context_.fields.match.read((*there)->file.facts());
        found.before.emplace(context_, **there, now_);
        found.altered = (*there)->add({record, source}, agreement);
        found.snapshot = *there;
        auto unsure = unsure_since(**there, known_by, record);
        if (!unsure) { return fail(std::move(unsure).error()); }
        found.unsure = std::move(*unsure);
        return found;
    }
    std::sort(found.unsure.begin(), found.unsure.end());
    found.unsure.erase(std::unique(found.unsure.begin(), found.unsure.end()), found.unsure.end());
    found.is_new = true;
    auto made = new_case(context_, {record, source}, agreement, fictional_, now_);
    const auto id = made.row.id;
    is_new_[id] = true;
    found.snapshot = &cases_.emplace(id, std::move(made)).first->second;
    return found;
}

Result<CaseSnapshot*> Taking::loaded(CaseId id) {
    if (const auto here = cases_.find(id); here != cases_.end()) { return &here->second; }
    unsettled_.settle_if(id);
    auto snapshot = read_snapshot(context_, id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    is_new_[id] = false;
    return &cases_.emplace(id, std::move(*snapshot)).first->second;
}

Result<void> Taking::refer_on_report(CaseSnapshot& snapshot) {
    for (const auto& [name, service] : context_.site->services) {
        const bool agrees = snapshot.file.facts().get(context_.fields.consent_to_referral) == Answer::yes;
        if (!service.on_report || !agrees) { continue; }
        auto opened = Broker(context_, now_).open(snapshot, service.name, ledger::Actor::of_partner(partner_.name));
        if (!opened) { return fail(std::move(opened).error()); }
        changes_.append(std::move(*opened));
    }
    return {};
}

void Taking::put_record(const CaseSnapshot& snapshot, RecordId id, const Record& record, Name agreement,
                        const FieldSet& altered) {
    if (!altered.empty()) {
        changes_.ledger.push_back(Chronicle::row(
            chronicle_.alteration(id, altered, record.catalogue(), ledger::Actor::of_partner(partner_.name)),
            snapshot.row.ledger_name));
    }
    const auto from = context_.site->agreement_from(partner_.name, record.type(), now_);
    if (from != nullptr && from->terms().retention_days) {
        changes_.retention.emplace_back(snapshot.row.id, now_ + std::chrono::days(*from->terms().retention_days));
    }
    changes_.records.push_back(
        {id, snapshot.row.id, message_.id, std::string(record.catalogue().record_type(record.type()).name.text()),
         partner_.name, agreement, record.as_of(), false, seal_record(snapshot.key, snapshot.row.id, id, record)});
}

void Taking::collected(const CaseSnapshot& snapshot, RecordId id, const Record& record, const Map& map,
                       const Agreement& agreement) {
    auto entry =
        chronicle_.entry(ledger::Operation::collection, "record taken", ledger::Actor::of_partner(partner_.name));
    entry.message = message_.id;
    entry.record = id;
    if (fictional_) { entry.reason = "rehearsal"; }
    entry.agreement = agreement.name();
    entry.agreement_version = Digest32::from(agreement.terms().version);
    entry.purpose = Name::declare(agreement.terms().purpose);
    record.fields().each([&](FieldNumber f) { entry.fields.push_back(f.value); });
    entry.schema = Digest16::from(record.catalogue().hash()).value_or(Digest16{});
    entry.versions.push_back({map.name(), map.digest()});
    changes_.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
}

// A record that was held is not held any more, whatever becomes of it now.
void Taking::next(bool again) {
    replays_ = again;
    if (again) { --counts_.held; }
}

void Taking::counted(std::int64_t number, std::int64_t Changes::Advance::*as) {
    ++(counts_.*as);
    if (!replays_) { counts_.reached = number; }
}

void Taking::done_with(std::int64_t number) {
    if (replays_) { changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "replayed", taken_now())); }
    counted(number, &Changes::Advance::taken);
}

void Taking::hold_record(std::int64_t number, const Error& error, const std::optional<Digest16>& awaits) {
    changes_.held.emplace_back(held_row(context_, partner_.name, error, now_),
                               store::HeldItem{store::HeldKind::record, message_.id.value, number, {}, awaits});
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "held", error));
    counted(number, &Changes::Advance::held);
}

void Taking::read_on(std::int64_t number) {
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "replayed", taken_now()));
    --counts_.held;
}

void Taking::hold_message(const Error& error) {
    const auto number = counts_.reached == 0 ? 0 : counts_.reached + 1;  // 0: nothing of it was taken
    changes_.held.emplace_back(held_row(context_, partner_.name, error, now_),
                               store::HeldItem{store::HeldKind::message, message_.id.value, number, {}});
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "held", error));
    ++counts_.held;
}

}  // namespace haven::flow
