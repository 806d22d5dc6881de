#pragma once
#include "core/base/encoding.h"
#include "core/base/id.h"
#include "core/referral/clock.h"

/// Inside core/store only: how the state of a case and of a referral is kept, every member in order, lengths first.
namespace haven::store {

inline constexpr std::size_t clocks_max = 64;

inline void put(std::string& out, std::string_view text) {
    put_bytes(out, text);
}
inline void put(std::string& out, Name name) {
    put_bytes(out, name.text());
}
inline void put(std::string& out, Instant t) {
    put_u64(out, static_cast<std::uint64_t>(to_us(t)));
}
inline void put(std::string& out, std::chrono::microseconds d) {
    put_u64(out, static_cast<std::uint64_t>(d.count()));
}
inline void put(std::string& out, std::int64_t n) {
    put_u64(out, static_cast<std::uint64_t>(n));
}
inline void put(std::string& out, bool yes) {
    put_u16(out, yes ? 1 : 0);
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

inline void put(std::string& out, const PromiseClock& c) {
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

inline void take(Reading& in, PromiseClock& c) {
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

inline void put(std::string& out, const std::vector<PromiseClock>& clocks) {
    put_u32(out, static_cast<std::uint32_t>(clocks.size()));
    for (const auto& clock : clocks) { put(out, clock); }
}

inline void take(Reading& in, std::vector<PromiseClock>& clocks) {
    clocks.resize(in.count(clocks_max));
    for (auto& clock : clocks) { take(in, clock); }
}

}  // namespace haven::store
