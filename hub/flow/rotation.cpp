#include "hub/flow/rotation.h"

#include "core/base/crash_point.h"
#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/store/keys.h"
#include "core/store/ledger_rows.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr std::int64_t keys_at_once = 1'000;  // in one commit: others wait for it some milliseconds

std::string bytes_of(SiteKeyId id) {
    std::string out;
    put_u64(out, static_cast<std::uint64_t>(id.value));
    return out;
}

Result<std::string> wrapped_anew(const SiteKeys& keys, store::WrappedIn table, const store::WrappedKey& old) {
    if (table == store::WrappedIn::cases) {
        auto key = unwrap_case_key(keys, CaseId{old.row}, old.wrapped);
        if (!key) { return fail(std::move(key).error()); }
        return wrap_case_key(keys, CaseId{old.row}, *key);
    }
    auto key = unwrap_message_key(keys, MessageId{old.row}, old.wrapped);
    if (!key) { return fail(std::move(key).error()); }
    return wrap_message_key(keys, MessageId{old.row}, *key);
}

Result<std::int64_t> wrap_table(const Context& context, store::WrappedIn table) {
    const auto current = bytes_of(context.keys.current());
    std::int64_t wrapped = 0;
    std::int64_t after = 0;
    while (true) {
        auto batch = context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::WrappedKey>> {
            return store::keys_to_wrap(sql, table, after, current, keys_at_once);
        });
        if (!batch) { return fail(std::move(batch).error()); }
        if (batch->empty()) { return wrapped; }
        after = batch->back().row;
        std::vector<std::string> fresh;
        for (const auto& old : *batch) {
            auto made = wrapped_anew(context.keys, table, old);
            if (!made) { return fail(std::move(made).error()); }
            fresh.push_back(std::move(*made));
        }
        crash_point("rotate-before");
        std::int64_t put = 0;
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            for (std::size_t i = 0; i < fresh.size(); ++i) {
                put += store::put_wrapped(sql, table, (*batch)[i].row, (*batch)[i].wrapped, fresh[i]) ? 1 : 0;
            }
            return {};
        });
        if (!done) { return fail(std::move(done).error()); }
        crash_point("rotate-after");
        wrapped += put;
    }
}

Result<std::int64_t> wrap_site_secrets(const Context& context) {
    auto secrets = context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<store::WrappedSecret>> { return store::site_secrets(sql); });
    if (!secrets) { return fail(std::move(secrets).error()); }
    std::int64_t wrapped = 0;
    for (const auto& secret : *secrets) {
        const auto by = SiteKeys::wrapped_by(secret.wrapped);
        if (!by) { return fail(by.error()); }
        if (*by == context.keys.current()) { continue; }
        auto fresh = rewrap_site_secret(context.keys, secret.name, secret.wrapped);
        if (!fresh) { return fail(std::move(fresh).error()); }
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            wrapped += store::put_wrapped_secret(sql, secret.name, secret.wrapped, *fresh) ? 1 : 0;
            return {};
        });
        if (!done) { return fail(std::move(done).error()); }
    }
    return wrapped;
}

Result<void> note(const Context& context, ledger::Word action, ledger::Actor by) {
    const auto entry = Chronicle(context.ids, context.clock.now()).entry(ledger::Operation::configuration, action, by);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, Chronicle::row(entry));
        return {};
    });
}

}  // namespace

Result<Rotated> wrap_anew(const Context& context) {
    // With the keys of this moment: a node that did not know of the newest would wrap everything back.
    if (auto known = context.keys.refresh(); !known) { return fail(std::move(known).error()); }
    Rotated rotated{context.keys.current(), 0};
    for (const auto table : {store::WrappedIn::cases, store::WrappedIn::message}) {
        const auto wrapped = wrap_table(context, table);
        if (!wrapped) { return fail(wrapped.error()); }
        rotated.wrapped += *wrapped;
    }
    const auto wrapped = wrap_site_secrets(context);
    if (!wrapped) { return fail(wrapped.error()); }
    rotated.wrapped += *wrapped;
    return rotated;
}

Result<Rotated> rotate_keys(const Context& context, ledger::Actor by) {
    // Before there is a key and again behind it: a kill between the two hides from nobody who asked for one.
    if (auto begun = note(context, "site key asked for", by); !begun) { return fail(std::move(begun).error()); }
    crash_point("key-before");
    auto made = context.keys.make_next(context.clock.now());
    if (!made) { return fail(std::move(made).error()); }
    crash_point("key-after");
    if (auto noted = note(context, "site key made", by); !noted) { return fail(std::move(noted).error()); }
    return wrap_anew(context);
}

Result<std::vector<KeyState>> key_states(const Context& context) {
    auto counts = context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<store::WrappedCount>> { return store::count_wrapped(sql); });
    if (!counts) { return fail(std::move(counts).error()); }
    const auto ids = context.keys.ids();
    const auto& backups = context.site->keeping.backups;
    std::vector<KeyState> out;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        KeyState state{ids[i], 0, i + 1 == ids.size(), std::nullopt};
        for (const auto& count : *counts) {
            if (count.by == bytes_of(ids[i])) { state.keys = count.keys; }
        }
        // The next key's id says when it was made: from then on nothing new came under this one.
        if (!state.current && backups) { state.destroy_at = from_us(ids[i + 1].value) + *backups; }
        out.push_back(state);
    }
    return out;
}

Result<int> destroy_old_keys(const Context& context) {
    auto states = key_states(context);
    if (!states) { return fail(std::move(states).error()); }
    const auto now = context.clock.now();
    int destroyed = 0;
    for (const auto& state : *states) {
        if (state.current || state.keys > 0 || !state.destroy_at || *state.destroy_at > now) { continue; }
        const auto by = ledger::Actor::of_hub("keeping");
        if (auto begun = note(context, "site key past its time", by); !begun) { return fail(std::move(begun).error()); }
        if (auto done = context.keys.destroy(state.id); !done) {
            if (done.error().fault == Fault::missing) { continue; }  // another node was faster
            return fail(std::move(done).error());
        }
        if (auto noted = note(context, "site key destroyed", by); !noted) { return fail(std::move(noted).error()); }
        ++destroyed;
    }
    return destroyed;
}

}  // namespace haven::flow
