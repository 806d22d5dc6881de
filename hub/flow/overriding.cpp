#include "hub/flow/overriding.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/seal/sha256.h"
#include "core/seal/token.h"
#include "core/store/conflicts.h"
#include "core/store/people.h"
#include "core/store/timers.h"
#include "hub/flow/snapshot.h"
#include "hub/flow/teller.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr const char* review_place = "override";

Error error_of(NoOverride why) {
    switch (why) {
        case NoOverride::never: return {Fault::refused, "nobody may let this go; mend its cause", {}};
        case NoOverride::other_refusal: return {Fault::refused, "it is stopped for another reason by now", {}};
        case NoOverride::not_confirmed: return {Fault::refused, "another person must confirm it", {}};
        case NoOverride::same_person: return {Fault::refused, "who asked may not confirm", {}};
        case NoOverride::role_not_agreed: return {Fault::refused, "this role may not let it go", {}};
        case NoOverride::ground_not_agreed: return {Fault::refused, "the agreement does not name this ground", {}};
        case NoOverride::ended: return {Fault::refused, "its time is over", {}};
    }
    return {Fault::refused, "it may not be let go", {}};
}

/// A stopped sending with what decides whether it may be let go.
struct Stop {
    store::NearMiss miss;
    CaseSnapshot snapshot;
    std::shared_ptr<const Agreement> agreement;
};

Result<Stop> read_stop(const Context& context, store::NearMissId id, UserId by) {
    struct Rows {
        store::NearMiss miss;
        store::Work work;
        std::optional<store::OfferRow> offer;
    };
    auto rows = context.readers.read_snapshot([&](store::Sql& sql) -> Result<Rows> {
        auto miss = store::read_near_miss(sql, id);
        auto work = miss ? store::held_work(sql, miss->work) : std::nullopt;
        if (!work || miss->decided_at || !store::is_seen(sql, miss->case_id, by)) {
            return fail(Fault::missing, "nothing of this id waits for a decision");
        }
        Rows read{std::move(*miss), *work, {}};
        if (read.work.kind == store::WorkKind::tell) {
            read.offer = store::read_offer(sql, OfferId{read.work.subject});
        }
        return read;
    });
    if (!rows) { return fail(std::move(rows).error()); }
    auto snapshot = read_snapshot(context, rows->miss.case_id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    const Teller teller(context, context.clock.now());
    auto agreement = teller.agreement_of(rows->work, *snapshot, rows->offer ? &*rows->offer : nullptr);
    if (agreement == nullptr) { return fail(error_of(NoOverride::never)); }
    return Stop{std::move(rows->miss), std::move(*snapshot), std::move(agreement)};
}

store::LedgerRow decided(const Context& context, const store::OverrideRow& row, ledger::Word action, UserId by,
                         std::string_view case_name, std::optional<Digest32> justification = {}) {
    auto entry = Chronicle(context.ids, context.clock.now())
                     .entry(ledger::Operation::decision, action, ledger::Actor::of_user(by));
    entry.recipient = row.partner;
    entry.reason = Name::declare(code_text(row.given.ground));
    entry.justification = justification;
    return Chronicle::row(std::move(entry), case_name);
}

// Each is looked at on the next working day, as a line of its own.
store::HeldRow review_line(const Context& context, const store::OverrideRow& row, Instant now) {
    return {context.ids.next_as<HeldId>(now),
            row.partner,
            row.given.break_glass ? "glass-broken" : "override-given",
            review_place + (" " + id_text(row.id)),
            "it must be reviewed",
            "duty-manager",
            now,
            *row.review_due,
            0};
}

// From here on the sending may be decided again: everything that follows from it in one transaction.
void give(store::Sql& sql, const Context& context, const store::OverrideRow& row, UserId by, Instant now) {
    store::decide_near_miss(sql, row.work, "override", by, now);
    store::release_held_item(sql, store::HeldKind::work, row.work.value, now);
    store::release_work(sql, row.work, now);
    store::hold(sql, review_line(context, row, now), {store::HeldKind::override_review, row.id.value, 0, row.case_id});
    store::set_timer(sql, store::TimerKind::override_review, row.id.value, row.review_due);
}

Instant review_due(const Context& context, Instant now) {
    return start(*context.site->override_review, now).breach_at;
}

struct Asked {
    store::OverrideRow row;
    store::CaseRow the_case;
    Digest32 commitment;
};

Result<Asked> ask(const Context& context, const OverrideRequest& request, bool breaks, Instant now) {
    const auto longest = breaks ? break_glass_longest : override_longest;
    if (request.lasts <= std::chrono::minutes(0) || request.lasts > longest) {
        return fail(Fault::malformed, Reason("expected 1 to ", std::chrono::minutes(longest).count(), " minutes"));
    }
    const bool says_nothing = request.typed.find_first_not_of(" \t\r\n") == std::string::npos;
    if (says_nothing || request.typed.size() > justification_chars_max) {
        return fail(Fault::malformed, Reason("expected the reason in 1 to ", justification_chars_max, " bytes"));
    }
    auto stop = read_stop(context, request.of, request.by.who);
    if (!stop) { return fail(std::move(stop).error()); }
    const auto of = code_from<Refusal>(stop->miss.why);
    store::OverrideRow row{.id = context.ids.next_as<store::OverrideId>(now),
                           .near_miss = request.of,
                           .work = stop->miss.work,
                           .case_id = stop->miss.case_id,
                           .partner = stop->miss.partner};
    const auto until = breaks ? now + request.lasts : now + override_longest;
    row.given = {*of, request.ground, request.by, {}, breaks, until};
    if (const auto why = may_not_be_asked(row.given, *stop->agreement, now)) { return fail(error_of(*why)); }
    row.lasts_us = std::chrono::microseconds(request.lasts).count();
    row.asked_at = now;
    const auto salt = random_octets<Salt>();
    row.justification = seal_justification(stop->snapshot.key, row.case_id, row.id, salt.view(), request.typed);
    return Asked{std::move(row), std::move(stop->snapshot.row), commit(salt, request.typed)};
}

// What was typed is sealed with the case's key: the case that is written must still be the one that was read, or an
// erasure or a merge meanwhile would leave it behind.
template <class Write>
Result<store::OverrideId> ask_and(const Context& context, const OverrideRequest& request, bool breaks, Write&& write) {
    for (int tries = 1;; ++tries) {
        const auto now = context.clock.now();
        auto asked = ask(context, request, breaks, now);
        if (!asked) { return fail(std::move(asked).error()); }
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            if (auto same = store::update_case(sql, asked->the_case); !same) { return same; }
            write(sql, *asked, now);
            return {};
        });
        if (done) { return asked->row.id; }
        if (done.error().fault != Fault::conflict || tries == decide_tries_max) {
            return fail(std::move(done).error());
        }
    }
}

Result<std::string> case_name_of(const Context& context, CaseId id) {
    return context.readers.read([&](store::Sql& sql) -> Result<std::string> {
        const auto row = store::read_case(sql, id);
        return row ? row->ledger_name : std::string{};
    });
}

// Who asked is still of the hub: with a token that is good, in a role that may ask. Nothing where nobody has that
// number.
Result<std::optional<std::string>> role_now(const Context& context, UserId who) {
    return context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::optional<std::string>> {
        auto person = store::read_person(sql, who);
        if (!person) { return std::nullopt; }
        const auto tokens = store::live_tokens(sql);
        const bool any = std::any_of(tokens.begin(), tokens.end(),
                                     [&](const store::LiveToken& token) { return token.owner.person == who; });
        return any ? std::move(person->role) : std::string{};
    });
}

}  // namespace

std::optional<RecordedOverride> recorded_override(const Fields& fields, const CaseSnapshot& snapshot) {
    const auto& of = fields.consent_override;
    // One person's decision: the yes of one, the ground of another and the role of a third are nobody's.
    const CaseRecord* decision = nullptr;
    const auto age = [](const CaseRecord& one) { return std::pair(one.source.as_of, one.source.record); };
    for (const auto& one : snapshot.records) {
        if (!one.source.by_person || !one.record.has(of.overridden.number())) { continue; }
        if (decision == nullptr || age(*decision) < age(one)) { decision = &one; }
    }
    if (decision == nullptr || decision->record.get(of.overridden) != Answer::yes) { return std::nullopt; }
    const auto refused_in = [&](const auto& said) {
        return std::any_of(said.begin(), said.end(), [&](const CaseRecord& one) {
            return one.record.get(fields.consent_to_referral) == Answer::no && age(*decision) < age(one);
        });
    };
    if (refused_in(snapshot.records) || refused_in(snapshot.beside)) { return std::nullopt; }
    const auto ground = code_from<Ground>(decision->record.get(of.reason).value_or(""));
    auto role = decision->record.get(of.role);
    if (!ground || !role) { return std::nullopt; }
    return RecordedOverride{*ground, std::move(*role)};
}

Result<Entered> with_role(const Context& context, Record record, UserId by, Instant now) {
    const auto& fields = context.fields;
    const auto at = [&](const auto& field) { return Place::path(record.catalogue().field(field.number()).path); };
    if (record.has(fields.consent_override.role.number())) {
        return fail(Error{Fault::malformed, "the hub knows the role: nobody types it", {}}.at(
            at(fields.consent_override.role)));
    }
    if (record.get(fields.consent_override.overridden) != Answer::yes) { return Entered{std::move(record), {}}; }
    const auto person = context.readers.read(
        [&](store::Sql& sql) -> Result<std::optional<store::Person>> { return store::read_person(sql, by); });
    if (!person) { return fail(person.error()); }
    const auto ground = record.get(fields.consent_override.reason).value_or("");
    const auto& agreements = context.site->agreements;
    const bool may = *person && std::any_of(agreements.begin(), agreements.end(), [&](const auto& agreement) {
        return lets_decide(*agreement, ground, (*person)->role);
    });
    if (!may) {
        return fail(Error{Fault::refused, "no agreement lets this role share without consent on this ground", {}}.at(
            at(fields.consent_override.overridden)));
    }
    RecordBuilder builder(record.shared_catalogue());
    builder.start(record.type());
    builder.copy(record);
    if (auto set = builder.set(fields.consent_override.role.number(), (*person)->role); !set) {
        return fail(std::move(set).error());
    }
    auto made = builder.finish(record.as_of());
    if (!made) { return fail(std::move(made).error()); }
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::decision, "consent overridden", ledger::Actor::of_user(by));
    entry.reason = Name::declare(ground);
    return Entered{std::move(*made), std::move(entry)};
}

Result<store::OverrideId> ask_override(const Context& context, const OverrideRequest& request) {
    return ask_and(context, request, false, [&](store::Sql& sql, const Asked& asked, Instant) {
        store::insert_override(sql, asked.row);
        store::insert_ledger_entry(sql, decided(context, asked.row, "override asked for", request.by.who,
                                                asked.the_case.ledger_name, asked.commitment));
    });
}

Result<store::OverrideRow> see_override(const Context& context, store::OverrideId id, UserId by) {
    return context.readers.read([&](store::Sql& sql) -> Result<store::OverrideRow> {
        auto row = store::read_override(sql, id);
        if (!row || !store::is_seen(sql, row->case_id, by)) { return fail(Fault::missing, "no such override"); }
        return std::move(*row);
    });
}

Result<void> confirm_override(const Context& context, store::OverrideId id, const Answerable& by) {
    const auto now = context.clock.now();
    auto row = see_override(context, id, by.who);
    if (!row) { return fail(std::move(row).error()); }
    if (row->given_at) { return fail(Fault::missing, "it was given already"); }
    if (now >= row->given.until) { return fail(error_of(NoOverride::ended)); }
    auto stop = read_stop(context, row->near_miss, by.who);
    if (!stop) { return fail(std::move(stop).error()); }
    const auto role = role_now(context, row->given.asked.who);
    if (!role) { return fail(role.error()); }
    if (*role) { row->given.asked.role = **role; }
    row->given.confirmed = by;
    row->given.until = now + std::chrono::microseconds(row->lasts_us);
    row->given_at = now;
    row->review_due = review_due(context, now);
    if (const auto why = counts_for_nothing(row->given, *stop->agreement, row->given.of, now)) {
        return fail(error_of(*why));
    }
    const auto entry = decided(context, *row, "override confirmed", by.who, stop->snapshot.row.ledger_name);
    log(LogLevel::warning, "override given", {{"partner", row->partner}, {"override", id}, {"user", by.who}});
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::confirm_override(sql, *row)) { return fail(Fault::missing, "it was given already"); }
        give(sql, context, *row, by.who, now);
        store::insert_ledger_entry(sql, entry);
        return {};
    });
}

Result<store::OverrideId> break_glass(const Context& context, const OverrideRequest& request) {
    Name partner;
    auto done = ask_and(context, request, true, [&](store::Sql& sql, const Asked& asked, Instant now) {
        auto row = asked.row;
        partner = row.partner;
        row.given_at = now;
        row.review_due = review_due(context, now);
        store::insert_override(sql, row);
        give(sql, context, row, request.by.who, now);
        store::insert_ledger_entry(
            sql, decided(context, row, "glass broken", request.by.who, asked.the_case.ledger_name, asked.commitment));
    });
    if (done) {
        log(LogLevel::alarm, "glass broken", {{"partner", partner}, {"override", *done}, {"user", request.by.who}});
    }
    return done;
}

Result<void> review_override(const Context& context, store::OverrideId id, store::ReviewFinding finding,
                             const Answerable& by) {
    const auto now = context.clock.now();
    auto row = see_override(context, id, by.who);
    if (!row) { return fail(std::move(row).error()); }
    const auto& given = row->given;
    if (by.who == given.asked.who || (given.confirmed && by.who == given.confirmed->who)) {
        return fail(Fault::refused, "who let it go may not review it");
    }
    auto name = case_name_of(context, row->case_id);
    if (!name) { return fail(std::move(name).error()); }
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::decision, "override reviewed", ledger::Actor::of_user(by.who));
    entry.recipient = row->partner;
    entry.reason = Name::declare(code_text(finding));
    const auto ledger_row = Chronicle::row(std::move(entry), *name);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::review_override(sql, id, finding, by.who, now)) {
            return fail(Fault::missing, "it was not given, or is reviewed already");
        }
        store::release_held_item(sql, store::HeldKind::override_review, id.value, now);
        store::set_timer(sql, store::TimerKind::override_review, id.value, std::nullopt);
        store::insert_ledger_entry(sql, ledger_row);
        return {};
    });
}

Result<void> look_at_review(const Context& context, store::OverrideId id) {
    const auto now = context.clock.now();
    auto row = see_override(context, id, {});
    if (!row) { return fail(std::move(row).error()); }
    const bool overdue = row->given_at && !row->reviewed_at;
    auto name = case_name_of(context, row->case_id);
    if (!name) { return fail(std::move(name).error()); }
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::decision, "review overdue", ledger::Actor::of_hub("timekeeper"));
    entry.recipient = row->partner;
    const auto ledger_row = Chronicle::row(std::move(entry), *name);
    auto line = review_line(context, *row, now);
    line.fault = "review-overdue";
    line.role = "information-governance";
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::set_timer(sql, store::TimerKind::override_review, id.value, std::nullopt);
        if (!overdue) { return {}; }
        store::hold(sql, line, {store::HeldKind::override_review, id.value, 0, row->case_id});
        store::insert_ledger_entry(sql, ledger_row);
        return {};
    });
    if (done && overdue) { log(LogLevel::alarm, "review overdue", {{"partner", row->partner}, {"override", id}}); }
    return done;
}

Result<std::string> read_justification(const Context& context, const store::OverrideRow& row, ledger::Actor by) {
    auto snapshot = read_snapshot(context, row.case_id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    auto typed = open_justification(snapshot->key, row.case_id, row.id, row.justification);
    if (!typed) { return typed; }
    auto entry = Chronicle(context.ids, context.clock.now()).consultation("override shown", "override-review", by);
    const auto ledger_row = Chronicle::row(std::move(entry), snapshot->row.ledger_name);
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, ledger_row);
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    return typed;
}

}  // namespace haven::flow
