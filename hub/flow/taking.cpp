#include "hub/flow/taking.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/seal/digest.h"
#include "hub/flow/matching.h"
#include "hub/flow/triage.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr std::chrono::hours held_due{1};

// What two records that were held for the same reason share: names, and no number of a row.
std::string names_in(const Error& error) {
    std::string out;
    for (auto place = error.places.rbegin(); place != error.places.rend(); ++place) {
        if (place->name.empty()) { continue; }
        out += (out.empty() ? "" : ": ") + place->text();
    }
    return out;
}

store::HeldRow held_row(const Context& context, Name partner, const Error& error, Instant now) {
    const bool ours = error.fault == Fault::refused;
    return {context.ids.next_as<HeldId>(now),
            partner,
            std::string(name_of(error.fault)),
            names_in(error),
            error.reason.text(),
            ours ? "information-governance" : "integration-engineer",
            now,
            now + held_due,
            0};
}

store::ReceiptLine receipt_line(std::int64_t number, const char* result, const Error& error) {
    return {number, result, std::string(name_of(error.fault)), error.where(), error.reason.text()};
}

Digest16 reference_digest(const Context& context, const Record& record) {
    const auto& fields = context.fields;
    return keyed_digest(context.secrets.digests, "record reference",
                        std::string(record.catalogue().record_type(record.type()).name.text()) + "|" +
                            record.get(fields.incident_issuer).value_or("") + "|" +
                            record.get(fields.incident_reference).value_or(""));
}

}  // namespace

Taking::Taking(const Context& context, const store::MessageRow& message, const site::Partner& partner)
    : context_(context),
      message_(message),
      partner_(partner),
      now_(context.clock.now()),
      chronicle_(context.ids, now_),
      held_before_(message.held) {
    counts_.message = message.id;
    counts_.reached = message.reached;
}

Result<void> Taking::take(std::int64_t number, const Record& record, const Map& map) {
    const auto agreement = context_.site->agreement_from(partner_.name, record.type());
    if (agreement == nullptr || !agreement->in_force(now_)) {
        hold_record(number, Error{Fault::refused, "no agreement in force lets this partner tell the hub this", {}});
        return {};
    }
    // The hub too takes only what was agreed.
    std::vector<bool> agreed;
    for (const auto& value : record.values()) { agreed.push_back(agreement->fields(Stage::accept).has(value.field)); }
    const auto kept = record.part(record.type(), agreed);
    const auto type = record.catalogue().record_type(record.type()).name.text();
    if (type == "incident-report" || type == "perpetrator-update") {
        return take_report(number, kept, map, *agreement);
    }
    if (type == "vacancy") {
        take_vacancy(kept);
        done_with(number);
        return {};
    }
    return take_word(number, kept, map, *agreement);
}

Result<void> Taking::take_report(std::int64_t number, const Record& record, const Map& map,
                                 const Agreement& agreement) {
    const auto reference = reference_digest(context_, record);
    const auto content = keyed_digest(context_.secrets.digests, "record content", record.content());
    auto before = context_.readers.read([&](store::Sql& sql) -> Result<std::optional<store::Seen>> {
        return store::recall_seen(sql, store::SeenKind::record, reference);
    });
    if (!before) { return fail(std::move(before).error()); }
    if (const auto here = seen_.find(reference); here != seen_.end()) { *before = here->second; }
    if (*before && (*before)->content == content) {
        changes_.receipt_lines.emplace_back(
            message_.id, receipt_line(number, "repeated", Error{Fault::conflict, "the same record came before", {}}));
        ++counts_.repeated;
        counts_.reached = number;
        return {};
    }
    const auto id = context_.ids.next_as<RecordId>(now_);
    const ValueSource source{id, partner_.name, record.as_of(), false};
    const auto keys = blind_keys(context_, record);
    bool is_new = false;
    auto found = case_for(record, keys, *before, source, agreement.name(), is_new);
    if (!found) { return fail(std::move(found).error()); }
    auto& snapshot = **found;
    put_record(snapshot, id, record, agreement.name());
    for (const auto& key : keys) {
        changes_.blind_keys.emplace_back(key, snapshot.row.id);
        keys_.emplace(key, snapshot.row.id);
    }
    // An older report that comes late joins its case and leaves what is remembered as it is.
    if (!*before || (*before)->as_of <= record.as_of()) {
        const store::Seen seen{id.value, content, record.as_of()};
        changes_.seen.push_back({reference, seen, before->has_value()});
        seen_[reference] = seen;
    }
    collected(snapshot, id, record, map, agreement);
    const auto grade_before = snapshot.row.grade;
    triage(context_, snapshot, now_);
    if (!is_new && grade_before && snapshot.row.grade && *snapshot.row.grade > *grade_before) {
        Broker broker(context_, now_);
        for (const auto& referral : std::vector<Referral>(snapshot.referrals)) {
            auto told = broker.happen(snapshot, referral.id, referral_event::Amended{},
                                      ledger::Actor::of_partner(partner_.name));
            if (!told) { return fail(std::move(told).error()); }
            changes_.append(std::move(*told));
        }
    }
    if (is_new) {
        if (auto referred = refer_on_report(snapshot); !referred) { return referred; }
    }
    done_with(number);
    return {};
}

Result<CaseSnapshot*> Taking::case_for(const Record& record, const std::vector<store::BlindKey>& keys,
                                       const std::optional<store::Seen>& seen, const ValueSource& source,
                                       Name agreement, bool& is_new) {
    std::optional<CaseId> known;
    if (seen) {
        auto of_record = context_.readers.read([&](store::Sql& sql) -> Result<std::optional<CaseId>> {
            return store::case_of_record(sql, RecordId{seen->subject});
        });
        if (!of_record) { return fail(std::move(of_record).error()); }
        known = *of_record;
        for (const auto& made : changes_.records) {
            if (made.id.value == seen->subject) { known = made.case_id; }
        }
    }
    for (auto key = keys.begin(); !known && key != keys.end(); ++key) {
        if (const auto here = keys_.find(*key); here != keys_.end()) { known = here->second; }
    }
    if (!known && !keys.empty()) {
        auto stored = find_case(context_, keys);
        if (!stored) { return fail(std::move(stored).error()); }
        known = *stored;
    }
    if (known) {
        auto there = loaded(*known);
        if (!there) { return there; }
        (*there)->add({record, source}, agreement);
        return there;
    }
    is_new = true;
    auto made = new_case(context_, {record, source}, agreement, now_);
    const auto id = made.row.id;
    is_new_[id] = true;
    return &cases_.emplace(id, std::move(made)).first->second;
}

Result<CaseSnapshot*> Taking::loaded(CaseId id) {
    if (const auto here = cases_.find(id); here != cases_.end()) { return &here->second; }
    auto snapshot = read_snapshot(context_, id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    is_new_[id] = false;
    return &cases_.emplace(id, std::move(*snapshot)).first->second;
}

// A partner's word on something that it was asked: an answer, an arrival, an outcome.
Result<void> Taking::take_word(std::int64_t number, const Record& record, const Map& map, const Agreement& agreement) {
    const auto reference = record.get(context_.fields.request_reference).value_or("");
    auto offer = context_.readers.read([&](store::Sql& sql) -> Result<std::optional<store::OfferRow>> {
        return store::find_offer(sql, partner_.name, reference);
    });
    if (!offer) { return fail(std::move(offer).error()); }
    const auto event = *offer ? event_of(context_.fields, record, (*offer)->id) : std::nullopt;
    if (!event) {
        hold_record(number, Error{Fault::missing, "this partner was asked nothing under this reference", {}});
        return {};
    }
    auto found = loaded((*offer)->case_id);
    if (!found) { return fail(std::move(found).error()); }
    auto& snapshot = **found;
    const auto id = context_.ids.next_as<RecordId>(now_);
    snapshot.add({record, {id, partner_.name, record.as_of(), false}}, agreement.name());
    put_record(snapshot, id, record, agreement.name());
    collected(snapshot, id, record, map, agreement);
    auto changed =
        Broker(context_, now_).happen(snapshot, (*offer)->referral, *event, ledger::Actor::of_partner(partner_.name));
    if (!changed) { return fail(std::move(changed).error()); }
    changes_.append(std::move(*changed));
    done_with(number);
    return {};
}

void Taking::take_vacancy(const Record& record) {
    constexpr std::chrono::hours believed_for{4};
    const auto as_of = record.get(context_.fields.vacancy_as_of).value_or(now_);
    changes_.vacancies.push_back({partner_.name, record.get(context_.fields.vacancy_service).value_or(""),
                                  record.get(context_.fields.vacancy_places).value_or(0), as_of,
                                  record.get(context_.fields.vacancy_expires).value_or(as_of + believed_for)});
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

void Taking::put_record(const CaseSnapshot& snapshot, RecordId id, const Record& record, Name agreement) {
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
    entry.agreement = agreement.name();
    entry.purpose = Name::declare(agreement.terms().purpose);
    record.fields().each([&](FieldNumber f) { entry.fields.push_back(f.value); });
    entry.schema = Digest16::from(record.catalogue().hash()).value_or(Digest16{});
    entry.versions.push_back({map.name(), map.digest()});
    changes_.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
}

void Taking::done_with(std::int64_t number) {
    ++counts_.taken;
    counts_.reached = number;
}

void Taking::hold_record(std::int64_t number, const Error& error) {
    changes_.held.emplace_back(held_row(context_, partner_.name, error, now_),
                               store::HeldItem{store::HeldKind::record, message_.id.value, number, {}});
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "held", error));
    ++counts_.held;
    counts_.reached = number;
}

void Taking::hold_message(const Error& error) {
    const auto number = counts_.reached + 1;
    changes_.held.emplace_back(held_row(context_, partner_.name, error, now_),
                               store::HeldItem{store::HeldKind::message, message_.id.value, number, {}});
    changes_.receipt_lines.emplace_back(message_.id, receipt_line(number, "held", error));
    ++counts_.held;
}

Result<void> Taking::commit() {
    for (const auto& [id, snapshot] : cases_) {
        auto& rows = is_new_.at(id) ? changes_.new_cases : changes_.changed_cases;
        rows.push_back(snapshot.row);
        rows.back().changed_at = now_;
    }
    changes_.advance = counts_;
    held_before_ += counts_.held;
    auto done = context_.writer.submit_and_wait(
        [changes = std::move(changes_), now = now_](store::Sql& sql) { return apply(sql, changes, now); });
    changes_ = {};
    cases_.clear();
    is_new_.clear();
    keys_.clear();
    seen_.clear();
    counts_.taken = counts_.held = counts_.repeated = 0;
    return done;
}

Result<void> Taking::finish(const store::Work& work) {
    changes_.ended_work.push_back({work.id, work.attempts});
    const bool any_held = held_before_ + counts_.held > 0;
    counts_.state = any_held ? store::MessageState::held : store::MessageState::taken;
    return commit();
}

Result<void> Taking::refuse(const Context& context, const store::MessageRow& message, const store::Work& work,
                            const Error& error) {
    const auto now = context.clock.now();
    Changes changes;
    changes.held.emplace_back(held_row(context, message.partner, error, now),
                              store::HeldItem{store::HeldKind::message, message.id.value, 0, {}});
    changes.receipt_lines.emplace_back(message.id, receipt_line(0, "held", error));
    changes.ended_work.push_back({work.id, work.attempts});
    changes.advance = Changes::Advance{message.id, 0, 0, 1, 0, store::MessageState::held};
    return context.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

}  // namespace haven::flow
