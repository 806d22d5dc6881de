#include "core/store/engine/migration.h"

#include "core/base/crash_point.h"
#include "core/store/engine/dialect.h"
#include "core/store/engine/session.h"

namespace haven::store {
namespace {

// The text of each step is kept and not a hash of it: the same check, and it can be read.
constexpr std::string_view own_table =
    "CREATE TABLE IF NOT EXISTS migration (number {bigint} PRIMARY KEY, name {text} NOT NULL, statements {text} NOT "
    "NULL,"
    " at_us {bigint} NOT NULL) {strict};";

// PostgreSQL only: where a session marks its transactions (`PostgresSession::register_marks`).
constexpr std::string_view own_table_of_marks =
    "CREATE TABLE IF NOT EXISTS submitted (id bigint PRIMARY KEY, last bigint NOT NULL, at_us bigint NOT NULL);";

Result<void> require_no_gap(std::span<const Migration> migrations) {
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        if (migrations[i].number != static_cast<std::int64_t>(i) + 1) {
            return fail(Fault::broken, Reason("expected migration ", i + 1, ", found ", migrations[i].number));
        }
    }
    return {};
}

void run_script(Session& session, std::string_view sql) {
    const auto text = in_dialect(sql, session.engine());
    if (!text) { throw SqlFailure(text.error()); }
    session.script(*text);
}

void commit(Session& session) {
    crash_point("migration-commit-before");
    session.commit();
    crash_point("migration-commit-after");
}

bool was_taken(Session& session, const Migration& step) {
    const auto statements = session.one<std::string>("SELECT statements FROM migration WHERE number = $1", step.number);
    if (statements && *statements != step.sql) {
        throw SqlFailure(Fault::refused, Reason("migration ", step.number, " reads otherwise than when it was taken"));
    }
    return statements.has_value();
}

// Before any step is taken: a store that this program does not know is left as it is.
void require_known(Session& session, std::span<const Migration> migrations) {
    session.begin_write();
    run_script(session, own_table);
    if (session.engine() == Engine::postgres) { run_script(session, own_table_of_marks); }
    const auto last = session.one<std::optional<std::int64_t>>("SELECT max(number) FROM migration");
    if (last->value_or(0) > static_cast<std::int64_t>(migrations.size())) {
        throw SqlFailure(Fault::refused,
                         Reason("the store is at migration ", **last, ", this program knows ", migrations.size()));
    }
    for (const auto& step : migrations) { was_taken(session, step); }
    commit(session);
}

bool take(Session& session, const Migration& step, Instant now) {
    session.begin_write();
    if (was_taken(session, step)) {  // by this node earlier, or by another a moment ago
        session.rollback();
        return false;
    }
    run_script(session, step.sql);
    session.run("INSERT INTO migration (number, name, statements, at_us) VALUES ($1, $2, $3, $4)", step.number,
                step.name, step.sql, now);
    commit(session);
    return true;
}

}  // namespace

Result<std::int64_t> migrate(const Database& database, std::span<const Migration> migrations, Instant now) {
    if (auto listed = require_no_gap(migrations); !listed) { return fail(std::move(listed).error()); }
    auto session = open_session(database, Use::migrate);
    if (!session) { return fail(std::move(session).error()); }
    std::int64_t taken = 0;
    try {
        require_known(**session, migrations);
        for (const auto& step : migrations) {
            try {
                taken += take(**session, step, now) ? 1 : 0;
            } catch (const SqlFailure& failure) {
                return fail(Error(failure.error).at(Place::file(Name::declare(step.name))));
            }
        }
    } catch (const SqlFailure& failure) { return fail(failure.error); }
    return taken;
}

}  // namespace haven::store
