#include "hub/flow/near_misses.h"

#include "core/base/log.h"
#include "hub/flow/chronicle.h"

namespace haven::flow {
namespace {

std::string json_of(const store::NearMiss& row) {
    auto out = "{\"near-miss\":" + json_string(id_text(row.id)) + ",\"partner\":" + json_string(row.partner.text()) +
               ",\"notice\":" + json_string(row.notice) + ",\"why\":" + json_string(row.why) +
               ",\"at\":" + json_string(iso_text(row.at));
    if (row.case_id.value != 0) { out += ",\"case\":" + json_string(id_text(row.case_id)); }  // not erased since
    if (row.decided_at) {
        out += ",\"decision\":" + json_string(row.decision) +
               ",\"by\":" + json_string("user " + id_text(row.decided_by)) +
               ",\"decided\":" + json_string(iso_text(*row.decided_at));
    }
    return out + "}";
}

}  // namespace

Result<std::vector<ShownEntry>> near_misses(const Context& context, ledger::Actor by, std::int64_t after,
                                            std::int64_t most) {
    const auto now = context.clock.now();
    const auto looked =
        Chronicle::row(Chronicle(context.ids, now).entry(ledger::Operation::consultation, "near misses shown", by));
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, looked);
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    auto rows = context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::NearMiss>> {
        return store::near_misses(sql, store::NearMissId{after}, most, by.user);
    });
    if (!rows) { return fail(std::move(rows).error()); }
    std::vector<ShownEntry> out;
    for (const auto& row : *rows) { out.push_back({row.id.value, json_of(row)}); }
    return out;
}

}  // namespace haven::flow
