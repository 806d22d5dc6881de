#include "hub/flow/entering.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>

#include "hub/flow/casework.h"
#include "hub/flow/concealing.h"
#include "hub/flow/matching.h"
#include "hub/flow/need.h"
#include "hub/flow/overriding.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/timekeeper.h"
#include "hub/flow/vault.h"
#include "hub/flow/words.h"
#include "mapping/identity.h"

namespace haven::flow {

Result<Record> read_canonical(const Context& context, std::string_view type, std::string_view json,
                              std::optional<int> version) {
    const auto& versions = context.site->versions;
    const auto catalogue = versions.find(version.value_or(versions.own()->version()));
    const auto number = catalogue == nullptr ? std::nullopt : catalogue->find_record_type(type);
    if (!number) { return fail(Fault::unmapped, "the version that is spoken has no such record"); }
    const auto map = Map::compile(identity_map(*catalogue, *number, false), type, versions);
    if (!map) { return fail(Fault::broken, "the canonical map does not compile"); }
    std::optional<Result<std::vector<Record>>> read;
    MemorySource source(json);
    const auto now = context.clock.now();
    auto done = (*map)->reader()->read(source, [&](const ReadRecord& one) -> Result<void> {
        if (read) { return fail(Fault::malformed, "expected one record"); }
        read.emplace(one.document ? (*map)->hub_records(**one.document, now) : fail(one.document.error()));
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    if (!read) { return fail(Fault::malformed, "expected a record"); }
    if (!*read) { return fail(std::move(*read).error()); }
    return std::move((*read)->front());
}

namespace {

constexpr Reason no_offer("no offer of this reference");

// The hub's own people, who are no partner, speak the hub's own version.
std::optional<int> version_of(const Context& context, Name partner, std::string_view type) {
    const auto number = context.site->catalogue->find_record_type(type);
    const auto agreement = number ? context.site->agreement_from(partner, *number, context.clock.now()) : nullptr;
    return agreement == nullptr ? std::nullopt : std::optional(agreement->named_in().version());
}

Result<Record> read_answer(const Context& context, Name partner, std::string_view json) {
    constexpr std::array<std::pair<const char*, const char*>, 4> types{
        {{"referral-answer", "answer"}, {"arrival", "arrival"}, {"outcome", "outcome"}, {"recall", "recall"}}};
    boost::system::error_code not_json;
    const auto value = boost::json::parse(json, not_json);
    const auto* object = not_json ? nullptr : value.if_object();
    std::optional<Error> telling;  // of the kind that it names, else of the first
    for (const auto& [type, group] : types) {
        auto record = read_canonical(context, type, json, version_of(context, partner, type));
        if (record) { return record; }
        const bool is_named = object != nullptr && object->contains(group);
        if (!telling || is_named) { telling = std::move(record).error(); }
    }
    return fail(std::move(*telling));
}

Changes put_record(const Context& context, const CaseSnapshot& snapshot, RecordId id, const Record& record,
                   Name partner, Name agreement, ledger::Actor by, Instant now, const FieldSet& altered) {
    Changes changes;
    if (!altered.empty()) {
        changes.ledger.push_back(Chronicle::row(
            Chronicle(context.ids, now).alteration(id, altered, record.catalogue(), by), snapshot.row.ledger_name));
    }
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

// Whether a referral is the answer to what she asked for then: it is under way, or it ended after she asked.
bool answers(const Referral& referral, Name service, const Fields& fields, const CaseSnapshot& snapshot,
             const Record& asked) {
    if (referral.service != service) { return false; }
    if (is_live(referral.state) || (referral.outcome_at && *referral.outcome_at >= asked.as_of())) { return true; }
    return std::any_of(snapshot.records.begin(), snapshot.records.end(), [&](const CaseRecord& other) {
        return other.record.get(fields.contact_channel) && other.record.as_of() > asked.as_of();  // it has ended it
    });
}

// Services that she asked for and that no referral of the case answers. Who took back what she asked for, or was helped
// once, may ask again.
Result<Changes> open_referrals(const Context& context, CaseSnapshot& snapshot, const Record& record, ledger::Actor by,
                               Instant now) {
    Changes changes;
    for (const auto service : services_asked_for(context.fields, record)) {
        const bool there = std::any_of(snapshot.referrals.begin(), snapshot.referrals.end(), [&](const Referral& r) {
            return answers(r, service, context.fields, snapshot, record);
        });
        if (there || context.site->service(service.text()) == nullptr) { continue; }
        auto opened = Broker(context, now).open(snapshot, service, by);
        if (!opened) { return opened; }
        changes.append(std::move(*opened));
    }
    return changes;
}

// A yes that was given before a no that is known already: it comes late and opens nothing.
bool is_late_yes(const Fields& fields, const CaseSnapshot& snapshot, const Record& record) {
    return record.get(fields.consent_to_referral) == Answer::yes &&
           snapshot.file.facts().get(fields.consent_to_referral) == Answer::no;
}

// She says so now, or said so before and names what else she needs.
bool accepts_help(const Fields& fields, const CaseSnapshot& snapshot, const Record& record) {
    const bool said_before = snapshot.row.progress.the_case.state == CaseState::accepted_help &&
                             record.get(fields.contact_outcome) == ContactOutcome::reached;
    return record.get(fields.help) == HelpAnswer::accepted || said_before;
}

// What the case makes of a contact, and the referrals that follow from what she said.
Result<Changes> what_follows(const Context& context, CaseSnapshot& snapshot, const Record& record, ledger::Actor by,
                             Instant now) {
    const auto& fields = context.fields;
    const auto channel = record.get(fields.contact_channel);
    const auto outcome = record.get(fields.contact_outcome);
    if (!channel || !outcome) { return fail(Fault::malformed, "expected a contact with channel and outcome"); }
    const Casework casework(context, now);
    const bool against_rule = message_against_rule(context, snapshot, record, now);
    auto happened =
        casework.happen(snapshot, case_event::Contacted{*channel, *outcome, record.get(fields.help), against_rule}, by);
    if (!happened) { return fail(std::move(happened).error()); }
    auto changes = std::move(happened->changes);
    const auto then = [&](const CaseEvent& event) -> Result<void> {
        auto more = casework.happen(snapshot, event, by);
        if (!more) { return fail(std::move(more).error()); }
        changes.append(std::move(more->changes));
        return {};
    };
    const bool way_learned =
        !record.instances(fields.phone).empty() || !record.instances(fields.safe_contact_window).empty();
    if (way_learned) {
        if (auto done = then(case_event::WayLearned{}); !done) { return fail(std::move(done).error()); }
    }
    if (record.get(fields.consent_to_referral) == Answer::no) {
        if (auto done = then(case_event::Withdrawn{}); !done) { return fail(std::move(done).error()); }
        changes.append(
            Recalling(context, now).ask(snapshot, store::Wanted::destroy, CopyReason::consent_withdrawn, by));
    } else if (accepts_help(fields, snapshot, record) && !is_late_yes(fields, snapshot, record)) {
        auto opened = open_referrals(context, snapshot, record, by, now);
        if (!opened) { return opened; }
        changes.append(std::move(*opened));
    }
    return changes;
}

Result<Changes> answered(const Context& context, CaseSnapshot& snapshot, const store::OfferRow& offer,
                         const Record& record, Name agreement, ledger::Actor by, Instant now) {
    if (record.has(context.fields.copy.acknowledged.number())) {
        return holder_said(context, snapshot, offer.partner, offer.reference, record, by, now);
    }
    auto event = event_of(context.fields, record, offer.id);
    if (!event) { return fail(Fault::malformed, "expected an answer, an arrival or an outcome"); }
    const bool by_person = by.kind == ledger::Actor::Kind::user;
    if (by_person) {
        std::visit(
            [&](auto& e) {
                if constexpr (requires { e.recorded_by; }) { e.recorded_by = by.user; }
            },
            *event);
    }
    const auto id = context.ids.next_as<RecordId>(now);
    const Rejudging before(context, snapshot, now);
    const CaseRecord said{record, {id, offer.partner, record.as_of(), by_person}};
    const auto altered = snapshot.add(said, agreement);
    auto changes = put_record(context, snapshot, id, record, offer.partner, agreement, by, now, altered);
    for (auto follows : {before.after(snapshot, by), barred_in_others(context, snapshot, said, by, now)}) {
        if (!follows) { return follows; }
        changes.append(std::move(*follows));
    }
    auto stepped = Broker(context, now).happen(snapshot, offer.referral, *event, by);
    if (!stepped) { return stepped; }
    changes.append(std::move(*stepped));
    return changes;
}

// What was decided is remembered as the answer to its request.
Result<Changes> under_key(const std::optional<AskedOnce>& asked, const CaseSnapshot& snapshot,
                          Result<Changes> changes) {
    if (changes && asked) { changes->asked.emplace(*asked, snapshot.row.id); }
    return changes;
}

Result<store::OfferRow> offer_of(const Context& context, Name partner, std::string_view reference) {
    auto offer = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::OfferRow>> {
        return store::find_offer(sql, partner, reference);
    });
    if (!offer) { return fail(std::move(offer).error()); }
    if (!*offer) { return fail(Fault::missing, no_offer); }
    return std::move(**offer);
}

/// What is written down of a contact in a case, and what follows in the case.
using AddTo = std::function<Result<Changes>(CaseSnapshot&, RecordId, Instant now, const FieldSet& altered)>;

// Her import may be there, or somebody else has just opened a case for her: who typed it is not asked again. What it
// says bars in those cases, so that it is decided again where one of them changed meanwhile.
Result<CaseId> open_case(const Context& context, const Record& record, bool fictional, ledger::Actor by,
                         const AddTo& add_to) {
    const auto terms = context.fields.match.read(record);
    for (int tries = 1;; ++tries) {
        const auto now = context.clock.now();
        const auto record_id = context.ids.next_as<RecordId>(now);
        auto snapshot =
            new_case(context, {record, {record_id, context.site->hub, record.as_of(), true}}, {}, fictional, now);
        const auto others = find_unsure(context, snapshot, {terms});
        if (!others) { return fail(others.error()); }
        auto asked = ask_whether_same(context, snapshot, *others, by, now);
        if (!asked) { return fail(std::move(asked).error()); }
        auto changes = std::move(*asked);
        auto opened = Casework(context, now).happen(snapshot, case_event::ReportArrived{}, by);
        if (!opened) { return fail(std::move(opened).error()); }
        changes.append(std::move(opened->changes));
        auto more = add_to(snapshot, record_id, now, {});
        if (!more) { return fail(std::move(more).error()); }
        changes.append(std::move(*more));
        changes.new_cases.push_back(snapshot.row);
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
        if (done) { return snapshot.row.id; }
        const bool again = done.error().fault == Fault::conflict && tries < decide_tries_max;
        if (!again) { return fail(std::move(done).error()); }
    }
}

}  // namespace

Result<CaseId> enter_contact(const Context& context, std::optional<CaseId> id, std::string_view json, UserId by,
                             bool fictional, const std::optional<AskedOnce>& asked) {
    auto read = read_canonical(context, "contact-result", json);
    if (!read) { return fail(std::move(read).error()); }
    const auto aged = as_old_as_it_was(context.fields, *read);
    if (!aged) { return fail(aged.error()); }
    const auto entered = with_role(context, *aged, by, context.clock.now());
    if (!entered) { return fail(entered.error()); }
    Record record = entered->record;
    const auto bar_number = [&](const Record& contact) -> Result<void> {
        auto barred = with_number_barred(context.fields, contact);
        if (!barred) { return fail(std::move(barred).error()); }
        record = std::move(*barred);
        return {};
    };
    const auto actor = ledger::Actor::of_user(by);
    const auto add_to = [&](CaseSnapshot& snapshot, RecordId record_id, Instant now,
                            const FieldSet& altered) -> Result<Changes> {
        auto changes = put_record(context, snapshot, record_id, record, context.site->hub, {}, actor, now, altered);
        for (const auto& key : blind_keys(context, context.fields.match.read(record))) {
            changes.blind_keys.emplace_back(key, snapshot.row.id);
        }
        if (entered->overridden) {
            changes.ledger.push_back(Chronicle::row(*entered->overridden, snapshot.row.ledger_name));
        }
        auto more = what_follows(context, snapshot, record, actor, now);
        if (!more) { return more; }
        changes.append(std::move(*more));
        return under_key(asked, snapshot, std::move(changes));
    };
    if (id) {
        auto done = change_case(context, *id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
            auto rung = with_number_rung(context, snapshot, entered->record, by, now);
            if (!rung) { return fail(std::move(rung).error()); }
            if (auto as_barred = bar_number(*rung); !as_barred) { return fail(std::move(as_barred).error()); }
            const auto record_id = context.ids.next_as<RecordId>(now);
            const Rejudging before(context, snapshot, now);
            const CaseRecord said{record, {record_id, context.site->hub, record.as_of(), true}};
            const auto known_by = context.fields.match.read(snapshot.file.facts());
            const auto altered = snapshot.add(said, {});
            auto changes = barred_in_others(context, snapshot, said, actor, now);
            if (!changes) { return changes; }
            const auto others = find_unsure(context, snapshot, terms_since(context, known_by, snapshot, record));
            if (!others) { return fail(others.error()); }
            const auto put = [&](Result<Changes> more) -> Result<void> {
                if (!more) { return fail(std::move(more).error()); }
                changes->append(std::move(*more));
                return {};
            };
            auto followed = put(ask_whether_same(context, snapshot, *others, actor, now));
            if (followed) { followed = put(add_to(snapshot, record_id, now, altered)); }
            if (followed) { followed = put(before.after(snapshot, actor)); }
            if (!followed) { return fail(std::move(followed).error()); }
            return changes;
        });
        if (!done) { return fail(std::move(done).error()); }
        return *id;
    }
    if (auto done = bar_number(record); !done) { return fail(std::move(done).error()); }
    return open_case(context, record, fictional, actor, add_to);
}

Result<CaseId> enter_answer(const Context& context, std::string_view referral, std::string_view json, UserId by,
                            const std::optional<AskedOnce>& asked) {
    auto record = read_answer(context, {}, json);
    if (!record) { return fail(std::move(record).error()); }
    const auto id = id_from_text(referral);
    const auto reference = record->get(context.fields.request_reference).value_or("");
    auto offer = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::OfferRow>> {
        return store::find_any_offer(sql, reference);
    });
    if (!offer) { return fail(std::move(offer).error()); }
    const bool seen = *offer && id && (*offer)->referral.value == *id && see_case(context, (*offer)->case_id, by);
    if (!seen) { return fail(Fault::missing, "no such offer of this referral"); }
    const auto decide = [&](CaseSnapshot& snapshot, Instant now) {
        return under_key(asked, snapshot,
                         answered(context, snapshot, **offer, *record, {}, ledger::Actor::of_user(by), now));
    };
    return change_case(context, (*offer)->case_id, decide).map([&] { return (*offer)->case_id; });
}

Result<CaseId> enter_partner_answer(const Context& context, Name partner, std::string_view reference,
                                    std::string_view json, const std::optional<AskedOnce>& asked) {
    auto record = read_answer(context, partner, json);
    if (!record) { return fail(std::move(record).error()); }
    auto offer = offer_of(context, partner, reference);
    if (!offer) { return fail(std::move(offer).error()); }
    const auto received = context.clock.now();
    const auto agreement = context.site->agreement_from(partner, record->type(), received);
    const bool rehearses = context.site->partner(partner.text())->state == site::PartnerState::rehearsal;
    const auto take = [&](CaseSnapshot& snapshot, Instant now, bool concealed) -> Result<Changes> {
        if (record->get(context.fields.request_reference) != reference) {
            return fail(Fault::malformed, "the record names another reference than the address");
        }
        if (agreement == nullptr || !agreement->in_force(received)) {
            return fail(Fault::refused, "no agreement in force lets this partner tell the hub this");
        }
        const auto agreed = agreed_part(*record, *agreement);
        if (snapshot.row.fictional != rehearses) { return fail(Fault::refused, reason_of(Refusal::rehearsal)); }
        // That a copy was destroyed is taken from anybody who was asked to: it tells nothing and opens nothing.
        const bool of_copy = agreed.has(context.fields.copy.acknowledged.number());
        if (concealed && !(of_copy && is_asked_back(snapshot, partner, reference))) {
            return fail(Fault::missing, no_offer);
        }
        return under_key(
            asked, snapshot,
            answered(context, snapshot, *offer, agreed, agreement->name(), ledger::Actor::of_partner(partner), now));
    };
    // To a partner in conflict there is no such offer, whatever else is wrong with what it says.
    const auto decide = [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        const bool concealed = is_in_conflict(context, snapshot, partner);
        auto changes = take(snapshot, now, concealed);
        if (!changes && concealed && changes.error().fault != Fault::unreachable) {
            return fail(Fault::missing, no_offer);
        }
        return changes;
    };
    return change_case(context, offer->case_id, decide).map([&] { return offer->case_id; });
}

}  // namespace haven::flow
