#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// Nothing is sent to a partner, or to anybody, until somebody ends it.
struct Stop {
    Name partner;  ///< empty: everybody
    UserId by;
    std::string reason;  ///< a declared code
    Instant at{};
};
/// Answers false where it is stopped already.
bool insert_stop(Sql& sql, const Stop& stop);
/// Answers false where it was not stopped.
bool end_stop(Sql& sql, Name partner);
std::vector<Stop> stops(Sql& sql);
/// Whether sending to this partner, or to everybody, is stopped.
bool is_stopped(Sql& sql, Name partner);

}  // namespace haven::store
