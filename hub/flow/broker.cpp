#include "hub/flow/broker.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/seal/digest.h"
#include "hub/flow/directory.h"
#include "hub/flow/need.h"
#include "hub/flow/overriding.h"

namespace haven::flow {
namespace {

constexpr std::size_t reference_chars = 16;

std::string lower_hex(const Digest16& digest) {
    std::string out;
    for (std::size_t i = 0; i < reference_chars / 2; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[digest.bytes[i] >> 4U];
        out += digits[digest.bytes[i] & 15U];
    }
    return out;
}

}  // namespace

// Made of nothing that a partner could join with another's: neither rising, nor the same for two partners.
std::string Broker::reference_of(OfferId offer, Name partner) const {
    std::string text = id_text(offer) + " ";
    text += partner.text();
    return lower_hex(keyed_digest(context_.secrets.references, "offer reference", text));
}

Result<ReferralRules> Broker::rules(const CaseSnapshot& snapshot, Name service) {
    const auto* declared = context_.site->service(service.text());
    if (declared == nullptr) { return fail(Fault::missing, "the site has no such service"); }
    using Providers = std::vector<Provider>;
    const auto providers = context_.readers.read([&](store::Sql& sql) -> Result<Providers> {
        return providers_of(*context_.site, store::vacancies(sql, service.text()), listed_entries(sql, *context_.site),
                            now_);
    });
    if (!providers) { return fail(providers.error()); }
    const Date day{context_.site->zone->day(now_)};
    auto made = declared->rules;
    made.providers = candidates(*providers, need_of(*context_.site, context_.fields, snapshot, service, day), now_);
    for (auto& candidate : made.providers) { candidate.offer = context_.ids.next_as<OfferId>(now_); }
    return made;
}

Result<Changes> Broker::open(CaseSnapshot& snapshot, Name service, ledger::Actor by) {
    auto made = rules(snapshot, service);
    if (!made) { return fail(std::move(made).error()); }
    auto referral = draft(context_.ids.next_as<ReferralId>(now_), snapshot.row.id, service, now_, *made, now_);
    const auto id = referral.id;
    const bool may_share = consent_of(context_.fields.consent_to_referral, snapshot) == Answer::yes ||
                           recorded_override(context_.fields, snapshot);
    auto changes = step_on(snapshot, std::move(referral), referral_event::Prepared{may_share}, true, by);
    if (!changes) { return changes; }
    if (snapshot.referral(id)->state == ReferralState::ready) {
        auto more = happen(snapshot, id, referral_event::SentOut{}, by);
        if (!more) { return more; }
        // One row for the new referral: as it stands after both steps.
        more->referrals.front().is_new = true;
        changes->referrals.clear();
        changes->append(std::move(*more));
    }
    return changes;
}

Result<Changes> Broker::happen(CaseSnapshot& snapshot, ReferralId id, const ReferralEvent& event, ledger::Actor by) {
    const auto* referral = snapshot.referral(id);
    if (referral == nullptr) { return fail(Fault::missing, "the case has no such referral"); }
    return step_on(snapshot, *referral, event, false, by);
}

Result<Changes> Broker::step_on(CaseSnapshot& snapshot, Referral referral, const ReferralEvent& event, bool is_new,
                                ledger::Actor by) {
    auto made = rules(snapshot, referral.service);
    if (!made) { return fail(std::move(made).error()); }
    const auto before = referral.offers.size();
    auto stepped = step(std::move(referral), event, *made, now_);
    Changes changes;
    Changes::ChangedReferral changed{stepped.referral, {}, is_new};
    for (auto i = before; i < stepped.referral.offers.size(); ++i) {
        const auto& offer = stepped.referral.offers[i];
        changed.new_offers.push_back({offer.id, reference_of(offer.id, offer.partner)});
    }
    changes.referrals.push_back(std::move(changed));
    changes.timers.emplace_back(stepped.referral.id, next_due(stepped.referral));
    for (const auto& effect : stepped.effects) { put_effect(snapshot, stepped.referral, effect, by, changes); }
    const auto at = std::find_if(snapshot.referrals.begin(), snapshot.referrals.end(),
                                 [&](const Referral& r) { return r.id == stepped.referral.id; });
    if (at == snapshot.referrals.end()) {
        snapshot.referrals.push_back(std::move(stepped.referral));
    } else {
        *at = std::move(stepped.referral);
    }
    return changes;
}

void Broker::put_effect(const CaseSnapshot& snapshot, const Referral& referral, const ReferralEffect& effect,
                        ledger::Actor by, Changes& changes) {
    using namespace referral_effect;
    const Chronicle chronicle(context_.ids, now_);
    const auto add_work = [&](store::WorkKind kind, Name lane, std::int64_t subject, std::optional<Notice> notice) {
        store::Work work{context_.ids.next_as<WorkId>(now_), lane, kind, notice, referral.case_id, subject, 0};
        changes.work.push_back({work, now_, std::nullopt});
    };
    const auto note = [&](ledger::Word action, std::string_view reason, OfferId offer) {
        auto entry = chronicle.entry(ledger::Operation::decision, action, by);
        entry.referral = referral.id;
        entry.offer = offer;
        entry.reason = Name::declare(reason);
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
    };
    if (const auto* tell = std::get_if<Tell>(&effect)) {
        add_work(store::WorkKind::tell, tell->partner, tell->offer.value, tell->what);
    } else if (std::holds_alternative<Report>(effect)) {
        for (const auto& record : snapshot.records) {  // told to whoever brought the case, once
            const auto type = record.record.catalogue().record_type(record.record.type()).name.text();
            if (type == "incident-report" && context_.site->partner(record.source.partner.text()) != nullptr) {
                add_work(store::WorkKind::report, record.source.partner, referral.id.value, std::nullopt);
                break;
            }
        }
    } else if (const auto* person = std::get_if<PersonNeeded>(&effect)) {
        const auto due = now_ + (person->alarm ? std::chrono::minutes(alarm_due) : person_due);
        store::HeldRow row{context_.ids.next_as<HeldId>(now_),
                           {},
                           std::string(code_text(person->cause)),
                           {},
                           "a person must decide",
                           "duty-manager",
                           now_,
                           due,
                           0};
        if (const auto* offer = std::find_if(referral.offers.data(), referral.offers.data() + referral.offers.size(),
                                             [&](const Offer& o) { return o.id == person->offer; });
            offer != referral.offers.data() + referral.offers.size()) {
            row.partner = offer->partner;
        }
        row.place = std::string(referral.service.text());
        changes.held.emplace_back(row,
                                  store::HeldItem{store::HeldKind::referral, referral.id.value, 0, referral.case_id});
        note("a person is needed", code_text(person->cause), person->offer);
    } else if (const auto* clock = std::get_if<ClockEntered>(&effect)) {
        note("clock", code_text(clock->state), {});
    } else if (const auto* ignored = std::get_if<Ignored>(&effect)) {
        note("changed nothing", code_text(ignored->why), ignored->offer);
    }
}

}  // namespace haven::flow
