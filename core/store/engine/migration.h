#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/instant.h"
#include "core/store/engine/database.h"

namespace haven::store {

/// One step in the life of the tables: `NNNN_name.sql`, SQL for both engines in the words of `dialect.h`.
///
/// A step that was released is never edited; what is to change is another step. `haven_embed_migrations`
/// (`embed_migrations.cmake`) compiles a folder of them into the program.
struct Migration {
    std::int64_t number;    ///< 1, 2, 3 ... without a gap
    std::string_view name;  ///< the file's name
    std::string_view sql;
};

/// Brings the tables to the last of `migrations`; says how many steps it took. Makes SQLite's file where there is none.
///
/// Each step is one transaction with its row in the table `migration`: an interruption leaves it wholly done or not at
/// all. Of several nodes that start at once one takes each step. Opened before any other session (SQLite switches to
/// its write-ahead log here).
///
/// Errors: refused     - a step that was taken reads otherwise now, or the tables are newer than this program
///         broken      - the list has a gap; a step is not well-formed
///         unreachable - the database is not there, busy or full
Result<std::int64_t> migrate(const Database& database, std::span<const Migration> migrations, Instant now);

}  // namespace haven::store
