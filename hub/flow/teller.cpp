#include "hub/flow/teller.h"

#include <algorithm>

#include "adapters/sdk/plain_name.h"
#include "core/base/code.h"
#include "core/seal/digest.h"
#include "core/seal/sha256.h"
#include "core/seal/token.h"
#include "hub/flow/accounts.h"
#include "hub/flow/barring.h"
#include "hub/flow/casework.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/need.h"
#include "hub/flow/onward.h"
#include "hub/flow/overriding.h"
#include "hub/flow/own_record.h"
#include "hub/flow/vault.h"
#include "hub/flow/witnessing.h"
#include "mapping/outward.h"

namespace haven::flow {
namespace {

constexpr std::size_t key_digest_chars = 12;

Stopped left_the_site() {
    return {{Fault::missing, "the site has no such partner any more: tell it in another way", {}}};
}

bool is_ending(Notice notice) {
    return notice == Notice::release || notice == Notice::withdraw;
}

Stage stage_of(Notice notice, const Offer& offer) {
    switch (notice) {
        case Notice::capacity: return Stage::capacity;
        case Notice::offer:
        case Notice::reply: return Stage::offer;
        case Notice::amend: return offer.held.value_or(Stage::offer);
        default: return Stage::accept;
    }
}

// Whether a holder is to use it no more, or to give it up. What they destroyed she may have told to them anew: an
// account keeps its reference.
bool is_asked_back(const store::CopyRow* copy, bool supposed, std::optional<Instant> account_decided) {
    if (copy == nullptr) { return false; }
    if (copy->wanted == store::Wanted::stop_using) { return !supposed; }
    const bool destroyed = copy->state == store::CopyState::acknowledged;
    const bool anew = destroyed && account_decided && *account_decided > copy->changed_at;
    return copy->wanted == store::Wanted::destroy && !anew;
}

// Who let it go without her yes did not know that she would say no.
std::vector<GivenOverride> those_in_force(const Fields& fields, const CaseSnapshot& snapshot,
                                          const Overrides& overrides) {
    std::vector<GivenOverride> out;
    for (const auto& row : overrides) {
        const bool ended = row.given.of == Refusal::no_consent && refused_since(fields, snapshot, row.asked_at);
        if (!ended) { out.push_back(row.given); }
    }
    return out;
}

}  // namespace

Stopped refused(Refusal why) {
    return {{Fault::refused, reason_of(why), {}}, why};
}

bool still_needed(Notice notice, OfferState state, bool begun_before) {
    switch (notice) {
        case Notice::capacity:
        case Notice::offer: return state == OfferState::queued || (begun_before && is_awaited(state));
        case Notice::reply: return state == OfferState::question || is_awaited(state);
        case Notice::confirm: return is_placement(state);
        case Notice::amend: return is_awaited(state) || is_placement(state);
        case Notice::release:
        case Notice::withdraw:
        case Notice::recall:
        case Notice::receipt: return true;
    }
    return false;
}

std::variant<Telling, Moot, Stopped> Teller::tell(const store::Work& work, const CaseSnapshot& snapshot,
                                                  const store::OfferRow& row, bool begun_before,
                                                  const Overrides& overrides) const {
    const auto* referral = snapshot.referral(row.referral);
    if (referral == nullptr || !work.notice) { return Moot{}; }
    const auto offer =
        std::find_if(referral->offers.begin(), referral->offers.end(), [&](const Offer& o) { return o.id == row.id; });
    if (offer == referral->offers.end() || !still_needed(*work.notice, offer->state, begun_before)) { return Moot{}; }
    auto asked = this->asked(snapshot, *referral, *offer, row, *work.notice, made_at(work.id));
    if (!asked) { return std::move(asked).error(); }
    asked->subject.overrides = overrides;
    return send(work, snapshot, snapshot.file, asked->subject, asked->own);
}

tl::expected<Teller::Asked, Stopped> Teller::asked(const CaseSnapshot& snapshot, const Referral& referral,
                                                   const Offer& offer, const store::OfferRow& row, Notice notice,
                                                   Instant decided) const {
    if (context_.site->partner(row.partner.text()) == nullptr) { return tl::unexpected(left_the_site()); }
    const auto* service = context_.site->service(referral.service.text());
    if (service == nullptr) {
        return tl::unexpected(Stopped{Error{Fault::missing, "the site has no such service any more", {}}});
    }
    const bool ends = is_ending(notice);
    const bool taken_back = referral.state == ReferralState::withdrawn || referral.state == ReferralState::superseded;
    const auto stage = stage_of(notice, offer);
    Subject subject{row.id,           row.reference, notice,
                    referral.version, stage,         service->purpose,
                    taken_back,       ends,          !ends && stage != Stage::capacity};
    const auto type = context_.site->catalogue->find_record_type(ends ? "withdrawal" : "referral");
    const auto agreement = context_.site->agreement_to(row.partner, service->purpose, *type, now_);
    if (agreement == nullptr) { return tl::unexpected(refused(Refusal::no_agreement)); }
    auto own = ends ? own_ending(row.reference, notice, decided)
                    : own_request(snapshot, referral, offer, row.reference, *agreement);
    if (!own) { return tl::unexpected(Stopped{std::move(own).error()}); }
    return Asked{std::move(subject), std::move(*own)};
}

tl::expected<Teller::Asked, Stopped> Teller::reported(const Referral& referral, std::string_view reference) const {
    OwnRecord own(context_.site->catalogue, "outcome");
    own.set("request/reference", reference).set("request/service", referral.service.text());
    own.set("outcome/kind", code_text(*referral.outcome));
    if (referral.outcome_reason) { own.set("outcome/reason", code_text(*referral.outcome_reason)); }
    if (referral.outcome_at) { own.set("outcome/at", iso_text(*referral.outcome_at)); }
    auto record = own.part(now_);
    if (!record) { return tl::unexpected(Stopped{std::move(record).error()}); }
    Subject subject{
        {}, std::string(reference), Notice::confirm, referral.version, Stage::accept, "outcome", false, true, true};
    subject.ended = &referral;
    return Asked{std::move(subject), std::move(*record)};
}

Teller::Asked Teller::recounted(std::string_view reference, Instant decided) const {
    RecordBuilder nothing(context_.site->catalogue);
    nothing.start(*context_.site->catalogue->find_record_type("incident-report"));
    Subject subject{
        {},  std::string(reference), Notice::confirm, 1, Stage::accept, std::string(account_purpose), false, false,
        true};
    subject.account_decided = decided;
    return {std::move(subject), nothing.finish_part(now_)};
}

std::variant<Telling, Moot, Stopped> Teller::report(const store::Work& work, const CaseSnapshot& snapshot,
                                                    const Referral& referral, std::string_view reference,
                                                    const Overrides& overrides) const {
    if (!referral.outcome) { return Moot{}; }
    auto asked = reported(referral, reference);
    if (!asked) { return std::move(asked).error(); }
    asked->subject.overrides = overrides;
    return send(work, snapshot, snapshot.file, asked->subject, asked->own);
}

std::variant<Telling, Moot, Stopped> Teller::account(const store::Work& work, const CaseSnapshot& snapshot,
                                                     const CaseFile& account, std::string_view reference, int version,
                                                     const Overrides& overrides) const {
    auto asked = recounted(reference, made_at(work.id));
    asked.subject.version = version;
    asked.subject.overrides = overrides;
    return send(work, snapshot, account, asked.subject, asked.own);
}

tl::expected<Teller::Asked, Stopped> Teller::asked_again(const store::Work& work, const CaseSnapshot& snapshot,
                                                         const store::OfferRow* row) const {
    const auto gone = [](Literal what) { return tl::unexpected(Stopped{Error{Fault::missing, Reason(what), {}}}); };
    if (work.kind == store::WorkKind::account) { return recounted(id_text(work.subject), made_at(work.id)); }
    const auto* referral = snapshot.referral(row != nullptr ? row->referral : ReferralId{work.subject});
    if (referral == nullptr) { return gone("no such referral"); }
    if (work.kind == store::WorkKind::report) {
        if (!referral->outcome) { return gone("the referral has no outcome"); }
        return reported(*referral, id_text(work.subject));
    }
    if (row == nullptr || !work.notice) { return gone("no such offer"); }
    const auto offer =
        std::find_if(referral->offers.begin(), referral->offers.end(), [&](const Offer& o) { return o.id == row->id; });
    if (offer == referral->offers.end()) { return gone("no such offer"); }
    return asked(snapshot, *referral, *offer, *row, *work.notice, now_);
}

tl::expected<ledger::Entry, Error> Teller::would_tell(const store::Work& work, const CaseSnapshot& snapshot,
                                                      const store::OfferRow* offer, const CaseFile* account) const {
    const auto* partner = context_.site->partner(work.lane.text());
    if (partner == nullptr) { return tl::unexpected(Error{Fault::missing, "the site has no such partner", {}}); }
    auto asked = asked_again(work, snapshot, offer);
    if (!asked) { return tl::unexpected(std::move(asked.error().error)); }
    asked->subject.taken_back = false;
    asked->subject.supposed = true;
    const auto map = partner->out.find(asked->own.type());
    if (map == partner->out.end()) {
        return tl::unexpected(Error{Fault::unmapped, "no map writes this record for this partner", {}});
    }
    const auto& file = account == nullptr ? snapshot.file : *account;
    auto cleared = clear(snapshot, work.lane, file, asked->subject, asked->own, *map->second);
    if (!cleared) { return tl::unexpected(std::move(cleared.error().error)); }
    return std::move(cleared->entry);
}

std::shared_ptr<const Agreement> Teller::agreement_of(const store::Work& work, const CaseSnapshot& snapshot,
                                                      const store::OfferRow* offer) const {
    const auto& site = *context_.site;
    if (work.kind == store::WorkKind::account) {
        return site.agreement_to(work.lane, account_purpose, *site.catalogue->find_record_type("incident-report"),
                                 now_);
    }
    if (work.kind == store::WorkKind::report) {
        return site.agreement_to(work.lane, "outcome", *site.catalogue->find_record_type("outcome"), now_);
    }
    const auto* referral = offer == nullptr ? nullptr : snapshot.referral(offer->referral);
    const auto* service = referral == nullptr ? nullptr : site.service(referral->service.text());
    if (service == nullptr || !work.notice) { return nullptr; }
    return site.agreement_to(work.lane, service->purpose,
                             *site.catalogue->find_record_type(is_ending(*work.notice) ? "withdrawal" : "referral"),
                             now_);
}

Result<Record> Teller::own_request(const CaseSnapshot& snapshot, const Referral& referral, const Offer& offer,
                                   std::string_view reference, const Agreement& agreement) const {
    OwnRecord own(context_.site->catalogue, "referral");
    own.set("request/reference", reference).set("request/service", referral.service.text());
    own.set("request/made", iso_text(made_at(referral.id)));
    if (offer.reply_by) { own.set("request/reply-by", iso_text(*offer.reply_by)); }
    own.set("request/not-a-homelessness-application", "yes");
    own.set("request/legal-power", agreement.terms().legal_power);
    own.set("request/marking", "official-sensitive");
    own.set("request/amends", std::to_string(referral.version - 1));
    const Date day{context_.site->zone->day(now_)};
    set_household(own.builder(), context_.fields, snapshot.file.facts(), day);
    return own.part(now_);
}

Result<Record> Teller::own_ending(std::string_view reference, Notice notice, Instant at) const {
    OwnRecord own(context_.site->catalogue, "withdrawal");
    own.set("request/reference", reference).set("withdrawal/at", iso_text(at));
    own.set("withdrawal/reason", notice == Notice::release ? "not-needed" : "withdrawn");
    return own.part(now_);
}

Facts Teller::facts(const CaseSnapshot& snapshot, const CaseFile& drawn, Name recipient,
                    std::string_view purpose) const {
    const auto& site = *context_.site;
    const auto& about = snapshot.file.facts();
    Facts facts;
    facts.recipient = recipient;
    facts.hub_team = recipient == site.team;
    const auto* partner = site.partner(recipient.text());
    const Onward onward(site, snapshot, recipient, purpose, now_);
    for (const auto& source : drawn.sources()) { facts.onward.push_back(onward.of(source)); }
    facts.onward.back().remove(onward.not_worked_out());  // the last is what the hub adds itself
    const bool rehearses = partner != nullptr && partner->state == site::PartnerState::rehearsal;
    facts.mixes_rehearsal = !facts.hub_team && (partner == nullptr || rehearses != snapshot.row.fictional);
    facts.risk = about.get(context_.fields.risk);
    facts.consent_to_referral = consent_of(context_.fields.consent_to_referral, snapshot);
    facts.consent_to_pass_contact = consent_of(context_.fields.consent_to_pass_contact, snapshot);
    facts.consent_overridden = recorded_override(context_.fields, snapshot).has_value();
    facts.withdrawn = false;
    const auto is_stopped = [&](Name name) {
        return std::any_of(snapshot.in_force.stopped.begin(), snapshot.in_force.stopped.end(),
                           [&](Name stopped) { return stopped.text() == name.text(); });
    };
    facts.stopped = is_stopped(recipient);
    facts.site_stopped = !facts.hub_team && is_stopped(Name{});
    facts.outside_safe_window = false;  // a partner is told, not the victim
    facts.locators_held = site.witness && !facts.hub_team && locators_held(snapshot.witnessed, now_);
    facts.victim_age = victim_age(context_.fields, about, Date{site.zone->day(now_)});
    const auto conflicts = conflicts_of(site, context_.fields, snapshot);
    facts.conflict = std::find(conflicts.begin(), conflicts.end(), recipient) != conflicts.end();
    facts.nominated_handler = partner != nullptr && partner->handler;
    return facts;
}

// What is special to this telling: decided on by her, or by others past the guard, said at the door, or only supposed.
void Teller::heed(const Subject& subject, const CaseSnapshot& snapshot, Facts& facts) const {
    if (subject.account_decided && !refused_since(context_.fields, snapshot, *subject.account_decided)) {
        facts.consent_to_referral = Answer::yes;
    }
    facts.sent_alone = subject.account_decided.has_value();
    facts.nominated_handler = facts.nominated_handler && !subject.at_the_door;
    facts.locators_held = facts.locators_held && !subject.supposed;
    facts.stopped = facts.stopped && !subject.supposed;
    facts.site_stopped = facts.site_stopped && !subject.supposed;
    facts.overrides = those_in_force(context_.fields, snapshot, subject.overrides);
}

tl::expected<Teller::ClearedRecord, Stopped> Teller::clear(const CaseSnapshot& snapshot, Name recipient,
                                                           const CaseFile& file, const Subject& subject,
                                                           const Record& own, const Map& map) const {
    const auto& site = *context_.site;
    if (snapshot.in_force.site != site.hash) {
        return tl::unexpected(
            Stopped{Error{Fault::unreachable, "another site was activated: this node is to load it first", {}}});
    }
    const auto agreement = site.agreement_to(recipient, subject.purpose, own.type(), now_);
    if (agreement == nullptr) { return tl::unexpected(refused(Refusal::no_agreement)); }
    const auto drawn = file.draw(own.type(), own, ValueSource{{}, site.hub, now_, true});
    if (!drawn) { return tl::unexpected(Stopped{drawn.error()}); }
    auto facts = this->facts(snapshot, *drawn, recipient, subject.purpose);
    const bool tells_of_her = !facts.hub_team && subject.notice != Notice::recall;
    const bool ends_only = subject.says_so && !subject.of_person;  // an ending says nothing of her, and must be heard
    const bool restricted = !snapshot.row.restricted.empty() && !subject.supposed;
    if (tells_of_her && !ends_only && restricted) { return tl::unexpected(refused(Refusal::restricted)); }
    const auto* copy = snapshot.copy(recipient, subject.reference);
    if (tells_of_her && !ends_only && is_asked_back(copy, subject.supposed, subject.account_decided)) {
        return tl::unexpected(refused(Refusal::recalled));
    }
    facts.withdrawn = subject.taken_back && !subject.says_so;
    // What somebody wrote down for her counts where this agreement names the ground and the role of who decided.
    const auto decided = recorded_override(context_.fields, snapshot);
    facts.consent_overridden &= decided && lets_decide(*agreement, code_text(decided->ground), decided->role);
    heed(subject, snapshot, facts);
    if (subject.ended != nullptr) {
        const Onward onward(site, snapshot, recipient, subject.purpose, now_);
        const auto kept_back = onward.not_reported(context_.fields, *subject.ended);
        // What is left of an outcome would still say that there is one.
        if (kept_back.has(context_.fields.outcome.number())) {
            return tl::unexpected(refused(Refusal::nothing_allowed));
        }
        facts.onward.back().remove(kept_back);
    }
    bar(facts, context_.fields, agreement->safety(), snapshot, drawn->facts(), now_);
    facts.said = map.says();
    auto told = disclose(agreement, *drawn, subject.stage, facts, now_);
    if (!told) { return tl::unexpected(refused(told.error())); }
    const bool without_her_yes = facts.consent_overridden && facts.consent_to_referral != Answer::yes;
    auto entry = Chronicle(context_.ids, now_)
                     .disclosure(*told, ledger::Actor::of_hub("dispatch"),
                                 without_her_yes ? std::optional(decided->ground) : std::nullopt);
    entry.offer = subject.offer;
    // Who confirmed it is in the ledger's entry of that.
    for (const auto& row : subject.overrides) { entry.on_behalf_of = ledger::Actor::of_user(row.given.asked.who); }
    if (snapshot.row.fictional) { entry.reason = "rehearsal"; }
    entry.versions.push_back({map.name(), map.digest()});
    auto outgoing = OutwardMap(map).write(std::move(*told));
    if (!outgoing) { return tl::unexpected(Stopped{std::move(outgoing).error()}); }
    std::string bytes(outgoing->bytes());
    auto key =
        (snapshot.row.fictional ? "rehearsal-" : "") + subject.reference + "-" +
        std::string(code_text(subject.notice)) + "-" + std::to_string(subject.version) + "-" +
        to_hex(keyed_digest(context_.secrets.references, "sent bytes", bytes).view()).substr(0, key_digest_chars);
    auto file_name = key + std::string(sdk::ending_of(outgoing->media_type()).value_or(""));
    auto cleared = Guard::clear(std::move(*outgoing), facts, std::move(file_name), now_);
    if (!cleared) { return tl::unexpected(refused(cleared.error())); }
    const auto salt = random_octets<Salt>();
    entry.commitment = commit(salt, bytes);
    return ClearedRecord{std::move(*cleared), std::move(key),
                         std::move(bytes),    salt,
                         std::move(entry),    agreement->terms().retention_days};
}

std::variant<Telling, Moot, Stopped> Teller::send(const store::Work& work, const CaseSnapshot& snapshot,
                                                  const CaseFile& file, const Subject& subject,
                                                  const Record& own) const {
    const auto* partner = context_.site->partner(work.lane.text());
    if (partner == nullptr) { return left_the_site(); }
    const auto map = partner->out.find(own.type());
    if (map == partner->out.end()) {
        return Stopped{Error{Fault::unmapped, "no map writes this record for this partner", {}}};
    }
    auto cleared = clear(snapshot, work.lane, file, subject, own, *map->second);
    if (!cleared) { return std::move(cleared).error(); }
    std::vector<store::OverrideId> overrides;
    for (const auto& row : subject.overrides) {  // one sending: the same bytes again, or none
        if (!row.used_key.empty() && row.used_key != cleared->key) { return refused(Refusal::changed); }
        overrides.push_back(row.id);
    }
    const auto id = context_.ids.next_as<AttemptId>(now_);
    const auto& salt = cleared->salt;
    auto kept = work.case_id ? seal_attempt(snapshot.key, snapshot.row.id, id, salt.view(), cleared->bytes)
                             : std::string(salt.view()) + cleared->bytes;
    store::AttemptRow attempt{id,
                              work.id,
                              snapshot.row.id,
                              subject.offer,
                              work.lane,
                              subject.notice,
                              subject.version,
                              store::AttemptState::begun,
                              cleared->key,
                              now_,
                              std::string(cleared->entry.commitment->view()),
                              std::move(kept)};
    std::optional<store::CopyRow> copy;
    if (subject.of_person) { copy = copy_of(snapshot, work.lane, subject, cleared->retention_days); }
    return Telling{std::move(cleared->cleared),
                   std::move(cleared->key),
                   std::move(attempt),
                   Chronicle::row(std::move(cleared->entry), snapshot.row.ledger_name),
                   subject.notice,
                   subject.version,
                   std::move(overrides),
                   std::move(copy)};
}

}  // namespace haven::flow
