#include "hub/flow/onward.h"

#include <algorithm>
#include <map>

namespace haven::flow {
namespace {

// Whether a record says what became of a referral. One that names a time to come was said of the moment it was heard.
bool says_outcome(const Fields& fields, const CaseSnapshot& snapshot, const CaseRecord& one, const Referral& referral) {
    // Of another referral for which the same partner is asked it says nothing here.
    const auto* copy = snapshot.copy(one.source.partner, one.record.get(fields.request_reference).value_or(""));
    const bool is_asked = std::any_of(referral.offers.begin(), referral.offers.end(), [&](const Offer& offer) {
        return offer.partner == one.source.partner &&
               (copy == nullptr ? is_placement(offer.state) : copy->offer == offer.id);
    });
    const auto at = one.record.get(fields.outcome_at);
    return is_asked && one.record.get(fields.outcome) == referral.outcome &&
           one.record.get(fields.outcome_reason) == referral.outcome_reason && (!at || at >= referral.outcome_at);
}

}  // namespace

// The agreements that speak of a record: the one under which its partner gave it, while that is in force, or the one
// that renews it for the same records and purpose. One that the site has no more says nothing, so nothing goes on by
// it. What the hub's own people wrote down for a partner came under none, and every one of that partner speaks of it.
std::vector<const Agreement*> Onward::given_under(const ValueSource& source) const {
    const auto record = std::find_if(snapshot_.records.begin(), snapshot_.records.end(),
                                     [&](const CaseRecord& one) { return one.source.record == source.record; });
    if (record == snapshot_.records.end()) { return {}; }
    const auto named = snapshot_.agreements[static_cast<std::size_t>(record - snapshot_.records.begin())];
    const auto its = std::find_if(site_.agreements.begin(), site_.agreements.end(), [&](const auto& agreement) {
        return agreement->name() == named && agreement->record_type() == record->record.type();
    });
    const bool by_hand = named.text().empty();
    if (!by_hand && its == site_.agreements.end()) { return {}; }
    std::vector<const Agreement*> found;
    for (const auto& agreement : site_.agreements) {
        const bool is_theirs = agreement->from() == source.partner && agreement->to() == site_.hub;
        const bool speaks = by_hand || (agreement->record_type() == (*its)->record_type() &&
                                        agreement->terms().purpose == (*its)->terms().purpose);
        if (is_theirs && speaks && agreement->in_force(now_)) { found.push_back(agreement.get()); }
    }
    return found;
}

FieldSet Onward::of(const ValueSource& source) const {
    FieldSet allowed;
    if (source.partner == site_.hub) {  // its own people and itself
        for (std::uint16_t f = 0; f < site_.catalogue->field_count(); ++f) { allowed.add({f}); }
        return allowed;
    }
    const auto* partner = site_.partner(recipient_.text());
    for (const auto* agreement : given_under(source)) {
        allowed |= recipient_ == site_.team
                       ? agreement->fields(Stage::accept)
                       : agreement->onward(recipient_.text(), partner != nullptr ? partner->kind : "", purpose_);
    }
    return allowed;
}

// A number of children says what their birth dates say: it goes where each value goes that it is made of, or where
// whoever gave that value lets the number itself go on.
FieldSet Onward::not_worked_out() const {
    const auto& catalogue = *site_.catalogue;
    FieldSet barred;
    if (recipient_ == site_.team) { return barred; }
    std::map<std::uint16_t, FieldSet> by_source;
    for (const auto& value : snapshot_.file.facts().values()) {
        catalogue.worked_out().each([&](FieldNumber made) {
            if (!catalogue.field(made).made_of.has(value.field)) { return; }
            auto known = by_source.find(value.source);
            if (known == by_source.end()) {
                known = by_source.emplace(value.source, of(snapshot_.file.source_of(value))).first;
            }
            if (!known->second.has(value.field) && !known->second.has(made)) { barred.add(made); }
        });
    }
    return barred;
}

// Where several partners said the same, it goes on where each of them lets it.
FieldSet Onward::not_reported(const Fields& fields, const Referral& referral) const {
    FieldSet outcome;
    outcome.add(fields.outcome.number());
    outcome.add(fields.outcome_reason.number());
    outcome.add(fields.outcome_at.number());
    FieldSet barred;
    bool is_said = false;
    for (const auto& one : snapshot_.records) {
        if (!says_outcome(fields, snapshot_, one, referral)) { continue; }
        barred |= outcome - of(one.source);
        is_said = true;
    }
    return is_said ? barred : outcome;
}

}  // namespace haven::flow
