#include "core/store/referrals.h"

#include "core/base/code.h"

namespace haven::store {
namespace {

using OfferColumns = std::tuple<OfferId, ReferralId, CaseId, std::string, std::string, std::string>;

OfferRow offer_of(const OfferColumns& row) {
    const auto& [id, referral, case_id, partner, state, reference] = row;
    return {id, referral, case_id, Name::declare(partner), *code_from<OfferState>(state), reference};
}

// Only this table's own bytes come here, so bytes that do not decode are a broken store.
std::optional<Referral> decoded(const std::optional<Bytes>& body) {
    if (!body) { return std::nullopt; }
    auto referral = decode_referral(body->value);
    if (!referral) { refuse_column(); }
    return std::move(*referral);
}

}  // namespace

void insert_referral(Sql& sql, const Referral& referral, Instant now) {
    sql.run(
        "INSERT INTO referral (id, case_id, service, state, opened_at_us, changed_at_us, body)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
        referral.id, referral.case_id, referral.service.text(), code_text(referral.state), now,
        BytesView{encode(referral)});
}

void update_referral(Sql& sql, const Referral& referral, const std::vector<NewOffer>& new_offers, Instant now) {
    const auto bytes = encode(referral);
    sql.run("UPDATE referral SET state = $2, changed_at_us = $3, body = $4 WHERE id = $1", referral.id,
            code_text(referral.state), now, BytesView{bytes});
    for (const auto& offer : referral.offers) {
        const auto fresh = std::find_if(new_offers.begin(), new_offers.end(),
                                        [&](const NewOffer& made) { return made.id == offer.id; });
        if (fresh == new_offers.end()) {
            sql.run("UPDATE offer SET state = $2 WHERE id = $1 AND state <> $2", offer.id, code_text(offer.state));
        } else {
            sql.run(
                "INSERT INTO offer (id, referral_id, case_id, partner, state, reference)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                offer.id, referral.id, referral.case_id, offer.partner.text(), code_text(offer.state),
                fresh->reference);
        }
    }
}

std::optional<Referral> read_referral(Sql& sql, ReferralId id) {
    return decoded(sql.one<Bytes>("SELECT body FROM referral WHERE id = $1", id));
}

std::vector<Referral> referrals_of(Sql& sql, CaseId id) {
    std::vector<Referral> out;
    for (const auto& body : sql.all<Bytes>("SELECT body FROM referral WHERE case_id = $1 ORDER BY id", id)) {
        out.push_back(*decoded(body));
    }
    return out;
}

std::vector<Referral> list_referrals(Sql& sql, std::optional<ReferralState> state, ReferralId after, std::int64_t most,
                                     UserId by) {
    const auto bodies =
        state ? sql.all<Bytes>(
                    "SELECT body FROM referral WHERE state = $1 AND id > $2 AND NOT EXISTS (SELECT 1 FROM"
                    " concealed x WHERE x.case_id = referral.case_id AND x.person_id = $4"
                    ") ORDER BY id LIMIT $3",
                    code_text(*state), after, most, by)
              : sql.all<Bytes>(
                    "SELECT body FROM referral WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM concealed x WHERE"
                    " x.case_id = referral.case_id AND x.person_id = $3)"
                    " ORDER BY id LIMIT $2",
                    after, most, by);
    std::vector<Referral> out;
    for (const auto& body : bodies) { out.push_back(*decoded(body)); }
    return out;
}

std::optional<OfferRow> read_offer(Sql& sql, OfferId id) {
    const auto row = sql.one<OfferId, ReferralId, CaseId, std::string, std::string, std::string>(
        "SELECT id, referral_id, case_id, partner, state, reference FROM offer WHERE id = $1", id);
    if (!row) { return std::nullopt; }
    return offer_of(*row);
}

std::optional<OfferRow> find_offer(Sql& sql, Name partner, std::string_view reference) {
    const auto row = sql.one<OfferId, ReferralId, CaseId, std::string, std::string, std::string>(
        "SELECT id, referral_id, case_id, partner, state, reference FROM offer WHERE reference = $1 AND partner = $2",
        reference, partner.text());
    if (!row) { return std::nullopt; }
    return offer_of(*row);
}

std::optional<OfferRow> find_any_offer(Sql& sql, std::string_view reference) {
    const auto row = sql.one<OfferId, ReferralId, CaseId, std::string, std::string, std::string>(
        "SELECT id, referral_id, case_id, partner, state, reference FROM offer WHERE reference = $1", reference);
    if (!row) { return std::nullopt; }
    return offer_of(*row);
}

std::vector<OfferRow> offers_to(Sql& sql, Name partner, OfferId after, std::int64_t most) {
    std::vector<OfferRow> out;
    for (const auto& row : sql.all<OfferId, ReferralId, CaseId, std::string, std::string, std::string>(
             "SELECT id, referral_id, case_id, partner, state, reference FROM offer"
             " WHERE partner = $1 AND id > $2 ORDER BY id LIMIT $3",
             partner.text(), after, most)) {
        out.push_back(offer_of(row));
    }
    return out;
}

}  // namespace haven::store
