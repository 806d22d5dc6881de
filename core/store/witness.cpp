#include "core/store/witness.h"

namespace haven::store {

Witnessed witnessed(Sql& sql, std::string_view witness) {
    const auto at = sql.one<Instant>(
        "SELECT at_us FROM checkpoint WHERE witness = $1 AND witness <> '' ORDER BY size DESC LIMIT 1", witness);
    const auto until = sql.one<Instant>("SELECT until_us FROM locator_release ORDER BY id DESC LIMIT 1");
    return {at, until};
}

bool countersign(Sql& sql, std::int64_t size, std::string_view was, std::string_view note, std::string_view witness) {
    return sql.run("UPDATE checkpoint SET note = $3, witness = $4 WHERE size = $1 AND note = $2", size, was, note,
                   witness) == 1;
}

void insert_locator_release(Sql& sql, const LocatorRelease& release) {
    sql.run("INSERT INTO locator_release (id, person_id, reason, at_us, until_us) VALUES ($1, $2, $3, $4, $5)",
            release.id, release.by, release.reason, release.at, release.until);
}

}  // namespace haven::store
