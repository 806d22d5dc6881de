#include "hub/flow/timeline.h"

#include "core/base/log.h"
#include "core/ledger/entry.h"
#include "core/store/ledger_rows.h"
#include "core/store/messages.h"
#include "hub/flow/chronicle.h"

namespace haven::flow {
namespace {

constexpr std::int64_t timeline_max = 500;

// Members that say nothing are left out.
std::string json_of(const ledger::Entry& entry, const Catalogue& catalogue) {
    std::string out = "{\"entry\":" + json_string(id_text(entry.id)) + ",\"at\":" + json_string(iso_text(entry.at)) +
                      ",\"operation\":" + json_string(ledger::name_of(entry.operation)) +
                      ",\"action\":" + json_string(entry.action.text()) +
                      ",\"by\":" + json_string(ledger::text_of(entry.actor));
    const auto add = [&](const char* name, std::string_view text) {
        if (!text.empty()) { out += ",\"" + std::string(name) + "\":" + json_string(text); }
    };
    if (entry.actor.kind == ledger::Actor::Kind::user) { add("role", entry.actor.name.text()); }
    add("on-behalf-of", ledger::text_of(entry.on_behalf_of));
    add("recipient", entry.recipient.text());
    add("agreement", entry.agreement.text());
    add("basis", entry.lawful_basis.text());
    add("purpose", entry.purpose.text());
    add("stage", entry.stage.text());
    add("reason", entry.reason.text());
    add("message", entry.message ? id_text(entry.message) : "");
    add("referral", entry.referral ? id_text(entry.referral) : "");
    add("held", entry.held ? id_text(entry.held) : "");
    if (!entry.fields.empty() && entry.schema.view() == catalogue.hash()) {
        out += ",\"fields\":[";
        const char* comma = "";
        for (const auto f : entry.fields) {
            out += comma + json_string(catalogue.field({f}).path.text());
            comma = ",";
        }
        out += "]";
    }
    return out + "}";
}

Result<std::vector<ShownEntry>> shown(const Context& context, Result<std::vector<store::LedgerRow>> rows) {
    if (!rows) { return fail(std::move(rows).error()); }
    std::vector<ShownEntry> out;
    for (const auto& row : *rows) {
        const auto entry = ledger::decode(row.body);
        if (!entry) { return fail(entry.error()); }
        out.push_back({row.id, json_of(*entry, *context.site->catalogue)});
    }
    return out;
}

ledger::Entry looked_at(const Context& context, ledger::Actor by) {
    return Chronicle(context.ids, context.clock.now()).consultation("timeline shown", "ledger-review", by);
}

}  // namespace

Result<std::vector<ShownEntry>> entries_of_case(const Context& context, CaseId id, std::int64_t after,
                                                std::int64_t most, ledger::Actor by) {
    auto entry = looked_at(context, by);
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto row = store::read_case(sql, id);
        if (!row || row->ledger_name.empty()) { return fail(Fault::missing, "no such case"); }
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry), row->ledger_name));
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    return shown(context, context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<store::LedgerRow>> {
        return store::entries_of_case(sql, id, after, most);
    }));
}

Result<std::vector<ShownEntry>> entries_of_message(const Context& context, MessageId id, std::int64_t after,
                                                   std::int64_t most, ledger::Actor by) {
    auto entry = looked_at(context, by);
    entry.message = id;
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::read_message(sql, id)) { return {}; }
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry)));
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    return shown(context, context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::LedgerRow>> {
        return store::entries_of_message(sql, id, after, most, by.user);
    }));
}

Result<std::string> timeline_json(const Context& context, const store::CaseRow& row) {
    auto entries = shown(context, context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::LedgerRow>> {
        return store::newest_entries_of_case(sql, row.id, timeline_max);
    }));
    if (!entries) { return fail(std::move(entries).error()); }
    std::string out = "[";
    for (const auto& entry : *entries) { out += (out.size() > 1 ? "," : "") + entry.json; }
    return out + "]";
}

}  // namespace haven::flow
