#include "core/store/call_list.h"

namespace haven::store {

std::vector<CaseRow> call_list(Sql& sql, Instant now, std::int64_t most, UserId by) {
    std::vector<CaseRow> out;
    for (const auto id :
         sql.all<CaseId>("SELECT id FROM cases WHERE state IN ('to-contact', 'contacted') AND next_call_us <= $1"
                         " AND wrapped_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM concealed x"
                         " WHERE x.case_id = cases.id AND x.person_id = $3)"
                         " ORDER BY call_by_us, call_rank DESC, id LIMIT $2",
                         now, most, by)) {
        if (auto row = read_case(sql, id)) { out.push_back(std::move(*row)); }
    }
    return out;
}

}  // namespace haven::store
