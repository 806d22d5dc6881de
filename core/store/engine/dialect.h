#pragma once
#include <string>
#include <string_view>

#include "core/store/engine/database.h"

namespace haven::store {

/// One SQL text as the engine spells it. These words are replaced; any other word in braces is refused.
///
///     word            SQLite     PostgreSQL
///     {bigint}        INTEGER    bigint        (INTEGER PRIMARY KEY is SQLite's row id, the fast key)
///     {blob}          BLOB       bytea
///     {text}          TEXT       text COLLATE "C"   (ordered by bytes on both, whatever the server's language)
///     {strict}        STRICT                   (after the bracket of CREATE TABLE: columns keep their types)
///     {strict_keyed}  STRICT, WITHOUT ROWID    (the same, of small rows that lie in the order of their key)
///     {skip_locked}              FOR UPDATE SKIP LOCKED
///
/// Errors: broken - an unknown word in braces.
Result<std::string> in_dialect(std::string_view sql, Engine engine);

}  // namespace haven::store
