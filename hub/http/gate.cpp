#include "hub/http/gate.h"

#include <algorithm>
#include <array>

namespace haven::http {
namespace {

constexpr std::array<std::string_view, 6> methods_known{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array<std::string_view, 3> methods_with_body{"POST", "PUT", "PATCH"};
constexpr std::size_t length_digits_max = 10;

// Fields that RFC 9110 lets come twice and that Haven does not read, or reads as one list. Any other is refused when it
// comes twice: a proxy may read the first and Haven the second.
constexpr std::array<std::string_view, 10> lists{
    "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection", "forwarded", "te",
    "via",    "x-forwarded-for"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool equal_in_any_case(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

const std::string* field(const Head& head, std::string_view name) {
    const auto found = std::ranges::find(head.headers, name, &Pair::name);
    return found == head.headers.end() ? nullptr : &found->value;
}

// One byte of a head, knowing the one before it. A line feed is not its business.
std::optional<Reason> fault_of(char c, char before, bool first_of_field) {
    if (before == '\r') { return Reason("expected a line feed after each carriage return"); }
    if (first_of_field && (c == ' ' || c == '\t')) { return Reason("expected no field to go on in a second line"); }
    if (c != '\r' && c != '\t' && (c < ' ' || c > '~')) { return Reason("expected printable ASCII in the head"); }
    return std::nullopt;
}

Gated<void> end_line(HeadScan& scan, std::size_t at) {
    const bool empty = at - scan.line == 1;  // the carriage return alone
    if (empty && scan.lines == 0) { return refuse("expected a request line first"); }
    if (empty) {
        scan.end = at + 1;
    } else if (++scan.lines > header_fields_max + 1) {
        return refuse(431, Fault::too_large, Reason("expected at most ", header_fields_max, " header fields"));
    }
    scan.line = at + 1;
    return {};
}

Gated<void> check_names(const Head& head) {
    for (auto here = head.headers.begin(); here != head.headers.end(); ++here) {
        const auto& name = here->name;
        if (!std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; })) {
            return refuse("expected field names of letters, digits and hyphens");
        }
        if (!is_one_of(lists, name) && std::find_if(head.headers.begin(), here, [&](const Pair& earlier) {
                                           return earlier.name == name;
                                       }) != here) {
            return refuse("expected each header field once");
        }
    }
    return {};
}

Gated<void> check_host(const Head& head, std::span<const std::string> hosts) {
    const auto* host = field(head, "host");
    if (host == nullptr || host->empty()) { return refuse("expected one Host field"); }
    if (!std::ranges::all_of(*host, [](char c) {
            return is_letter(c) || is_digit(c) || std::string_view("-.:[]").find(c) != std::string_view::npos;
        })) {
        return refuse("expected a host name and a port in the Host field");
    }
    const auto colon = host->rfind(':');
    const auto bracket = host->rfind(']');
    const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
    const auto name = std::string_view(*host).substr(0, has_port ? colon : host->size());
    if (!hosts.empty() && std::ranges::none_of(hosts, [&](const auto& h) { return equal_in_any_case(name, h); })) {
        return refuse(421, Fault::refused, "expected a host name of this hub");
    }
    return {};
}

Gated<void> check_body(const Head& head) {
    const auto* length = field(head, "content-length");
    const auto* coding = field(head, "transfer-encoding");
    if (coding != nullptr) {
        if (length != nullptr) { return refuse("expected Content-Length or Transfer-Encoding, not both"); }
        if (head.minor_version == 0) { return refuse("expected no Transfer-Encoding in HTTP/1.0"); }
        if (!equal_in_any_case(*coding, "chunked")) { return refuse("expected no Transfer-Encoding but chunked"); }
    }
    if (length != nullptr &&
        (length->empty() || length->size() > length_digits_max || !std::ranges::all_of(*length, is_digit))) {
        return refuse(Reason("expected one Content-Length of 1 to ", length_digits_max, " digits"));
    }
    const bool announced = coding != nullptr || (length != nullptr && *length != "0");
    if (announced && !is_one_of(methods_with_body, head.method)) { return refuse("expected no body with this method"); }
    if (field(head, "trailer") != nullptr) { return refuse("expected no trailer fields"); }
    if (field(head, "content-encoding") != nullptr) {
        return refuse(415, Fault::malformed, "expected a body without Content-Encoding");
    }
    return {};
}

}  // namespace

Gated<void> scan_head(std::string_view bytes, HeadScan& scan, std::size_t bytes_max) {
    const auto stop = std::min(bytes.size(), bytes_max);
    while (scan.end == 0 && scan.seen < stop) {
        const auto at = scan.seen++;
        const char before = at == 0 ? '\0' : bytes[at - 1];
        if (bytes[at] == '\n') {
            if (before != '\r') { return refuse("expected a carriage return before each line feed"); }
            if (auto ended = end_line(scan, at); !ended) { return ended; }
        } else if (const auto reason = fault_of(bytes[at], before, at == scan.line && scan.lines > 0)) {
            return refuse(*reason);
        }
    }
    if (scan.end == 0 && bytes.size() >= bytes_max) {
        return refuse(431, Fault::too_large, Reason("expected a head of at most ", bytes_max, " bytes"));
    }
    return {};
}

Gated<void> check_head(const Head& head, std::span<const std::string> hosts) {
    if (!is_one_of(methods_known, head.method)) {
        return refuse(501, Fault::malformed, "expected a method of this API");
    }
    if (auto names = check_names(head); !names) { return names; }
    if (auto host = check_host(head, hosts); !host) { return host; }
    if (auto body = check_body(head); !body) { return body; }
    const auto* expectation = field(head, "expect");
    if (expectation != nullptr && (head.minor_version == 0 || !equal_in_any_case(*expectation, "100-continue"))) {
        return refuse(417, Fault::malformed, "expected no expectation but 100-continue");
    }
    return {};
}

}  // namespace haven::http
