#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/code.h"
#include "core/store/engine/sql.h"

namespace haven::store {

using AccessId = Id<struct AccessTag>;

/// Who asks what is held of them.
enum class Subject : std::uint8_t { victim, perpetrator };
constexpr std::array<std::string_view, 2> code_names(Subject) {
    return {"victim", "perpetrator"};
}

struct AccessRow {
    AccessId id;
    CaseId case_id;
    Subject subject = Subject::victim;
    UserId prepared_by;
    Instant prepared_at{};
    std::optional<UserId> signed_by{};
    std::int64_t signed_revision = 0;  ///< of the case, as the signer saw it
    std::string signed_site{};         ///< the hash of the site under which that was
};
void insert_access(Sql& sql, const AccessRow& row);
std::optional<AccessRow> read_access(Sql& sql, AccessId id);
void sign_access(Sql& sql, AccessId id, UserId by, std::int64_t revision, std::string_view site);

}  // namespace haven::store
