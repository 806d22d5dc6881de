#include "hub/flow/casework.h"

#include <algorithm>
#include <map>

#include "core/base/code.h"
#include "core/casework/triage.h"
#include "hub/flow/broker.h"

namespace haven::flow {
namespace {

constexpr std::chrono::minutes settled_after{1};  // far longer than from a decision to its commit

bool is_by_hub(ContactChannel channel) {
    return channel == ContactChannel::call || channel == ContactChannel::text;
}

// A number, a mailbox or an address that the contact itself calls not safe.
bool says_what_is_unsafe(const Fields& fields, const Record& contact) {
    const auto says_no = [&](GroupNumber group, const Field<Answer>& safe) {
        const auto all = contact.instances(group);
        return std::any_of(all.begin(), all.end(),
                           [&](InstanceNumber in) { return contact.get(safe, in) == Answer::no; });
    };
    return says_no(fields.phone, fields.phone_safe) || says_no(fields.email, fields.email_safe) ||
           says_no(fields.address, fields.address_safe);
}

}  // namespace

std::vector<KnownStanding> standings_of(const Fields& fields, const CaseSnapshot& snapshot) {
    std::vector<const Record*> contacts;
    for (const auto& record : snapshot.records) {
        if (record.record.get(fields.contact_number)) { contacts.push_back(&record.record); }
    }
    std::stable_sort(contacts.begin(), contacts.end(), [&](const Record* a, const Record* b) {
        return a->get(fields.contact_at) < b->get(fields.contact_at);
    });
    std::map<std::string, ChannelStanding> standings;
    for (const auto* record : contacts) {
        const auto number = *record->get(fields.contact_number);
        bool asked_again = false;
        for (const auto in : record->instances(fields.phone)) {
            asked_again |= record->get(fields.phone_number, in) == number && record->get(fields.phone_safe, in);
        }
        auto& standing = standings[number];
        const auto outcome = record->get(fields.contact_outcome);
        if (outcome) { standing = after_contact(standing, *outcome, asked_again); }
    }
    std::vector<KnownStanding> out;
    for (const auto& [number, standing] : standings) { out.push_back({number, standing}); }
    return out;
}

Reach reach_of(const Context& context, const CaseSnapshot& snapshot, Instant now) {
    const auto& fields = context.fields;
    Reach reach{fields.contact.read(snapshot.file, standings_of(fields, snapshot), *context.site->zone, now), {}};
    for (const auto& beside : snapshot.beside) {
        fields.contact.bar(reach.contact, snapshot.file.facts(), beside.record, now);
    }
    for (const auto other : snapshot.maybe_hers) {
        fields.contact.bound(reach.contact, snapshot.file.facts(), snapshot.said_by(other), *context.site->zone, now);
    }
    if (snapshot.maybe_hers.size() >= maybe_hers_max) { reach.contact.asked_not_to_be_contacted = Answer::yes; }
    const auto add_attempt = [&](const CaseRecord& one) {
        const auto channel = one.record.get(fields.contact_channel);
        const auto at = one.record.get(fields.contact_at);
        if (channel && at && is_by_hub(*channel)) { reach.attempts.push_back(*at); }
    };
    std::for_each(snapshot.records.begin(), snapshot.records.end(), add_attempt);
    std::for_each(snapshot.beside.begin(), snapshot.beside.end(), add_attempt);
    return reach;
}

Result<Record> with_number_barred(const Fields& fields, const Record& contact) {
    const auto outcome = contact.get(fields.contact_outcome);
    const auto number = contact.get(fields.contact_number);
    const bool bars = outcome == ContactOutcome::wrong_person || outcome == ContactOutcome::number_unusable;
    if (bars && !number && !says_what_is_unsafe(fields, contact)) {
        return fail(Error{Fault::malformed, "expected the number, or what else of hers is not safe", {}}.at(
            Place::path(Name::declare("contact/number"))));
    }
    if (!bars || !number) { return contact; }
    for (const auto in : contact.instances(fields.phone)) {
        if (contact.get(fields.phone_number, in) != number) { continue; }
        if (contact.get(fields.phone_safe, in) == Answer::no) { return contact; }
        return fail(Error{Fault::malformed, "somebody else answered at this number: it is not safe", {}}.at(
            Place::path(Name::declare("victim/phone/safe"))));
    }
    RecordBuilder builder(contact.shared_catalogue());
    builder.start(contact.type());
    builder.copy(contact);
    auto phone = builder.open(fields.phone);
    if (!phone) { return fail(std::move(phone).error()); }
    auto set = builder.set(fields.phone_number.number(), *number, *phone);
    if (set) { set = builder.set(fields.phone_safe.number(), code_text(Answer::no), *phone); }
    if (!set) { return fail(std::move(set).error()); }
    return builder.finish(contact.as_of());
}

Result<Record> with_number_rung(const Context& context, const CaseSnapshot& snapshot, const Record& contact, UserId by,
                                Instant now) {
    const auto& fields = context.fields;
    const bool rang =
        snapshot.row.progress.the_case.claimed_by == by && contact.get(fields.contact_channel) == ContactChannel::call;
    if (!rang || contact.get(fields.contact_number)) { return contact; }
    const auto reach = reach_of(context, snapshot, now);
    std::vector<std::string> numbers;
    for (const auto& point : reach.contact.points) {
        const auto number = snapshot.file.facts().get(fields.phone_number, point.instance);
        if (point.kind != ContactPoint::Kind::phone || !number) { continue; }
        const auto answer =
            may_contact(reach.contact, point, ContactChannel::call, Caller::person, {}, *context.site->contact, now);
        if (answer || answer.error().next_allowed_at) { numbers.push_back(*number); }
    }
    if (numbers.size() > 1 && contact.get(fields.contact_outcome) == ContactOutcome::reached) {
        return fail(Error{Fault::malformed, "expected which of the numbers was rung", {}}.at(
            Place::path(Name::declare("contact/number"))));
    }
    if (numbers.size() != 1) { return contact; }
    RecordBuilder builder(contact.shared_catalogue());
    builder.start(contact.type());
    builder.copy(contact);
    if (auto set = builder.set(fields.contact_number.number(), numbers.front()); !set) {
        return fail(std::move(set).error());
    }
    return builder.finish(contact.as_of());
}

bool message_against_rule(const Context& context, const CaseSnapshot& snapshot, const Record& contact, Instant now) {
    const auto& fields = context.fields;
    const auto channel = contact.get(fields.contact_channel);
    const auto outcome = contact.get(fields.contact_outcome);
    const bool texted = channel == ContactChannel::text && outcome == ContactOutcome::no_answer;
    if (!channel || !is_by_hub(*channel) || (outcome != ContactOutcome::message_left && !texted)) { return false; }
    const auto reach = reach_of(context, snapshot, now);
    const auto number = contact.get(fields.contact_number);
    bool is_known = false;
    for (const auto& point : reach.contact.points) {
        if (point.kind != ContactPoint::Kind::phone) { continue; }
        if (number && snapshot.file.facts().get(fields.phone_number, point.instance) != number) { continue; }
        if (!may_leave_message(reach.contact, point, *channel)) { return true; }
        is_known = true;
    }
    return !is_known;
}

Result<Record> as_old_as_it_was(const Fields& fields, const Record& contact) {
    const auto at = contact.get(fields.contact_at);
    if (!at || *at >= contact.as_of()) { return contact; }
    RecordBuilder builder(contact.shared_catalogue());
    builder.start(contact.type());
    builder.copy(contact);
    return builder.finish(*at);
}

std::vector<Instant> entries_settled(const Fields& fields, const CaseSnapshot& snapshot) {
    std::vector<Instant> out;
    for (const auto& one : snapshot.records) {
        const bool entered = one.source.by_person && one.record.get(fields.contact_channel);
        if (entered) { out.push_back(made_at(one.source.record) + settled_after); }
    }
    return out;
}

std::optional<RiskLevel> grade_of_case(const Fields& fields, const CaseSnapshot& snapshot) {
    std::vector<GradeEntry> series;
    for (const auto& record : snapshot.records) {
        const auto level = record.record.get(fields.risk);
        const auto assessed = record.record.get(fields.risk_assessed);
        if (level) { series.push_back({*level, true, assessed.value_or(record.source.as_of)}); }
    }
    return grade_of(series).for_ranking();
}

CaseFacts Casework::facts_of(const CaseSnapshot& snapshot, const Reach& reach) const {
    const auto live = [](const Referral& r) { return is_live(r.state); };
    return {.safe_way =
                next_contact(reach.contact, every_channel, reach.attempts, *context_.site->contact, now_).has_value(),
            .level = grade_of_case(context_.fields, snapshot),
            .live_referral = std::any_of(snapshot.referrals.begin(), snapshot.referrals.end(), live)};
}

Result<Casework::Happened> Casework::happen(CaseSnapshot& snapshot, const CaseEvent& event, ledger::Actor by) const {
    const auto reach = reach_of(context_, snapshot, now_);
    auto& row = snapshot.row;
    row.grade = grade_of_case(context_.fields, snapshot);
    const auto before = row.progress.the_case.state;
    auto stepped = step(row.progress.the_case, event, facts_of(snapshot, reach), CaseRules{}, now_);
    row.progress.the_case = stepped.the_case;
    Happened happened;
    for (const auto& effect : stepped.effects) {
        if (auto done = put_effect(snapshot, effect, by, happened.changes); !done) { return fail(done.error()); }
    }
    happened.effects = std::move(stepped.effects);
    const bool opened = std::holds_alternative<case_event::ReportArrived>(event) && row.progress.the_case.reports == 1;
    const auto notice = context_.site->keeping.privacy_notice;
    if (opened && notice) {  // how she is told is a person's decision: a letter may be opened by somebody else
        const auto of_case = id_text(row.id);
        hold(snapshot, "privacy-notice", of_case, now_ + *notice, happened.changes);
    }
    if (opened || before != row.progress.the_case.state) {
        auto entry = Chronicle(context_.ids, now_).entry(ledger::Operation::decision, "case", by);
        entry.reason = Name::declare(code_text(row.progress.the_case.state));
        happened.changes.ledger.push_back(Chronicle::row(std::move(entry), row.ledger_name));
    }
    tick_clocks(snapshot, happened.changes);
    rank(snapshot, reach);
    happened.changes.case_timers.emplace_back(row.id, next_due(snapshot, reach, row.changed_at));
    return happened;
}

void Casework::rank(CaseSnapshot& snapshot, const Reach& reach) const {
    auto& row = snapshot.row;
    auto facts = context_.fields.triage.read(snapshot.file.facts());
    facts.grade.human = row.grade;
    for (const auto& record : snapshot.records) {
        const auto started = record.record.get(context_.fields.incident_started);
        const auto at = started ? started : record.record.get(context_.fields.incident_reported);
        if (at) { facts.incidents.push_back(*at); }
    }
    row.call_rank = triage(facts, TriageWeights{}, now_).points;
    const auto from = std::max(row.progress.the_case.not_before.value_or(now_), now_);
    row.next_call = next_contact(reach.contact, calls, reach.attempts, *context_.site->contact, from);
    if (row.progress.the_case.state == CaseState::closed) { row.next_call.reset(); }
}

// A named window ends: then the list must show the next one. The site's own hours are the same for everybody. And an
// address or a window has its last day: what was told of it is to be looked at again.
std::optional<Instant> Casework::next_due(const CaseSnapshot& snapshot, const Reach& reach, Instant looked) const {
    const auto& row = snapshot.row;
    std::optional<Instant> due;
    const auto at_latest = [&](std::optional<Instant> t) {
        if (t && (!due || *t < *due)) { due = t; }
    };
    for (const auto& clock : row.progress.clocks) { at_latest(next_instant(clock)); }
    at_latest(row.progress.the_case.claimed_until);
    for (const auto end : context_.fields.contact.ends(snapshot.file.facts())) {
        if (end > looked) { at_latest(end); }
    }
    for (const auto settled : entries_settled(context_.fields, snapshot)) {
        if (settled > looked) { at_latest(settled); }
    }
    if ((reach.contact.window_named || !reach.contact.others.empty()) && row.next_call) {
        for (const auto& point : reach.contact.points) {
            const auto allowed = may_contact(reach.contact, point, ContactChannel::call, Caller::person, reach.attempts,
                                             *context_.site->contact, *row.next_call);
            if (allowed) { at_latest(allowed->until); }
        }
    }
    return due;
}

void Casework::hold(const CaseSnapshot& snapshot, std::string_view cause, std::string_view place, Instant due,
                    Changes& changes) const {
    store::HeldRow row{context_.ids.next_as<HeldId>(now_),
                       {},
                       std::string(cause),
                       std::string(place),
                       "a person must decide",
                       "duty-manager",
                       now_,
                       due,
                       0};
    changes.held.emplace_back(std::move(row),
                              store::HeldItem{store::HeldKind::victim_case, snapshot.row.id.value, 0, snapshot.row.id});
}

Result<void> Casework::put_effect(CaseSnapshot& snapshot, const CaseEffect& effect, ledger::Actor by,
                                  Changes& changes) const {
    using namespace case_effect;
    auto& clocks = snapshot.row.progress.clocks;
    const auto named = [&](CaseClock clock) {
        return std::find_if(clocks.begin(), clocks.end(),
                            [&](const PromiseClock& c) { return c.name.text() == code_text(clock); });
    };
    if (const auto* begun = std::get_if<StartClock>(&effect)) {
        const auto rule = context_.site->case_clocks.find(begun->clock);
        const auto at = named(begun->clock);
        if (rule == context_.site->case_clocks.end()) { return {}; }
        if (at == clocks.end()) {
            clocks.push_back(start(rule->second, now_));
        } else if (at->stopped_at) {
            *at = start(rule->second, now_);
        }
    } else if (const auto* ended = std::get_if<StopClock>(&effect)) {
        const auto at = named(ended->clock);
        if (at != clocks.end() && !at->stopped_at) { at->stopped_at = now_; }
    } else if (std::holds_alternative<AskSource>(effect)) {
        hold(snapshot, "no-safe-way", "contact", now_ + person_due, changes);
    } else if (std::holds_alternative<AskRisk>(effect)) {
        hold(snapshot, "assess-risk", "risk", now_ + person_due, changes);
    } else if (const auto* person = std::get_if<PersonNeeded>(&effect)) {
        const auto due = person->alarm ? now_ + alarm_due : now_ + person_due;
        hold(snapshot, code_text(person->cause), "contact", due, changes);
    } else if (std::holds_alternative<WithdrawReferrals>(effect)) {
        for (const auto& referral : std::vector<Referral>(snapshot.referrals)) {
            if (!is_live(referral.state)) { continue; }
            auto withdrawn = Broker(context_, now_).happen(snapshot, referral.id, referral_event::Withdrawn{}, by);
            if (!withdrawn) { return fail(std::move(withdrawn).error()); }
            changes.append(std::move(*withdrawn));
        }
    }
    return {};
}

void Casework::tick_clocks(CaseSnapshot& snapshot, Changes& changes) const {
    for (auto& clock : snapshot.row.progress.clocks) {
        for (const auto state : tick(clock, now_)) {
            auto entry = Chronicle(context_.ids, now_)
                             .entry(ledger::Operation::decision, "clock", ledger::Actor::of_hub("timekeeper"));
            entry.purpose = clock.name;
            entry.reason = Name::declare(code_text(state));
            changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
            hold(snapshot, clock.name.text(), "clock", clock.breach_at, changes);
        }
    }
}

}  // namespace haven::flow
