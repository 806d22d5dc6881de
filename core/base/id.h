#pragma once
#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"

namespace haven {

/// A rising 64-bit id that the hub makes before it writes the row. Ids of different things do not mix.
template <class Of>
struct Id {
    std::int64_t value = 0;
    explicit operator bool() const { return value != 0; }
    auto operator<=>(const Id&) const = default;
};

using MessageId = Id<struct MessageTag>;
using RecordId = Id<struct RecordTag>;
using CaseId = Id<struct CaseTag>;
using ReferralId = Id<struct ReferralTag>;
using OfferId = Id<struct OfferTag>;
using WorkId = Id<struct WorkTag>;
using AttemptId = Id<struct AttemptTag>;
using HeldId = Id<struct HeldTag>;
using UserId = Id<struct UserTag>;

/// An id as people and URLs carry it: 13 characters of Crockford's base 32, no letter that looks like a digit.
std::string id_text(std::int64_t id);
/// The id that a text names, in either case of letters; nothing where it names none.
std::optional<std::int64_t> id_from_text(std::string_view text);

template <class Of>
std::string id_text(Id<Of> id) {
    return id_text(id.value);
}

/// When an id was made, to the millisecond.
Instant made_at(std::int64_t id);
template <class Of>
Instant made_at(Id<Of> id) {
    return made_at(id.value);
}

/// Below every id that is made from this moment on, above those made before it.
std::int64_t first_id_at(Instant t);

/// The node that made an id, 0 to 1023.
std::uint32_t node_of(std::int64_t id);

/// Makes rising ids: 41 bits of milliseconds since 2020, 10 of node, 12 of sequence. Thread-safe.
///
/// A clock that steps back does not bring ids back: the sequence goes on from the last one.
class IdSource {
public:
    /// `node` is 0 to 1023; `floor` is the highest id already in the store.
    explicit IdSource(std::uint32_t node, std::int64_t floor = 0);
    std::int64_t next(Instant now);

    template <class IdType>
    IdType next_as(Instant now) {
        return IdType{next(now)};
    }

private:
    std::int64_t node_;
    std::atomic<std::int64_t> last_;  // milliseconds << 12 | sequence
};

}  // namespace haven

template <class Of>
struct std::hash<haven::Id<Of>> {
    std::size_t operator()(haven::Id<Of> id) const { return std::hash<std::int64_t>{}(id.value); }
};
