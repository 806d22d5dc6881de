#pragma once
#include <ctime>
#include <string>

#include "hub/http/message.h"

namespace haven::http {

/// How one response is put on the connection.
struct Sending {
    bool head_only = false;  ///< the request was HEAD
    bool last = false;       ///< the connection closes after it
    bool secure = false;     ///< over TLS
};

/// Whether a response's status, media type and headers can be written: a line break in one would begin another.
bool is_writable(const Response& response);

/// The whole response, ready to send. Source: RFC 9112, section 4; RFC 9110, section 8.6 for the length.
std::string wire_text(const Response& response, Sending sending, std::string_view date);

/// "Sun, 06 Nov 1994 08:49:37 GMT". Source: RFC 9110, section 5.6.7.
std::string date_text(std::time_t seconds);

}  // namespace haven::http
