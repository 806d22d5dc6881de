#include <algorithm>

#include "core/base/code.h"
#include "hub/flow/own_record.h"
#include "hub/flow/teller.h"

// What of a case is told beside its referrals: to the hub's team, to a partner that comes and looks, to holders.
namespace haven::flow {

std::variant<Telling, Moot, Stopped> Teller::recall(const store::Work& work, const CaseSnapshot& snapshot,
                                                    const store::CopyRow& copy) const {
    if (copy.state != store::CopyState::asked) { return Moot{}; }
    OwnRecord own(context_.site->catalogue, "recall");
    own.set("request/reference", copy.reference).set("recall/reference", copy.reference);
    own.set("recall/wanted", code_text(copy.wanted)).set("recall/at", iso_text(copy.changed_at));
    auto record = own.part(now_);
    if (!record) { return Stopped{std::move(record).error()}; }
    const Subject subject{copy.offer,    copy.reference, Notice::recall, recall_version(copy.wanted),
                          Stage::accept, copy.purpose,   false,          true};
    return send(work, snapshot, snapshot.file, subject, *record);
}

// Told again under the same reference it is one copy, kept as long as what was told last.
store::CopyRow Teller::copy_of(const CaseSnapshot& snapshot, Name partner, const Subject& subject,
                               std::optional<int> retention_days) const {
    store::CopyRow copy{.case_id = snapshot.row.id,
                        .partner = partner,
                        .offer = subject.offer,
                        .reference = subject.reference,
                        .purpose = subject.purpose};
    if (const auto* before = snapshot.copy(partner, subject.reference)) { copy = *before; }
    if (copy.state == store::CopyState::acknowledged && copy.wanted == store::Wanted::destroy) {  // held anew
        copy.wanted = store::Wanted::keep;
        copy.why.clear();
        copy.state = store::CopyState::kept;
    }
    if (!copy.id) { copy.id = context_.ids.next_as<store::CopyId>(now_); }
    copy.told_at = copy.changed_at = now_;
    copy.delete_by.reset();
    if (retention_days) { copy.delete_by = now_ + std::chrono::days(*retention_days); }
    return copy;
}

WouldTell Teller::would_tell(const CaseSnapshot& snapshot) const {
    WouldTell out;
    const auto type = *context_.site->catalogue->find_record_type("referral");
    for (const auto& copy : snapshot.copies) {
        for (const auto& referral : snapshot.referrals) {
            const auto offer = std::find_if(referral.offers.begin(), referral.offers.end(),
                                            [&](const Offer& o) { return o.id == copy.offer; });
            const auto* service = context_.site->service(referral.service.text());
            const auto* partner = context_.site->partner(copy.partner.text());
            if (offer == referral.offers.end()) { continue; }
            auto& told = out[copy.id];
            if (service == nullptr || partner == nullptr) { continue; }
            const auto map = partner->out.find(type);
            const auto agreement = context_.site->agreement_to(copy.partner, service->purpose, type, now_);
            if (map == partner->out.end() || agreement == nullptr) { continue; }
            const auto own = own_request(snapshot, referral, *offer, copy.reference, *agreement);
            if (!own) { continue; }
            Subject subject{offer->id,
                            copy.reference,
                            Notice::amend,
                            referral.version,
                            offer->held.value_or(Stage::offer),
                            service->purpose,
                            false,
                            false,
                            true};
            subject.supposed = true;
            auto cleared = clear(snapshot, copy.partner, snapshot.file, subject, *own, *map->second);
            if (cleared) { told = std::move(cleared->bytes); }
        }
    }
    return out;
}

Result<Shown> Teller::show(const CaseSnapshot& snapshot, const CaseFile& part, std::string_view type,
                           const Map& map) const {
    RecordBuilder nothing(context_.site->catalogue);
    nothing.start(*context_.site->catalogue->find_record_type(type));
    const Subject subject{{}, id_text(snapshot.row.id), Notice::confirm, 1, Stage::accept, "casework", false, true};
    auto cleared = clear(snapshot, context_.site->team, part, subject, nothing.finish_part(now_), map);
    if (!cleared) { return fail(std::move(cleared).error().error); }
    return Shown{std::move(cleared->cleared), std::move(cleared->entry)};
}

Result<Shown> Teller::show_case(const CaseSnapshot& snapshot, const CaseFile& part, const Map& map) const {
    return show(snapshot, part, "case-file", map);
}

Result<Shown> Teller::show_account(const CaseSnapshot& snapshot, const CaseFile& account, const Map& map) const {
    return show(snapshot, account, "incident-report", map);
}

Result<Shown> Teller::show_offer(const CaseSnapshot& snapshot, const store::OfferRow& row,
                                 const MapByVersion& maps) const {
    const auto* referral = snapshot.referral(row.referral);
    const auto* service = referral == nullptr ? nullptr : context_.site->service(referral->service.text());
    if (service == nullptr) { return fail(Fault::missing, "no such referral"); }
    const auto offer =
        std::find_if(referral->offers.begin(), referral->offers.end(), [&](const Offer& o) { return o.id == row.id; });
    if (offer == referral->offers.end() || !offer->held) { return fail(Fault::missing, "no such offer"); }
    // Once it has ended the partner sees no more of her: what changes then is not its business.
    const bool goes_on = is_awaited(offer->state) || offer->state == OfferState::question ||
                         (is_placement(offer->state) && is_live(referral->state));
    if (!goes_on) { return fail(Fault::missing, "the offer has ended"); }
    const auto agreement = context_.site->agreement_to(row.partner, service->purpose,
                                                       *context_.site->catalogue->find_record_type("referral"), now_);
    if (agreement == nullptr) { return fail(Fault::refused, reason_of(Refusal::no_agreement)); }
    const auto map = maps.find(agreement->named_in().version());
    if (map == maps.end()) { return fail(Fault::missing, "the version of the agreement is not exchanged"); }
    auto own = own_request(snapshot, *referral, *offer, row.reference, *agreement);
    if (!own) { return fail(std::move(own).error()); }
    const bool taken_back = referral->state == ReferralState::withdrawn || referral->state == ReferralState::superseded;
    Subject subject{row.id,       row.reference,    Notice::offer, referral->version,
                    *offer->held, service->purpose, taken_back,    false};
    subject.at_the_door = true;
    auto cleared = clear(snapshot, row.partner, snapshot.file, subject, *own, *map->second);
    if (!cleared) { return fail(std::move(cleared).error().error); }
    return Shown{std::move(cleared->cleared), std::move(cleared->entry)};
}

}  // namespace haven::flow
