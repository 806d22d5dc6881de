#include "hub/flow/looking.h"

#include "core/store/cases.h"
#include "hub/flow/chronicle.h"

namespace haven::flow {

Result<void> note_looks(const Context& context, const LookedAt& at, ledger::Word action, ledger::Word purpose,
                        ledger::Actor by) {
    const auto names = context.readers.read([&](store::Sql& sql) -> Result<std::vector<std::string>> {
        std::vector<std::string> out;
        for (const auto id : at.cases) { out.push_back(store::ledger_name_of(sql, id)); }
        return out;
    });
    if (!names) { return fail(names.error()); }
    const Chronicle chronicle(context.ids, context.clock.now());
    std::vector<store::LedgerRow> rows;
    for (const auto& name : *names) {
        if (!name.empty()) { rows.push_back(Chronicle::row(chronicle.consultation(action, purpose, by), name)); }
    }
    for (const auto message : at.messages) {
        auto entry = chronicle.consultation(action, purpose, by);
        entry.message = message;
        rows.push_back(Chronicle::row(std::move(entry)));
    }
    if (rows.empty()) { return {}; }
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto& row : rows) { store::insert_ledger_entry(sql, row); }
        return {};
    });
}

}  // namespace haven::flow
