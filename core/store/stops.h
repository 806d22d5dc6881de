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
/// Whether it is stopped still. Nobody ends the stop before this transaction is over.
bool stop_stands(Sql& sql, Name partner);
std::vector<Stop> stops(Sql& sql);

/// Under what anything may be sent now, read as one.
struct InForce {
    std::string site;           ///< the hash of the active site; empty before there is one
    std::vector<Name> stopped;  ///< partners to whom nothing is sent; an empty name: nobody is sent anything

    bool is_stopped(Name partner) const;
};
InForce in_force(Sql& sql);

}  // namespace haven::store
