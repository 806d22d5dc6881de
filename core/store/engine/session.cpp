#include "core/store/engine/session.h"

#include "core/store/engine/postgres_session.h"
#include "core/store/engine/sqlite_session.h"

namespace haven::store {
namespace {

template <class Kind>
Result<std::unique_ptr<Session>> widened(Result<std::unique_ptr<Kind>> session) {
    if (!session) { return fail(std::move(session).error()); }
    return std::unique_ptr<Session>(std::move(*session));
}

}  // namespace

Result<std::unique_ptr<Session>> open_session(const Database& database, Use use) {
    return database.engine == Engine::sqlite ? widened(SqliteSession::open(database.where, use))
                                             : widened(PostgresSession::open(database.where, use));
}

}  // namespace haven::store
