#include "hub/flow/concealing.h"
#include "hub/flow/holding.h"
#include "hub/flow/taking.h"
#include "hub/flow/words.h"

// What partners say otherwise than in reports: of offers, of copies.
namespace haven::flow {
namespace {

constexpr Literal asked_nothing = "this partner was asked nothing under this reference";
constexpr Literal says_nothing = "expected an answer, an arrival or an outcome that the agreement names";
constexpr Literal answer_in_conflict = "an answer from a partner in conflict: ask its nominated handler and enter it";

/// What a partner's word is about: an offer, or a case of which it holds a copy that is of no offer.
struct Asked {
    std::optional<store::OfferRow> offer;
    std::optional<CaseId> case_id;
};

// The reference of a copy that is of no offer is the number of the referral that was reported, or of the account that
// was told (Sending::target).
Asked asked_under(store::Sql& sql, Name partner, std::string_view reference) {
    Asked asked{store::find_offer(sql, partner, reference), {}};
    const auto id = asked.offer ? std::nullopt : id_from_text(reference);
    if (asked.offer) {
        asked.case_id = asked.offer->case_id;
    } else if (id) {
        const auto referral = store::read_referral(sql, ReferralId{*id});
        asked.case_id = referral ? referral->case_id : store::case_of_record(sql, RecordId{*id});
    }
    return asked;
}

}  // namespace

// A partner's word on something that it was asked: an answer, an arrival, an outcome.
Result<void> Taking::take_word(std::int64_t number, const Record& record, const Map& map, const Agreement& agreement) {
    const auto reference = record.get(context_.fields.request_reference).value_or("");
    const auto asked = context_.readers.read(
        [&](store::Sql& sql) -> Result<Asked> { return asked_under(sql, partner_.name, reference); });
    if (!asked) { return fail(asked.error()); }
    const auto& offer = asked->offer;
    const bool of_copy = record.has(context_.fields.copy.acknowledged.number());
    const auto event = offer && !of_copy ? event_of(context_.fields, record, offer->id) : std::nullopt;
    const auto nothing = [&]() -> Result<void> {
        hold_record(number, Error{Fault::missing, Reason(asked_nothing), {}});
        return {};
    };
    if (!asked->case_id || (!offer && !of_copy)) { return nothing(); }
    auto found = loaded(*asked->case_id);
    if (!found) { return fail(std::move(found).error()); }
    auto& snapshot = **found;
    // Of a number that it guessed it learns what it learns of one that was never used.
    if (!offer && snapshot.copy(partner_.name, reference) == nullptr) { return nothing(); }
    // Before anything else is wrong with it: what is said of it would tell that there is such an offer.
    const bool of_asked = of_copy && is_asked_back(snapshot, partner_.name, reference);
    if (!of_asked && is_in_conflict(context_, snapshot, partner_.name)) {
        hold_in_conflict(number, snapshot.row.id);
        return {};
    }
    if (snapshot.row.fictional != fictional_) {
        hold_record(number, Error{Fault::refused, reason_of(Refusal::rehearsal), {}});
        return {};
    }
    if (of_copy) { return take_holder_word(number, snapshot, record, reference); }
    if (!event) {
        hold_record(number, Error{Fault::malformed, Reason(says_nothing), {}});
        return {};
    }
    const auto id = context_.ids.next_as<RecordId>(now_);
    const Rejudging before(context_, snapshot, now_);
    const auto altered = snapshot.add({record, {id, partner_.name, record.as_of(), false}}, agreement.name());
    put_record(snapshot, id, record, agreement.name(), altered);
    collected(snapshot, id, record, map, agreement);
    if (auto done = look_again(snapshot, before); !done) { return done; }
    auto changed =
        Broker(context_, now_).happen(snapshot, offer->referral, *event, ledger::Actor::of_partner(partner_.name));
    if (!changed) { return fail(std::move(changed).error()); }
    changes_.append(std::move(*changed));
    done_with(number);
    return {};
}

// Who at the partner wrote it is not known: its nominated handler tells a person, who enters the answer. The receipt
// says what it says of any reference that was never used, so that nobody there learns of the conflict.
void Taking::hold_in_conflict(std::int64_t number, CaseId of_case) {
    auto row = held_row(context_, partner_.name, Error{Fault::refused, Reason(answer_in_conflict), {}}, now_);
    row.role = "duty-manager";
    changes_.held.emplace_back(std::move(row),
                               store::HeldItem{store::HeldKind::record, message_.id.value, number, of_case});
    changes_.receipt_lines.emplace_back(message_.id,
                                        receipt_line(number, "held", Error{Fault::missing, Reason(asked_nothing), {}}));
    counted(number, &Changes::Advance::held);
}

// What it says is done or not done; the record itself tells nothing of her and is not kept.
Result<void> Taking::take_holder_word(std::int64_t number, CaseSnapshot& snapshot, const Record& record,
                                      std::string_view reference) {
    auto said = holder_said(context_, snapshot, partner_.name, reference, record,
                            ledger::Actor::of_partner(partner_.name), now_);
    if (!said && is_in_conflict(context_, snapshot, partner_.name)) {
        hold_in_conflict(number, snapshot.row.id);
        return {};
    }
    if (!said) {
        hold_record(number, said.error());
        return {};
    }
    changes_.append(std::move(*said));
    done_with(number);
    return {};
}

}  // namespace haven::flow
