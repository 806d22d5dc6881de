#pragma once
#include <libpq-fe.h>

#include "core/store/engine/session.h"

// How PostgreSQL's binary columns and error codes read. Private to this folder.
namespace haven::store {

/// One column of one row in binary format. Errors: broken (SqlFailure) - a type other than integers, bool, text, bytea.
/// Source: PostgreSQL 15, src/include/catalog/pg_type.dat.
Value postgres_value(const PGresult* answer, int row, int column);

struct PostgresFailure {
    Error error;
    bool connection_ends = false;  ///< the server said good-bye or was not there to say it
};

/// What the server refused, by its SQLSTATE alone; its messages quote values. Source: PostgreSQL 15, appendix A.
PostgresFailure postgres_failure(const PGresult* answer, Use use);

}  // namespace haven::store
