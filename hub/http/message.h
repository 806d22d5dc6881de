#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/reason.h"
#include "core/base/result.h"

namespace haven::http {

using RequestId = Id<struct RequestTag>;

/// A name and a value of a request: a header (name in lower case), a query parameter, or a part of the path.
struct Pair {
    std::string name;
    std::string value;
};

/// Who a connection's client certificate says it is. The chain was verified; whether this key is a partner's is for
/// the hub to say.
struct ClientCertificate {
    std::vector<std::string> dns_names;  ///< from the subject alternative name
    std::vector<std::string> uris;       ///< from the subject alternative name
    std::string key_sha256;              ///< of the SubjectPublicKeyInfo, hexadecimal: the pin. Source: RFC 7469, 2.4
};

/// Whom the hub took the caller for. The edge reads only the kind.
struct Caller {
    Literal kind = "";    ///< one of the route's callers
    Name name = {};       ///< of the partner, where it is one
    std::int64_t id = 0;  ///< of the person, where it is one
};

/// One request, gated and split. All text in it came from outside.
struct Request {
    RequestId id;
    std::string method;
    std::vector<Pair> parts;    ///< what the pattern's {names} stand for, decoded
    std::vector<Pair> query;    ///< decoded; no name comes twice
    std::vector<Pair> headers;  ///< no name comes twice but those of lists that Haven does not read
    std::string body;           ///< empty while the body is still to come (`Authorise`) or comes in pieces (`Receive`)
    std::string peer;           ///< the other end's numeric address
    std::shared_ptr<const ClientCertificate> certificate;  ///< null without one
    Caller caller;                                         ///< set once `Authorise` has answered

    /// The value, or nothing where the request has none of that name.
    std::optional<std::string_view> header(std::string_view lower_case_name) const;
    std::optional<std::string_view> parameter(std::string_view name) const;
    /// What `{name}` of the route's pattern stands for; "" where the pattern has no such name.
    std::string_view part(std::string_view name) const;
};

/// One answer. The edge adds Date, length, connection and the security headers; a header given here replaces the
/// edge's own of that name, but for those that frame the message.
struct Response {
    struct Header {
        Literal name;
        std::string value;
    };
    int status = 200;
    std::string content_type;
    std::vector<Header> headers;
    std::string body;
};

/// Answers one request: from any thread, at any time, once. Later calls do nothing. If every copy is gone before one
/// was called, or the handler's deadline passes first, the edge answers 503.
using Responder = std::function<void(Response)>;

}  // namespace haven::http
