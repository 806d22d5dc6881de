#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/instant.h"
#include "core/base/result.h"
#include "core/seal/octets.h"

namespace haven::ledger {

using EntryId = Id<struct LedgerTag>;

/// What the ledger calls a case: random, kept in the case's row and nowhere else, so that erasing that row leaves
/// entries that speak of nobody.
using LedgerName = Octets<struct LedgerNameTag, 16>;

/// What was done. The first six are those that section 62 of the Data Protection Act 2018 asks to be logged.
enum class Operation : std::uint8_t {
    collection = 1,
    alteration,
    consultation,
    disclosure,
    combination,
    erasure,
    configuration,  ///< of the site: a map, an agreement, a partner, a user, a role, a key
    decision,       ///< of a person or the guard: a stop, a release, an override, break-glass
    receipt,        ///< that a partner has, or has destroyed, what it was sent
};

std::string_view name_of(Operation operation);

/// A word of the program or of the site's declarations. There is no way to make one of a text known only at run time,
/// so no value of a message and nothing that somebody typed gets into the ledger.
///
/// A view: of a literal, of a Name, or (from `decode`) of the bytes that were decoded, which must outlive it.
class Word {
public:
    constexpr Word() = default;
    template <std::size_t N>
    consteval Word(const char (&literal)[N]) : text_(literal, N - 1) {}
    constexpr Word(Literal word) : text_(word.text) {}
    Word(Name name) : text_(name.text()) {}

    constexpr std::string_view text() const { return text_; }
    constexpr bool empty() const { return text_.empty(); }
    bool operator==(const Word&) const = default;

private:
    friend class EntryReader;
    explicit Word(std::string_view read) : text_(read) {}
    std::string_view text_;
};

/// Who did it, or for whom.
struct Actor {
    enum class Kind : std::uint8_t { none, partner, user, hub };
    Kind kind = Kind::none;
    Word name;  ///< of a partner or of a part of the hub; of a user the role in which it was done, where that is known
    UserId user;  ///< of a user: a number, as a user's name is a person's

    static Actor of_partner(Name partner) { return {Kind::partner, partner, {}}; }
    static Actor of_user(UserId user, Word role = {}) { return {Kind::user, role, user}; }
    static Actor of_hub(Word part) { return {Kind::hub, part, {}}; }
    bool operator==(const Actor&) const = default;
};

/// As people read it: a name, or "user ID".
std::string text_of(const Actor& actor);

/// Which version of a map, schema or site file took part.
struct Version {
    Word of;
    Digest16 hash;
    bool operator==(const Version&) const = default;
};

/// One line of the ledger: who did what, to which case, for whom, when and why. It never holds a value of anybody's
/// data: fields are numbers, exact bytes and typed reasons are salted commitments (`core/seal/sha256.h`).
///
/// Empty members are left out of what is told, but have their place in the encoding.
struct Entry {
    EntryId id;
    Instant at{};
    Operation operation = Operation::collection;
    Word action;  ///< what exactly, as a declared word: "site published", "guard stopped", "copy destroyed"

    Actor actor;
    Actor on_behalf_of;

    std::optional<LedgerName> subject;
    MessageId message;
    RecordId record;
    ReferralId referral;
    OfferId offer;
    HeldId held;  ///< the held line that was decided

    Word recipient;  ///< the partner that was told
    Word agreement;
    std::optional<Digest32> agreement_version;
    Word lawful_basis;
    Word purpose;
    Word stage;

    std::vector<std::uint16_t> fields;  ///< numbers in the catalogue of `schema`, rising
    Digest16 schema;                    ///< zero where there are no fields
    std::vector<Version> versions;

    std::optional<Digest32> commitment;     ///< to the exact bytes
    Word reason;                            ///< a declared code
    std::optional<Digest32> justification;  ///< commitment to what a person typed, which is kept sealed elsewhere

    bool operator==(const Entry&) const = default;
};

inline constexpr std::size_t entry_bytes_max = std::size_t{16} * 1024;
inline constexpr std::size_t versions_max = 16;

/// The bytes that are stored, hashed and exported: the version, then every member in order, lengths first. Version 1
/// has no `held`; version 2 has it last, and is written only where it says something, so what was written before `held`
/// was known is read as it was. Equal entries have equal bytes and no other bytes decode to them. Errors: too_large -
/// over fields_max, versions_max or entry_bytes_max; malformed - fields that do not rise.
Result<std::string> encode(const Entry& entry);

/// When an entry was made, without reading the rest of it; nothing where `bytes` are too short to be one.
std::optional<Instant> time_of(std::string_view bytes);

/// The entry that `bytes` are; its words are views of them.
/// Errors: malformed - another version, or not what `encode` makes.
Result<Entry> decode(std::string_view bytes);

}  // namespace haven::ledger
