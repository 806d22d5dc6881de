#include "core/ledger/entry.h"

#include <algorithm>
#include <array>

#include "core/base/encoding.h"
#include "core/base/limits.h"

namespace haven::ledger {
namespace {

constexpr std::uint8_t version_without_held = 1;
constexpr std::uint8_t version_with_held = 2;
constexpr std::size_t usual_bytes = 384;

constexpr std::array operation_names{"collection", "alteration",    "consultation", "disclosure", "combination",
                                     "erasure",    "configuration", "decision",     "receipt"};

class EntryWriter {
public:
    EntryWriter() { out_.reserve(usual_bytes); }
    void number(std::uint8_t n) { out_ += static_cast<char>(n); }
    void wide(std::int64_t n) { put_u64(out_, static_cast<std::uint64_t>(n)); }
    void word(Word word) { short_bytes(word.text()); }

    void actor(const Actor& actor) {
        number(static_cast<std::uint8_t>(actor.kind));
        word(actor.name);
        wide(actor.user.value);
    }
    template <class Kind>
    void optional(const std::optional<Kind>& octets) {
        short_bytes(octets ? octets->view() : std::string_view());
    }
    void fields(const Entry& entry) {
        put_u16(out_, static_cast<std::uint16_t>(entry.fields.size()));
        for (const auto field : entry.fields) { put_u16(out_, field); }
        out_ += entry.schema.view();
    }
    void versions(const std::vector<Version>& versions) {
        number(static_cast<std::uint8_t>(versions.size()));
        for (const auto& [of, hash] : versions) {
            word(of);
            out_ += hash.view();
        }
    }
    std::string take() { return std::move(out_); }

private:
    void short_bytes(std::string_view bytes) {  // a Name has at most 128, a literal is ours
        number(static_cast<std::uint8_t>(std::min<std::size_t>(bytes.size(), UINT8_MAX)));
        out_ += bytes.substr(0, UINT8_MAX);
    }
    std::string out_;
};

bool rise(const std::vector<std::uint16_t>& fields) {
    return std::adjacent_find(fields.begin(), fields.end(), std::greater_equal<>()) == fields.end();
}

}  // namespace

class EntryReader {
public:
    explicit EntryReader(std::string_view bytes) : in_(bytes) {}
    bool good() const { return good_ && in_.ok(); }
    bool all_read() const { return good() && in_.at_end(); }

    std::uint8_t number() {
        const auto byte = in_.take(1);
        return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
    }
    std::int64_t wide() { return static_cast<std::int64_t>(in_.u64()); }
    Word word() { return Word(in_.take(number())); }

    Operation operation() {
        const auto n = number();
        must(n >= 1 && n <= operation_names.size());
        return static_cast<Operation>(n);
    }
    Actor actor() {
        const auto kind = number();
        must(kind <= static_cast<std::uint8_t>(Actor::Kind::hub));
        Actor actor{static_cast<Actor::Kind>(kind), word(), {}};
        actor.user.value = wide();
        return actor;
    }
    template <class Kind>
    std::optional<Kind> optional() {
        const auto bytes = in_.take(number());
        const auto octets = Kind::from(bytes);
        must(bytes.empty() || octets);
        return octets;
    }
    template <class Kind>
    Kind octets() {
        const auto octets = Kind::from(in_.take(Kind::size));
        must(octets.has_value());
        return octets.value_or(Kind{});
    }
    std::vector<std::uint16_t> fields() {
        const std::size_t count = in_.u16();
        must(count <= limits::fields_max);
        std::vector<std::uint16_t> fields;
        if (!good()) { return fields; }
        fields.reserve(count);
        for (std::size_t i = 0; i < count; ++i) { fields.push_back(in_.u16()); }
        must(rise(fields));
        return fields;
    }
    std::vector<Version> versions() {
        const auto count = number();
        must(count <= versions_max);
        std::vector<Version> versions;
        for (std::size_t i = 0; i < count && good(); ++i) {
            const auto of = word();
            versions.push_back({of, octets<Digest16>()});
        }
        return versions;
    }

private:
    void must(bool holds) { good_ = good_ && holds; }
    BytesReader in_;
    bool good_ = true;
};

std::string text_of(const Actor& actor) {
    return actor.kind == Actor::Kind::user ? "user " + id_text(actor.user) : std::string(actor.name.text());
}

std::string_view name_of(Operation operation) {
    return operation_names.at(static_cast<std::size_t>(operation) - 1);
}

std::optional<Instant> time_of(std::string_view bytes) {
    BytesReader in(bytes);
    (void)in.take(1);  // version
    (void)in.u64();    // id
    const auto at_us = static_cast<std::int64_t>(in.u64());
    return in.ok() ? std::optional(from_us(at_us)) : std::nullopt;
}

Result<std::string> encode(const Entry& entry) {
    if (entry.fields.size() > limits::fields_max) { return fail(Fault::too_large, "too many fields in an entry"); }
    if (entry.versions.size() > versions_max) { return fail(Fault::too_large, "too many versions in an entry"); }
    if (!rise(entry.fields)) { return fail(Fault::malformed, "the fields of an entry must rise"); }
    EntryWriter out;
    out.number(entry.held ? version_with_held : version_without_held);
    out.wide(entry.id.value);
    out.wide(to_us(entry.at));
    out.number(static_cast<std::uint8_t>(entry.operation));
    out.word(entry.action);
    out.actor(entry.actor);
    out.actor(entry.on_behalf_of);
    out.optional(entry.subject);
    for (const auto id : {entry.message.value, entry.record.value, entry.referral.value, entry.offer.value}) {
        out.wide(id);
    }
    out.word(entry.recipient);
    out.word(entry.agreement);
    out.optional(entry.agreement_version);
    for (const auto word : {entry.lawful_basis, entry.purpose, entry.stage}) { out.word(word); }
    out.fields(entry);
    out.versions(entry.versions);
    out.optional(entry.commitment);
    out.word(entry.reason);
    out.optional(entry.justification);
    if (entry.held) { out.wide(entry.held.value); }
    return out.take();
}

Result<Entry> decode(std::string_view bytes) {
    EntryReader in(bytes);
    const auto version = in.number();
    if (version != version_without_held && version != version_with_held) {
        return fail(Fault::malformed, "a ledger entry of a version that is not known");
    }
    Entry entry;
    entry.id.value = in.wide();
    entry.at = from_us(in.wide());
    entry.operation = in.operation();
    entry.action = in.word();
    entry.actor = in.actor();
    entry.on_behalf_of = in.actor();
    entry.subject = in.optional<LedgerName>();
    entry.message.value = in.wide();
    entry.record.value = in.wide();
    entry.referral.value = in.wide();
    entry.offer.value = in.wide();
    entry.recipient = in.word();
    entry.agreement = in.word();
    entry.agreement_version = in.optional<Digest32>();
    entry.lawful_basis = in.word();
    entry.purpose = in.word();
    entry.stage = in.word();
    entry.fields = in.fields();
    entry.schema = in.octets<Digest16>();
    entry.versions = in.versions();
    entry.commitment = in.optional<Digest32>();
    entry.reason = in.word();
    entry.justification = in.optional<Digest32>();
    if (version == version_with_held) { entry.held.value = in.wide(); }
    const bool as_encoded = (version == version_with_held) == static_cast<bool>(entry.held);
    if (!in.all_read() || !as_encoded) { return fail(Fault::malformed, "not a ledger entry"); }
    return entry;
}

}  // namespace haven::ledger
