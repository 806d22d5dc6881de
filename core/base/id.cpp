#include "core/base/id.h"

#include <algorithm>

namespace haven {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t id_chars = 13;
constexpr int node_bits = 10;
constexpr int sequence_bits = 12;
constexpr std::int64_t epoch_ms = 1'577'836'800'000;  // 2020-01-01T00:00:00Z

}  // namespace

std::string id_text(std::int64_t id) {
    auto rest = static_cast<std::uint64_t>(id);
    std::string out(id_chars, '0');
    for (auto at = out.rbegin(); at != out.rend(); ++at) {
        *at = alphabet[rest & 31U];
        rest >>= 5U;
    }
    return out;
}

std::optional<std::int64_t> id_from_text(std::string_view text) {
    if (text.size() != id_chars) { return std::nullopt; }
    std::uint64_t id = 0;
    for (char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto digit = alphabet.find(lower);
        if (digit == std::string_view::npos) { return std::nullopt; }
        if (id >> 58U != 0) { return std::nullopt; }  // 63 bits are used
        id = id << 5U | digit;
    }
    return static_cast<std::int64_t>(id);
}

Instant made_at(std::int64_t id) {
    return from_us(((id >> (node_bits + sequence_bits)) + epoch_ms) * 1000);
}

std::int64_t first_id_at(Instant t) {
    return (to_us(t) / 1000 - epoch_ms) << (node_bits + sequence_bits);
}

std::uint32_t node_of(std::int64_t id) {
    return static_cast<std::uint32_t>(id >> sequence_bits) & ((1U << node_bits) - 1);
}

IdSource::IdSource(std::uint32_t node, std::int64_t floor)
    : node_(node & ((1U << node_bits) - 1)),
      last_((floor >> (node_bits + sequence_bits)) << sequence_bits | ((1 << sequence_bits) - 1)) {}

std::int64_t IdSource::next(Instant now) {
    const auto ms = to_us(now) / 1000 - epoch_ms;
    auto last = last_.load(std::memory_order_relaxed);
    std::int64_t mine = 0;
    do {
        mine = std::max(ms << sequence_bits, last + 1);
    } while (!last_.compare_exchange_weak(last, mine, std::memory_order_relaxed));
    const auto sequence = mine & ((1 << sequence_bits) - 1);
    return (mine >> sequence_bits) << (node_bits + sequence_bits) | node_ << sequence_bits | sequence;
}

}  // namespace haven
