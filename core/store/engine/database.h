#pragma once
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace haven::store {

enum class Engine : std::uint8_t { sqlite, postgres };

/// Which database holds the store, and how it is reached.
///
/// `where` may hold a password: it enters no error and no log.
struct Database {
    Engine engine = Engine::sqlite;
    std::string where;  ///< SQLite: path of the file; PostgreSQL: libpq's `keyword=value` connection string

    /// Reads "sqlite:PATH" or "postgresql:host=... dbname=...".
    ///
    /// Several hosts may be named (`host=a,b,c`): the one that takes writes is used.
    /// Errors: malformed - another engine, no path, quotation marks, a URI; refused - a password, PGPASSWORD.
    /// Source: PostgreSQL 15 manual, section 34.1.1.1.
    static Result<Database> parse(std::string_view text);
};

}  // namespace haven::store
