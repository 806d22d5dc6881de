#include "hub/flow/witnessing.h"

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/ledger/witness.h"
#include "core/store/held.h"
#include "core/store/ledger_rows.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/deciding.h"

namespace haven::flow {
namespace {

constexpr std::int64_t leaves_at_once = 2'000;

Result<std::vector<Digest32>> hashes_between(store::Sql& sql, std::int64_t from, std::int64_t to) {
    std::vector<Digest32> hashes;
    while (from < to) {
        const auto entries = store::entries_from_leaf(sql, from, std::min(leaves_at_once, to - from));
        if (entries.empty()) { return fail(Fault::broken, "an entry of the ledger is missing"); }
        for (const auto& entry : entries) { hashes.push_back(ledger::leaf_hash(entry.body)); }
        from += static_cast<std::int64_t>(entries.size());
    }
    return hashes;
}

Result<ledger::Proof> proof_from(store::Sql& sql, std::int64_t from, std::int64_t size) {
    const auto row = store::find_checkpoint(sql, from);
    if (!row) { return fail(Fault::missing, "the ledger has no checkpoint of so many leaves"); }
    const auto old = ledger::Tree::decode(row->tree);
    if (!old) { return fail(old.error()); }
    const auto newer = hashes_between(sql, from, size);
    if (!newer) { return fail(newer.error()); }
    return ledger::consistency_proof(static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(size),
                                     ledger::subtrees_after(*old, *newer));
}

}  // namespace

// What lies further ahead than it may was written by a clock that was wrong: it says nothing of now.
bool locators_held(const store::Witnessed& witnessed, Instant now) {
    const auto& until = witnessed.released_until;
    if (until && now < *until && *until - now <= release_lasts) { return false; }
    const auto& at = witnessed.checkpoint_at;
    return !at || now - *at > ledger::witness_grace || *at - now > ledger::witness_grace;
}

Result<std::string> offer_checkpoint(const Context& context, std::uint64_t after, std::int64_t leaves_max) {
    if (after > INT64_MAX / 2) { return fail(Fault::missing, "the ledger has no checkpoint of so many leaves"); }
    return context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::string> {
        const auto from = static_cast<std::int64_t>(after);
        const auto next = from == 0 ? store::last_checkpoint(sql) : store::checkpoint_within(sql, from, leaves_max);
        if (!next && from == 0) { return fail(Fault::missing, "no checkpoint was signed yet"); }
        if (!next) { return fail(Fault::missing, "the ledger has no checkpoint of so many leaves"); }
        auto note = ledger::SignedCheckpoint::parse(next->note);
        if (!note) { return fail(Fault::broken, "a checkpoint of the ledger does not read"); }
        ledger::Offered offered{after, {}, std::move(*note)};
        if (after > 0) {
            auto proof = proof_from(sql, from, next->size);
            if (!proof) { return fail(std::move(proof).error()); }
            offered.proof = std::move(*proof);
        }
        return offered.text();
    });
}

Result<void> take_countersigned(const Context& context, std::string_view note, UserId by) {
    const auto& witness = context.site->witness;
    if (!witness) { return fail(Fault::missing, "the site names no witness"); }
    const auto handed_in = ledger::SignedCheckpoint::parse(note);
    if (!handed_in) { return fail(handed_in.error()); }
    const auto size = static_cast<std::int64_t>(handed_in->checkpoint().size);
    const auto row = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::CheckpointRow>> {
        return store::find_checkpoint(sql, size);
    });
    if (!row) { return fail(row.error()); }
    if (!*row) { return fail(Fault::missing, "no checkpoint of so many leaves was signed"); }
    auto kept = ledger::SignedCheckpoint::parse((*row)->note);
    if (!kept) { return fail(Fault::broken, "a checkpoint of the ledger does not read"); }
    if (kept->verified_by(*witness) && kept->checkpoint() == handed_in->checkpoint()) { return {}; }
    if (auto taken = kept->take_signature(*handed_in, *witness); !taken) { return taken; }
    const auto now = context.clock.now();
    const auto entry =
        Chronicle::row(Chronicle(context.ids, now)
                           .entry(ledger::Operation::receipt, "checkpoint countersigned", ledger::Actor::of_user(by)));
    const auto key = witness->text();
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::countersign(sql, size, (*row)->note, kept->text(), key)) { return {}; }  // handed in twice at once
        store::insert_ledger_entry(sql, entry);
        if (!locators_held(store::witnessed(sql, key), now)) {
            lift_held(sql, context, Refusal::locators_held, {}, by, now);
        }
        return {};
    });
}

Result<Instant> release_locators(const Context& context, ReleaseReason reason, UserId by) {
    const auto& witness = context.site->witness;
    if (!witness) { return fail(Fault::missing, "the site names no witness: nothing is held for want of one"); }
    const auto now = context.clock.now();
    const store::LocatorRelease release{context.ids.next_as<decltype(store::LocatorRelease::id)>(now), by,
                                        std::string(code_text(reason)), now, now + release_lasts};
    auto entry =
        Chronicle(context.ids, now).entry(ledger::Operation::decision, "locators released", ledger::Actor::of_user(by));
    entry.reason = Name::declare(code_text(reason));
    const auto row = Chronicle::row(std::move(entry));
    const auto key = witness->text();
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!locators_held(store::witnessed(sql, key), now)) {
            return fail(Fault::conflict, "places are not held at present");
        }
        store::insert_locator_release(sql, release);
        store::insert_ledger_entry(sql, row);
        lift_held(sql, context, Refusal::locators_held, {}, by, now);
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    log(LogLevel::alarm, "locators released without a witness", {{"user", by}});
    return release.until;
}

Result<void> let_go_unwitnessed(const Context& context) {
    if (context.site->witness) { return {}; }
    const auto reason = reason_of(Refusal::locators_held).text();
    const auto waits = context.readers.read(
        [&](store::Sql& sql) -> Result<bool> { return !store::held_because(sql, reason).empty(); });
    if (!waits) { return fail(waits.error()); }
    if (!*waits) { return {}; }
    const auto now = context.clock.now();
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::decision, "locators released", ledger::Actor::of_hub("keeping"));
    entry.reason = "no-witness-named";
    const auto row = Chronicle::row(std::move(entry));
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, row);
        lift_held(sql, context, Refusal::locators_held, {}, {}, now);
        return {};
    });
    if (done) { log(LogLevel::warning, "the site names no witness: what waited for one is decided again"); }
    return done;
}

}  // namespace haven::flow
