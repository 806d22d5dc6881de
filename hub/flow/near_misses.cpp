#include "hub/flow/near_misses.h"

#include "core/base/log.h"
#include "hub/flow/looking.h"

namespace haven::flow {
namespace {

std::string json_of(const store::NearMiss& row) {
    auto out = "{\"near-miss\":" + json_string(id_text(row.id)) + ",\"partner\":" + json_string(row.partner.text()) +
               ",\"notice\":" + json_string(row.notice) + ",\"why\":" + json_string(row.why) +
               ",\"at\":" + json_string(iso_text(row.at));
    if (row.case_id.value != 0) { out += ",\"case\":" + json_string(id_text(row.case_id)); }  // not erased since
    if (row.decided_at) {
        out += ",\"decision\":" + json_string(row.decision) +
               ",\"by\":" + json_string(row.decided_by ? "user " + id_text(row.decided_by) : "the hub") +
               ",\"decided\":" + json_string(iso_text(*row.decided_at));
    }
    return out + "}";
}

}  // namespace

Result<std::vector<ShownEntry>> near_misses(const Context& context, ledger::Actor by, std::int64_t after,
                                            std::int64_t most) {
    auto rows = context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::NearMiss>> {
        return store::near_misses(sql, store::NearMissId{after}, most, by.user);
    });
    if (!rows) { return fail(std::move(rows).error()); }
    LookedAt at;
    std::vector<ShownEntry> out;
    for (const auto& row : *rows) {
        at.cases.insert(row.case_id);
        out.push_back({row.id.value, json_of(row)});
    }
    auto noted = note_looks(context, at, "near miss shown", "near-miss-review", by);
    if (!noted) { return fail(std::move(noted).error()); }
    return out;
}

}  // namespace haven::flow
