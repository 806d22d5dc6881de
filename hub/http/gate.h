#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/http/message.h"

/// The strict gate before routing: what is let through can be read in one way only, by Haven and by any proxy before
/// it. Whoever is refused here is answered and cut off. Pure functions.
namespace haven::http {

inline constexpr std::size_t header_fields_max = 64;
inline constexpr std::size_t target_bytes_max = 2048;
inline constexpr std::size_t path_segments_max = 16;
inline constexpr std::size_t query_parameters_max = 32;

/// Why a request goes no further.
struct Refusal {
    int status;
    Error error;
};
template <class T>
using Gated = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(int status, Fault fault, Reason reason) {
    return tl::unexpected(Refusal{status, {fault, reason, {}}});
}
inline tl::unexpected<Refusal> refuse(Reason reason) {
    return refuse(400, Fault::malformed, reason);
}

/// How far a request's head (request line, header fields, empty line) has been looked at.
struct HeadScan {
    std::size_t seen = 0;  ///< bytes from the front that need no second look
    std::size_t line = 0;  ///< where the last line began
    std::size_t lines = 0;
    std::size_t end = 0;  ///< size of the head; 0 while it is not whole
};

/// Looks at the bytes of a head as they come: lines end in CR LF and nothing else, no line goes on in the next, and
/// only tab and printable ASCII stand in them. Says 400 at the first byte that is wrong, 431 over `bytes_max`.
Gated<void> scan_head(std::string_view bytes, HeadScan& scan, std::size_t bytes_max);

/// A head as the parser read it: names in lower case, values without the blanks around them.
struct Head {
    std::string method;
    std::string target;
    int minor_version = 1;
    std::vector<Pair> headers;
};

/// Checks the method and the fields: one Host of `hosts` (any if there are none), no field twice, one way to tell the
/// body's length, no encoding of the body, no body where the method has none, no expectation but 100-continue.
/// Source: RFC 9112, sections 3.2 and 6; RFC 9110, sections 8.6 and 10.1.1.
Gated<void> check_head(const Head& head, std::span<const std::string> hosts);

struct Target {
    std::vector<std::string> path;  ///< segments, decoded; none for "/"
    std::vector<Pair> query;
};

/// Splits a target in origin form and decodes it once. Refuses what two readers could take for two paths: empty and
/// dot segments, encoded slashes, control characters, bytes that are not UTF-8, a parameter twice.
/// Source: RFC 3986, section 3.3; the query is that of an HTML form.
Gated<Target> read_target(std::string_view target);

}  // namespace haven::http
