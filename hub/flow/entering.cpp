#include "hub/flow/entering.h"

#include <algorithm>

#include "hub/flow/matching.h"
#include "hub/flow/need.h"
#include "hub/flow/timekeeper.h"
#include "hub/flow/triage.h"
#include "hub/flow/vault.h"
#include "mapping/identity.h"

namespace haven::flow {
namespace {

/// Reads one canonical record from JSON.
Result<Record> read_canonical(const Context& context, std::string_view type, std::string_view json) {
    const auto& catalogue = context.site->catalogue;
    const auto map = Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), false), type, catalogue);
    if (!map) { return fail(Fault::broken, "the canonical map does not compile"); }
    std::optional<Result<Record>> read;
    MemorySource source(json);
    const auto now = context.clock.now();
    auto done = (*map)->reader()->read(source, [&](const ReadRecord& one) -> Result<void> {
        if (read) { return fail(Fault::malformed, "expected one record"); }
        read.emplace(one.document ? (*map)->in(**one.document, now) : Result<Record>(fail(one.document.error())));
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    if (!read) { return fail(Fault::malformed, "expected a record"); }
    return std::move(*read);
}

Result<Record> read_answer(const Context& context, std::string_view json) {
    Result<Record> read = fail(Fault::malformed, "expected an answer");
    for (const char* type : {"referral-answer", "arrival", "outcome"}) {
        auto record = read_canonical(context, type, json);
        if (record) { return record; }
        if (record.error().fault != Fault::unmapped) { read = std::move(record); }
    }
    return read;
}

Changes put_record(const Context& context, const CaseSnapshot& snapshot, RecordId id, const Record& record,
                   Name partner, Name agreement, ledger::Actor by, Instant now) {
    Changes changes;
    const auto type = std::string(record.catalogue().record_type(record.type()).name.text());
    changes.records.push_back({id,
                               snapshot.row.id,
                               {},
                               type,
                               partner,
                               agreement,
                               record.as_of(),
                               by.kind == ledger::Actor::Kind::user,
                               seal_record(snapshot.key, snapshot.row.id, id, record)});
    auto entry = Chronicle(context.ids, now).entry(ledger::Operation::collection, "record entered", by);
    entry.record = id;
    record.fields().each([&](FieldNumber f) { entry.fields.push_back(f.value); });
    entry.schema = Digest16::from(record.catalogue().hash()).value_or(Digest16{});
    changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
    return changes;
}

// Services that she asked for and that no referral of the case stands for yet.
Result<Changes> open_referrals(const Context& context, CaseSnapshot& snapshot, const Record& record, ledger::Actor by,
                               Instant now) {
    Changes changes;
    for (const auto service : services_asked_for(context.fields, record)) {
        const bool there = std::any_of(snapshot.referrals.begin(), snapshot.referrals.end(),
                                       [&](const Referral& r) { return r.service == service; });
        if (there || context.site->service(service.text()) == nullptr) { continue; }
        auto opened = Broker(context, now).open(snapshot, service, by);
        if (!opened) { return opened; }
        changes.append(std::move(*opened));
    }
    return changes;
}

Result<Changes> what_follows(const Context& context, CaseSnapshot& snapshot, const Record& record, ledger::Actor by,
                             Instant now) {
    Changes changes;
    if (record.get(context.fields.consent_to_referral) == Answer::no) {
        for (const auto& referral : std::vector<Referral>(snapshot.referrals)) {
            auto withdrawn = Broker(context, now).happen(snapshot, referral.id, referral_event::Withdrawn{}, by);
            if (!withdrawn) { return withdrawn; }
            changes.append(std::move(*withdrawn));
        }
    }
    const auto help = record.get(context.fields.help);
    if (help == HelpAnswer::accepted) {
        auto opened = open_referrals(context, snapshot, record, by, now);
        if (!opened) { return opened; }
        changes.append(std::move(*opened));
        snapshot.row.state = "accepted-help";
    } else if (help == HelpAnswer::declined) {
        snapshot.row.state = "declined-help";
    }
    return changes;
}

Result<Changes> answered(const Context& context, CaseSnapshot& snapshot, const store::OfferRow& offer,
                         const Record& record, Name agreement, ledger::Actor by, Instant now) {
    auto event = event_of(context.fields, record, offer.id);
    if (!event) { return fail(Fault::malformed, "expected an answer, an arrival or an outcome"); }
    if (by.kind == ledger::Actor::Kind::user) {
        std::visit(
            [&](auto& e) {
                if constexpr (requires { e.recorded_by; }) { e.recorded_by = by.user; }
            },
            *event);
    }
    const auto id = context.ids.next_as<RecordId>(now);
    snapshot.add({record, {id, offer.partner, record.as_of(), false}}, agreement);
    auto changes = put_record(context, snapshot, id, record, offer.partner, agreement, by, now);
    auto stepped = Broker(context, now).happen(snapshot, offer.referral, *event, by);
    if (!stepped) { return stepped; }
    changes.append(std::move(*stepped));
    return changes;
}

Result<store::OfferRow> offer_of(const Context& context, Name partner, std::string_view reference) {
    auto offer = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::OfferRow>> {
        return store::find_offer(sql, partner, reference);
    });
    if (!offer) { return fail(std::move(offer).error()); }
    if (!*offer) { return fail(Fault::missing, "no offer of this reference"); }
    return std::move(**offer);
}

}  // namespace

Result<CaseId> enter_contact(const Context& context, std::optional<CaseId> id, std::string_view json, UserId by) {
    auto record = read_canonical(context, "contact-result", json);
    if (!record) { return fail(std::move(record).error()); }
    const auto actor = ledger::Actor::of_user(by);
    const auto add_to = [&](CaseSnapshot& snapshot, RecordId record_id, Instant now) -> Result<Changes> {
        auto changes = put_record(context, snapshot, record_id, *record, context.site->hub, {}, actor, now);
        for (const auto& key : blind_keys(context, *record)) { changes.blind_keys.emplace_back(key, snapshot.row.id); }
        triage(context, snapshot, now);
        auto more = what_follows(context, snapshot, *record, actor, now);
        if (!more) { return more; }
        changes.append(std::move(*more));
        return changes;
    };
    if (id) {
        auto done = change_case(context, *id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
            const auto record_id = context.ids.next_as<RecordId>(now);
            snapshot.add({*record, {record_id, context.site->hub, record->as_of(), true}}, {});
            return add_to(snapshot, record_id, now);
        });
        if (!done) { return fail(std::move(done).error()); }
        return *id;
    }
    const auto now = context.clock.now();
    const auto record_id = context.ids.next_as<RecordId>(now);
    auto snapshot = new_case(context, {*record, {record_id, context.site->hub, record->as_of(), true}}, {}, now);
    auto changes = add_to(snapshot, record_id, now);
    if (!changes) { return fail(std::move(changes).error()); }
    changes->new_cases.push_back(snapshot.row);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, *changes, now); });
    if (!done) { return fail(std::move(done).error()); }
    return snapshot.row.id;
}

Result<void> enter_answer(const Context& context, std::string_view referral, std::string_view json, UserId by) {
    auto record = read_answer(context, json);
    if (!record) { return fail(std::move(record).error()); }
    const auto id = id_from_text(referral);
    const auto reference = record->get(context.fields.request_reference).value_or("");
    auto offer = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::OfferRow>> {
        return store::find_any_offer(sql, reference);
    });
    if (!offer) { return fail(std::move(offer).error()); }
    if (!*offer || !id || (*offer)->referral.value != *id) {
        return fail(Fault::missing, "no such offer of this referral");
    }
    return change_case(context, (*offer)->case_id, [&](CaseSnapshot& snapshot, Instant now) {
        return answered(context, snapshot, **offer, *record, {}, ledger::Actor::of_user(by), now);
    });
}

Result<void> enter_partner_answer(const Context& context, Name partner, std::string_view reference,
                                  std::string_view json) {
    auto record = read_answer(context, json);
    if (!record) { return fail(std::move(record).error()); }
    auto offer = offer_of(context, partner, reference);
    if (!offer) { return fail(std::move(offer).error()); }
    if (record->get(context.fields.request_reference) != reference) {
        return fail(Fault::malformed, "the record names another reference than the address");
    }
    const auto agreement = context.site->agreement_from(partner, record->type());
    if (agreement == nullptr || !agreement->in_force(context.clock.now())) {
        return fail(Fault::refused, "no agreement in force lets this partner tell the hub this");
    }
    return change_case(context, offer->case_id, [&](CaseSnapshot& snapshot, Instant now) {
        return answered(context, snapshot, *offer, *record, agreement->name(), ledger::Actor::of_partner(partner), now);
    });
}

}  // namespace haven::flow
