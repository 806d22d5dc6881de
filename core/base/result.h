#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/base/name.h"
#include "core/base/reason.h"

namespace haven {

/// Why a step could not finish. The retry policy reads only this, never the text.
enum class Fault : std::uint8_t {
    malformed,    ///< the message breaks its own format; the partner must send it again
    unmapped,     ///< well formed, but a code or field has no line in the map; a map must change
    refused,      ///< an agreement, a right or a rule does not allow it; never retried, always in the ledger
    unreachable,  ///< the other side (partner, database, disk) did not answer in time; retried
    rejected,     ///< the partner answered no; parked for a person
    conflict,     ///< somebody else changed it first; read again and decide again
    missing,      ///< no such thing, or none that the caller may know of
    too_large,    ///< over a named limit
    broken,       ///< a promise inside Haven does not hold (corrupt store, wrong key); stop rather than guess
};

std::string_view name_of(Fault fault);

/// Where something went wrong, as a person would say it. Holds numbers and declared names only, never a value.
struct Place {
    enum class Kind : std::uint8_t { field, path, row, line, column, record, message, partner, file };
    Kind kind;
    Name name;                ///< of a field, partner or file; empty for the counted kinds
    std::int64_t number = 0;  ///< of a row, line, column, record or message, counted from 1

    static Place field(Name name) { return {Kind::field, name}; }      ///< a field as its dialect calls it
    static Place path(Name name) { return {Kind::path, name}; }        ///< a canonical path
    static Place partner(Name name) { return {Kind::partner, name}; }  ///< a partner of the site
    static Place file(Name name) { return {Kind::file, name}; }        ///< a file of the site or of a schema
    static Place row(std::int64_t n) { return {Kind::row, {}, n}; }
    static Place line(std::int64_t n) { return {Kind::line, {}, n}; }
    static Place column(std::int64_t n) { return {Kind::column, {}, n}; }
    static Place record(std::int64_t n) { return {Kind::record, {}, n}; }
    static Place message(std::int64_t id) { return {Kind::message, {}, id}; }

    std::string text() const;  ///< "row 12", "DOB"
    bool operator==(const Place&) const = default;
};

/// A failure: a fault for the machine, a reason and places for the person.
struct Error {
    Fault fault;
    Reason reason;
    std::vector<Place> places;  ///< innermost first

    /// Adds the one place that only the caller knows. Errors passed up always gain one.
    Error at(Place place) && {
        places.push_back(place);
        return std::move(*this);
    }
    std::string message() const;  ///< "northshire-police: row 12: DOB: expected a day that exists"
    std::string where() const;    ///< "northshire-police: row 12: DOB", or "" without places
};

template <class T>
using Result = tl::expected<T, Error>;  // becomes std::expected on C++23

inline tl::unexpected<Error> fail(Fault fault, Reason reason) {
    return tl::unexpected(Error{fault, reason, {}});
}
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected(std::move(error));
}

}  // namespace haven
