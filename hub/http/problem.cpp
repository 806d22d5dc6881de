#include "hub/http/problem.h"

#include "core/base/log.h"

namespace haven::http {

int status_of(Fault fault) {
    switch (fault) {
        case Fault::malformed: return 400;
        case Fault::unmapped: return 422;
        case Fault::refused: return 403;
        case Fault::unreachable: return 503;
        case Fault::rejected: return 422;
        case Fault::conflict: return 409;
        case Fault::missing: return 404;
        case Fault::too_large: return 413;
        case Fault::broken: return 500;
    }
    return 500;
}

std::string_view status_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

Response problem(int status, const Error& error, RequestId request) {
    std::string body = "{\"type\":\"about:blank\",\"title\":" + json_string(status_phrase(status)) +
                       ",\"status\":" + std::to_string(status) + ",\"detail\":" + json_string(error.reason.text()) +
                       ",\"fault\":" + json_string(name_of(error.fault));
    if (!error.places.empty()) { body += ",\"where\":" + json_string(error.where()); }
    if (request) { body += ",\"instance\":\"urn:haven:request:" + id_text(request) + "\""; }
    return {status, "application/problem+json", {}, body + "}\n"};
}

}  // namespace haven::http
