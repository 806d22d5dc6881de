#include "hub/flow/access.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/conflicts.h"
#include "hub/flow/accounts.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/told.h"

namespace haven::flow {
namespace {

using store::AccessRow;
using store::Subject;

// The same words for everybody who asks as a perpetrator, whatever the hub holds.
constexpr std::string_view to_every_perpetrator =
    "This is what the hub may give you. The law lets it keep back what would prejudice the detection of crime or "
    "speaks of other people (Data Protection Act 2018, schedule 2); it does not say whether there is any. You may "
    "complain to the Information Commissioner.";

constexpr std::array<std::string_view, 10> hers{"victim/", "child/", "household/",  "consent/", "need/",
                                                "avoid/",  "risk/",  "assessment/", "contact/", "incident/"};

bool is_under_hers(std::string_view path) {
    return std::any_of(hers.begin(), hers.end(), [&](std::string_view prefix) { return path.starts_with(prefix); });
}

// Deny by default: what is on no list is kept back.
std::optional<Redacted> redacted_for_victim(const FieldInfo& field) {
    const auto path = field.path.text();
    const auto under = [&](std::string_view prefix) { return path.starts_with(prefix); };
    if (under("perpetrator/") || under("person/")) { return Redacted::other_person; }
    if (field.cls == FieldClass::narrative) { return Redacted::free_text; }
    if (is_under_hers(path)) { return std::nullopt; }
    return Redacted::investigation;
}

// Who he is, as the police gave it: he knows that they know him. Anything else, and anything that she or somebody who
// helps her told, would show that there is somebody.
std::optional<Redacted> redacted_for_perpetrator(const FieldInfo& field, bool by_police) {
    const bool his = field.path.text().starts_with("perpetrator/") && by_police &&
                     (field.cls == FieldClass::name || field.cls == FieldClass::demographic);
    if (his) { return std::nullopt; }
    return field.path.text().starts_with("perpetrator/") ? Redacted::investigation : Redacted::other_person;
}

struct Chosen {
    CaseFile part;
    std::map<std::string_view, Redacted> kept_back;  // by path
    FieldSet fields;
};

bool is_of_police(const Context& context, const ValueSource& source) {
    const auto* from = context.site->partner(source.partner.text());
    return from != nullptr && from->kind == "police";
}

// A number at which a worker rang somebody else to reach her.
bool is_somebody_elses(const Fields& fields, const CaseSnapshot& snapshot, const Record& facts,
                       const Record::Value& value) {
    if (value.field != fields.contact_number.number()) { return false; }
    const auto number = facts.get(fields.contact_number, value.instance);
    const auto is_hers = [&](const Record& record) {
        const auto phones = record.instances(fields.phone);
        return std::any_of(phones.begin(), phones.end(),
                           [&](InstanceNumber in) { return record.get(fields.phone_number, in) == number; });
    };
    return !is_hers(snapshot.file.facts()) && !is_hers(facts);
}

Chosen choose(const Context& context, const CaseSnapshot& snapshot, const CaseFile& file, Subject subject) {
    std::vector<bool> keep;
    std::map<std::string_view, Redacted> kept_back;
    FieldSet fields;
    const auto& facts = file.facts();
    for (const auto& value : facts.values()) {
        const auto& info = facts.catalogue().field(value.field);
        auto why = subject == Subject::victim
                       ? redacted_for_victim(info)
                       : redacted_for_perpetrator(info, is_of_police(context, file.source_of(value)));
        if (!why && is_somebody_elses(context.fields, snapshot, facts, value)) { why = Redacted::other_person; }
        keep.push_back(!why);
        if (why) {
            kept_back.emplace(info.path.text(), *why);
        } else {
            fields.add(value.field);
        }
    }
    return {file.part(keep), std::move(kept_back), fields};
}

// Made of what the police said alone: what she or somebody who helps her told takes no value's place.
CaseFile of_police(const Context& context, const CaseSnapshot& snapshot) {
    std::vector<CaseRecord> theirs;
    for (const auto& one : snapshot.records) {
        if (is_of_police(context, one.source)) { theirs.push_back(one); }
    }
    return CaseFile::fold(context.site->catalogue, theirs);
}

Chosen choose_of_case(const Context& context, const CaseSnapshot& snapshot, Subject subject) {
    auto chosen = choose(context, snapshot, snapshot.file, subject);
    if (subject == Subject::victim) { return chosen; }
    auto his = choose(context, snapshot, of_police(context, snapshot), subject);
    his.kept_back.merge(chosen.kept_back);
    return his;
}

std::string list_of(const std::map<std::string_view, Redacted>& kept_back) {
    std::string out = "[";
    for (const auto& [path, why] : kept_back) {
        out += (out.size() > 1 ? ",{\"path\":" : "{\"path\":") + json_string(path) +
               ",\"why\":" + json_string(code_text(why)) + "}";
    }
    return out + "]";
}

// Who must not know of the case finds no request of it either.
Result<AccessRow> read_request(const Context& context, store::AccessId id, UserId by) {
    auto row = context.readers.read([&](store::Sql& sql) -> Result<std::optional<AccessRow>> {
        auto found = store::read_access(sql, id);
        if (found && !store::is_seen(sql, found->case_id, by)) { found.reset(); }
        return found;
    });
    if (!row) { return fail(std::move(row).error()); }
    if (!*row) { return fail(Fault::missing, "no such request"); }
    return **row;
}

ledger::Entry entry_of(const Context& context, ledger::Operation operation, ledger::Word action, Subject subject,
                       ledger::Actor by) {
    auto entry = Chronicle(context.ids, context.clock.now()).entry(operation, action, by);
    entry.purpose = "subject-access";
    entry.reason = Name::declare(code_text(subject));
    return entry;
}

Result<void> write(const Context& context, const std::vector<ledger::Entry>& entries, const CaseSnapshot& snapshot) {
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto& entry : entries) {
            store::insert_ledger_entry(sql, Chronicle::row(entry, snapshot.row.ledger_name));
        }
        return {};
    });
}

// Nobody can tell here which of several asks, and each would be shown the others.
Result<void> is_known_who_asks(const Context& context, const CaseSnapshot& snapshot, Subject subject) {
    const auto several = snapshot.file.facts().instances(context.fields.perpetrator).size() > 1;
    if (subject == Subject::perpetrator && several) {
        return fail(Fault::conflict, "several perpetrators are known: a person must answer by hand");
    }
    return {};
}

// What the team's agreement shows of what was chosen, with its fields in the entry; the rest is kept back too.
Result<std::string> data_of(const Context& context, Chosen& chosen, const Result<Shown>& shown, ledger::Entry& entry) {
    std::string data = "{}";
    if (shown) {
        const auto bytes = shown->cleared.bytes(context.clock.now());
        if (!bytes) { return fail(bytes.error()); }
        data = std::string(*bytes);
        entry.fields = shown->entry.fields;
        entry.schema = shown->entry.schema;
    } else if (shown.error().fault != Fault::refused) {
        return fail(shown.error());
    }
    chosen.fields.each([&](FieldNumber f) {
        if (std::binary_search(entry.fields.begin(), entry.fields.end(), f.value)) { return; }
        chosen.kept_back.emplace(context.site->catalogue->field(f).path.text(), Redacted::not_the_teams);
    });
    return data;
}

// Each account by itself: it is in no case file. What is kept back of one is kept back with the rest.
Result<std::string> accounts_json(const Context& context, const CaseSnapshot& snapshot,
                                  const std::vector<store::RecordRow>& accounts, const Map& map,
                                  const ledger::Entry& like, Chosen& all, std::vector<ledger::Entry>& entries) {
    std::string out = "[";
    for (const auto& row : accounts) {
        const auto file = open_account(context, snapshot, row);
        if (!file) { return fail(file.error()); }
        auto chosen = choose(context, snapshot, *file, Subject::victim);
        auto entry = entry_of(context, like.operation, like.action, Subject::victim, like.actor);
        entry.record = row.id;
        std::string data = "{}";
        if (!chosen.fields.empty()) {
            const auto now = context.clock.now();
            auto made = data_of(context, chosen, Teller(context, now).show_account(snapshot, chosen.part, map), entry);
            if (!made) { return made; }
            data = std::move(*made);
        }
        out += std::string(out.size() > 1 ? "," : "") + "{\"account\":" + json_string(id_text(row.id)) +
               ",\"data\":" + data + "}";
        all.kept_back.insert(chosen.kept_back.begin(), chosen.kept_back.end());
        entries.push_back(std::move(entry));
    }
    return out + "]";
}

// Of an incident alone it would say no more than that somebody told something: news of the perpetrator, say.
bool tells_of_her(const Catalogue& catalogue, const FieldSet& fields) {
    bool tells = false;
    fields.each([&](FieldNumber f) { tells = tells || !catalogue.field(f).path.text().starts_with("incident/"); });
    return tells;
}

// What each source said of her, also what stands no more because a later word took its place (UK GDPR article 15: all
// of it). What is kept back for being somebody else's is named once, as the case file holds it.
Result<std::string> sources_json(const Context& context, const CaseSnapshot& snapshot, const Map& map,
                                 ledger::Entry& entry, std::map<std::string_view, Redacted>& kept_back) {
    std::string out = "[";
    const Teller teller(context, context.clock.now());
    for (const auto& one : snapshot.records) {
        const std::vector<CaseRecord> alone{one};
        auto chosen = choose(context, snapshot, CaseFile::fold(context.site->catalogue, alone), Subject::victim);
        if (!tells_of_her(*context.site->catalogue, chosen.fields)) { continue; }
        ledger::Entry shown_of_it;
        auto data = data_of(context, chosen, teller.show_case(snapshot, chosen.part, map), shown_of_it);
        if (!data) { return data; }
        for (const auto& [path, why] : chosen.kept_back) {
            if (is_under_hers(path)) { kept_back.emplace(path, why); }
        }
        if (shown_of_it.fields.empty()) { continue; }
        entry.schema = shown_of_it.schema;
        std::vector<std::uint16_t> all;
        std::set_union(entry.fields.begin(), entry.fields.end(), shown_of_it.fields.begin(), shown_of_it.fields.end(),
                       std::back_inserter(all));
        entry.fields = std::move(all);
        out += std::string(out.size() > 1 ? "," : "") + "{\"from\":" + json_string(one.source.partner.text()) +
               ",\"as-of\":" + json_string(iso_text(one.source.as_of)) + ",\"data\":" + *data + "}";
    }
    return out + "]";
}

Result<std::string> recipients(const Context& context, CaseId id) {
    auto told = told_of_case(context, id);
    if (!told) { return fail(std::move(told).error()); }
    std::string out = "[";
    for (const auto& one : *told) { out += (out.size() > 1 ? "," : "") + one; }
    return out + "]";
}

}  // namespace

Result<store::AccessId> prepare_access(const Context& context, CaseId id, Subject subject, UserId by) {
    auto snapshot = read_snapshot(context, id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    if (auto known = is_known_who_asks(context, *snapshot, subject); !known) { return fail(std::move(known).error()); }
    const auto now = context.clock.now();
    const AccessRow row{context.ids.next_as<store::AccessId>(now), id, subject, by, now};
    auto entry = Chronicle::row(
        entry_of(context, ledger::Operation::decision, "access prepared", subject, ledger::Actor::of_user(by)),
        snapshot->row.ledger_name);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_access(sql, row);
        store::insert_ledger_entry(sql, entry);
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return row.id;
}

Result<void> sign_access(const Context& context, store::AccessId id, UserId by) {
    const auto request = read_request(context, id, by);
    if (!request) { return fail(request.error()); }
    if (request->prepared_by == by) { return fail(Fault::refused, "another person than who prepared it signs"); }
    const auto snapshot = read_snapshot(context, request->case_id);
    if (!snapshot) { return fail(snapshot.error()); }
    if (auto known = is_known_who_asks(context, *snapshot, request->subject); !known) { return known; }
    const auto entry = Chronicle::row(
        entry_of(context, ledger::Operation::decision, "access signed", request->subject, ledger::Actor::of_user(by)),
        snapshot->row.ledger_name);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto now = store::read_case(sql, request->case_id);
        if (!now || now->revision != snapshot->row.revision) {
            return fail(Fault::conflict, "the case changed meanwhile: look at it again");
        }
        if (store::in_force(sql).site != context.site->hash) {
            return fail(Fault::conflict, "another site was activated: look at it again under that one");
        }
        store::sign_access(sql, id, by, snapshot->row.revision, context.site->hash);
        store::insert_ledger_entry(sql, entry);
        return {};
    });
}

Result<Access> show_access(const Context& context, store::AccessId id, const AccessMaps& maps, ledger::Actor by) {
    const auto request = read_request(context, id, by.user);
    if (!request) { return fail(request.error()); }
    // Before the case: what comes between the two raises its revision, which is not the signed one then.
    const auto accounts = accounts_of(context, request->case_id);
    if (!accounts) { return fail(accounts.error()); }
    const auto snapshot = read_snapshot(context, request->case_id);
    if (!snapshot) { return fail(snapshot.error()); }
    if (auto known = is_known_who_asks(context, *snapshot, request->subject); !known) { return fail(known.error()); }
    const bool is_signed = request->signed_by.has_value();
    if (is_signed && request->signed_revision != snapshot->row.revision) {
        return fail(Fault::conflict, "the case has changed since it was signed: sign it again");
    }
    // What is shown and what is kept back is the site's to say: its agreements and who is police.
    if (is_signed && (request->signed_site != context.site->hash || snapshot->in_force.site != context.site->hash)) {
        return fail(Fault::conflict, "another site is active since it was signed: look at it and sign it again");
    }
    auto chosen = choose_of_case(context, *snapshot, request->subject);
    std::vector<ledger::Entry> entries{entry_of(
        context, is_signed ? ledger::Operation::disclosure : ledger::Operation::consultation,
        is_signed ? ledger::Word("access released") : ledger::Word("access draft shown"), request->subject, by)};
    std::string data = "{}";
    if (!chosen.fields.empty()) {
        const Teller teller(context, context.clock.now());
        const auto shown = teller.show_case(*snapshot, chosen.part, maps.of_case);
        if (!shown) { return fail(shown.error()); }
        auto made = data_of(context, chosen, shown, entries.front());
        if (!made) { return fail(std::move(made).error()); }
        data = std::move(*made);
    }
    const auto head = "{\"subject\":" + json_string(code_text(request->subject)) + ",\"data\":" + data;
    Access access{is_signed, {}, {}};
    if (request->subject == Subject::victim) {
        const auto said = sources_json(context, *snapshot, maps.of_case, entries.front(), chosen.kept_back);
        if (!said) { return fail(said.error()); }
        const auto hers = accounts_json(context, *snapshot, *accounts, maps.of_account, ledger::Entry(entries.front()),
                                        chosen, entries);
        if (!hers) { return fail(hers.error()); }
        const auto told = recipients(context, request->case_id);
        if (!told) { return fail(told.error()); }
        access.json = head + ",\"sources\":" + *said + ",\"accounts\":" + *hers +
                      ",\"kept-back\":" + list_of(chosen.kept_back) + ",\"recipients\":" + *told + "}";
    } else {
        access.json = head + ",\"notice\":" + json_string(to_every_perpetrator) + "}";
    }
    access.redacted = list_of(chosen.kept_back);
    if (auto logged = write(context, entries, *snapshot); !logged) { return fail(std::move(logged).error()); }
    return access;
}

}  // namespace haven::flow
