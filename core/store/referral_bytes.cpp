#include "core/store/referrals.h"
#include "core/store/state_bytes.h"

/// The bytes of column `referral.body`, with a version in front.
namespace haven::store {
namespace {

constexpr std::uint16_t bytes_version = 1;
constexpr std::size_t offers_max = 4096;

void put_offer(std::string& out, const Offer& o) {
    put(out, o.id);
    put(out, o.partner);
    put(out, std::int64_t{o.round});
    put(out, o.state);
    put(out, o.stage);
    put(out, o.held);
    put(out, std::int64_t{o.version});
    put(out, o.reply_by);
    put(out, o.window_left);
    put(out, o.until);
    put(out, o.reason);
    put(out, o.answered_at);
    put(out, o.arrival_at);
    put(out, o.recorded_by);
    put(out, o.end_told);
    put(out, o.end_known);
    put(out, o.conflict_told);
}

void take_offer(Reading& in, Offer& o) {
    in.take(o.id);
    in.take(o.partner);
    in.take(o.round);
    in.take(o.state);
    in.take(o.stage);
    in.take(o.held);
    in.take(o.version);
    in.take(o.reply_by);
    in.take(o.window_left);
    in.take(o.until);
    in.take(o.reason);
    in.take(o.answered_at);
    in.take(o.arrival_at);
    in.take(o.recorded_by);
    in.take(o.end_told);
    in.take(o.end_known);
    in.take(o.conflict_told);
}

}  // namespace

std::string encode(const Referral& r) {
    std::string out;
    put_u16(out, bytes_version);
    put(out, r.id);
    put(out, r.case_id);
    put(out, r.service);
    put(out, r.state);
    put(out, std::int64_t{r.version});
    put(out, std::int64_t{r.round});
    put(out, r.overdue_at);
    put(out, r.outcome);
    put(out, r.outcome_reason);
    put(out, r.outcome_at);
    put(out, r.superseded_by);
    put_u32(out, static_cast<std::uint32_t>(r.offers.size()));
    for (const auto& offer : r.offers) { put_offer(out, offer); }
    put(out, r.clocks);
    return out;
}

Result<Referral> decode_referral(std::string_view bytes) {
    Reading in(bytes);
    Referral r;
    if (in.version() != bytes_version) { return fail(Fault::broken, "expected the bytes of a referral"); }
    in.take(r.id);
    in.take(r.case_id);
    in.take(r.service);
    in.take(r.state);
    in.take(r.version);
    in.take(r.round);
    in.take(r.overdue_at);
    in.take(r.outcome);
    in.take(r.outcome_reason);
    in.take(r.outcome_at);
    in.take(r.superseded_by);
    r.offers.resize(in.count(offers_max));
    for (auto& offer : r.offers) { take_offer(in, offer); }
    take(in, r.clocks);
    if (!in.whole()) { return fail(Fault::broken, "expected the bytes of a referral"); }
    return r;
}

}  // namespace haven::store
