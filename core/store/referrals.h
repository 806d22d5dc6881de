#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/referral/referral.h"
#include "core/store/engine/sql.h"

namespace haven::store {

void insert_referral(Sql& sql, const Referral& referral, Instant now);
/// Also writes the state of each of its offers and adds those that are new, with the references given for them.
struct NewOffer {
    OfferId id;
    std::string reference;
};
void update_referral(Sql& sql, const Referral& referral, const std::vector<NewOffer>& new_offers, Instant now);
std::optional<Referral> read_referral(Sql& sql, ReferralId id);
std::vector<Referral> referrals_of(Sql& sql, CaseId id);
/// Referrals in one state, or in any where `state` is none, by id; `after` is the last of the page before.
std::vector<Referral> list_referrals(Sql& sql, std::optional<ReferralState> state, ReferralId after, std::int64_t most,
                                     UserId by = {});

/// An offer as others name it.
struct OfferRow {
    OfferId id;
    ReferralId referral;
    CaseId case_id;
    Name partner;
    OfferState state = OfferState::queued;
    std::string reference;
};
std::optional<OfferRow> read_offer(Sql& sql, OfferId id);
/// The offer that a partner knows by this reference; nothing where it is another partner's.
std::optional<OfferRow> find_offer(Sql& sql, Name partner, std::string_view reference);
/// The offer of this reference, whoever's it is: for the hub's own people.
std::optional<OfferRow> find_any_offer(Sql& sql, std::string_view reference);
/// What a partner may see: its own offers, newest last.
std::vector<OfferRow> offers_to(Sql& sql, Name partner, OfferId after, std::int64_t most);

/// A referral as bytes, and back. Broken bytes of this table end the transaction body.
std::string encode(const Referral& referral);
Result<Referral> decode_referral(std::string_view bytes);

}  // namespace haven::store
