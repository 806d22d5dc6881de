#pragma once
#include "hub/http/message.h"

namespace haven::http {

/// The status that a fault has where nothing better is known.
int status_of(Fault fault);

/// An error as problem JSON: title, status, detail, fault, where and the request's id. An `Error` holds only literals,
/// numbers and declared names, so the input is never echoed.
/// Source: RFC 9457.
Response problem(int status, const Error& error, RequestId request);
inline Response problem(const Error& error, RequestId request) {
    return problem(status_of(error.fault), error, request);
}

/// "Not Found". Source: RFC 9110, section 15.
std::string_view status_phrase(int status);

}  // namespace haven::http
