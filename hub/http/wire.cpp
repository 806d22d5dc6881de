#include "hub/http/wire.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "hub/http/problem.h"

namespace haven::http {
namespace {

struct Field {
    std::string_view name;
    std::string_view value;
};

// What every answer says to browsers unless it says otherwise itself: nothing is kept, framed, sniffed or referred.
constexpr std::array<Field, 6> always{{
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
}};
constexpr Field over_tls{"Strict-Transport-Security", "max-age=31536000"};

void put(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

bool is_text(std::string_view value) {
    return std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_body(int status) {
    return status != 204 && status != 304;
}

}  // namespace

bool is_writable(const Response& response) {
    return response.status >= 200 && response.status <= 599 && is_text(response.content_type) &&
           std::ranges::all_of(response.headers, [](const auto& header) { return is_text(header.value); });
}

std::string wire_text(const Response& response, Sending sending, std::string_view date) {
    std::string out;
    out.reserve(512 + (sending.head_only ? 0 : response.body.size()));
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(status_phrase(response.status)).append("\r\n");
    put(out, "Date", date);
    if (sending.last) { put(out, "Connection", "close"); }
    if (has_body(response.status)) {
        if (!response.content_type.empty()) { put(out, "Content-Type", response.content_type); }
        put(out, "Content-Length", std::to_string(response.body.size()));
    }
    for (const auto& field : always) {
        const auto same = [&](const auto& header) { return header.name.text == field.name; };
        if (std::ranges::none_of(response.headers, same)) { put(out, field.name, field.value); }
    }
    if (sending.secure) { put(out, over_tls.name, over_tls.value); }
    for (const auto& header : response.headers) { put(out, header.name.text, header.value); }
    out += "\r\n";
    if (has_body(response.status) && !sending.head_only) { out += response.body; }
    return out;
}

std::string date_text(std::time_t seconds) {
    // Not strftime: its names are those of the process's locale.
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    ::gmtime_r(&seconds, &t);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                  months.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    return text.data();
}

}  // namespace haven::http
