#include "core/base/encoding.h"
#include "core/store/referrals.h"

/// The bytes of column `referral.body`: every member in order, lengths first, with a version in front.
namespace haven::store {
namespace {

constexpr std::uint16_t bytes_version = 1;
constexpr std::size_t offers_max = 4096;
constexpr std::size_t clocks_max = 64;

void put(std::string& out, std::string_view text) {
    put_bytes(out, text);
}
void put(std::string& out, Name name) {
    put_bytes(out, name.text());
}
void put(std::string& out, Instant t) {
    put_u64(out, static_cast<std::uint64_t>(to_us(t)));
}
void put(std::string& out, std::chrono::microseconds d) {
    put_u64(out, static_cast<std::uint64_t>(d.count()));
}
void put(std::string& out, std::int64_t n) {
    put_u64(out, static_cast<std::uint64_t>(n));
}
template <class Of>
void put(std::string& out, Id<Of> id) {
    put(out, id.value);
}
template <class E>
requires std::is_enum_v<E>
void put(std::string& out, E value) {
    put_u16(out, static_cast<std::uint16_t>(value));
}
template <class T>
void put(std::string& out, const std::optional<T>& value) {
    put_u16(out, value ? 1 : 0);
    if (value) { put(out, *value); }
}

/// Reads what `put` wrote, in the same order.
class Reading {
public:
    explicit Reading(std::string_view bytes) : in_(bytes) {}

    void take(std::string& to) { to = std::string(in_.bytes()); }
    void take(Name& to) { to = Name::declare(in_.bytes()); }
    void take(Instant& to) { to = from_us(static_cast<std::int64_t>(in_.u64())); }
    void take(std::chrono::microseconds& to) { to = std::chrono::microseconds(static_cast<std::int64_t>(in_.u64())); }
    void take(int& to) { to = static_cast<int>(in_.u64()); }
    void take(bool& to) { to = in_.u16() != 0; }
    template <class Of>
    void take(Id<Of>& to) {
        to = {static_cast<std::int64_t>(in_.u64())};
    }
    template <class E>
    requires std::is_enum_v<E>
    void take(E& to) { to = static_cast<E>(in_.u16()); }
    template <class T>
    void take(std::optional<T>& to) {
        to.reset();
        if (in_.u16() != 0) { take(to.emplace()); }
    }
    std::size_t count(std::size_t most) {
        const auto n = in_.u32();
        return n <= most ? n : 0;
    }
    bool whole() const { return in_.ok() && in_.at_end(); }
    std::uint16_t version() { return in_.u16(); }

private:
    BytesReader in_;
};

void put(std::string& out, bool yes) {
    put_u16(out, yes ? 1 : 0);
}

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

void put_clock(std::string& out, const PromiseClock& c) {
    put(out, c.name);
    put(out, c.kind);
    put(out, std::string_view(c.source));
    put(out, c.start);
    put(out, c.warn_at);
    put(out, c.escalate_at);
    put(out, c.breach_at);
    put(out, c.state);
    put(out, c.paused_at);
    put(out, c.pause_reason);
    put(out, c.stopped_at);
}

void take_clock(Reading& in, PromiseClock& c) {
    in.take(c.name);
    in.take(c.kind);
    in.take(c.source);
    in.take(c.start);
    in.take(c.warn_at);
    in.take(c.escalate_at);
    in.take(c.breach_at);
    in.take(c.state);
    in.take(c.paused_at);
    in.take(c.pause_reason);
    in.take(c.stopped_at);
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
    put_u32(out, static_cast<std::uint32_t>(r.clocks.size()));
    for (const auto& clock : r.clocks) { put_clock(out, clock); }
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
    r.clocks.resize(in.count(clocks_max));
    for (auto& clock : r.clocks) { take_clock(in, clock); }
    if (!in.whole()) { return fail(Fault::broken, "expected the bytes of a referral"); }
    return r;
}

}  // namespace haven::store
