#include "hub/http/route.h"

#include <algorithm>
#include <array>

namespace haven::http {
namespace {

constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};

bool is_name(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

std::vector<std::string_view> split(std::string_view pattern) {
    std::vector<std::string_view> segments;
    pattern.remove_prefix(1);
    while (!pattern.empty()) {
        const auto end = std::min(pattern.find('/'), pattern.size());
        segments.push_back(pattern.substr(0, end));
        pattern.remove_prefix(std::min(end + 1, pattern.size()));
    }
    return segments;
}

// Whether every path that `later` takes is taken by `earlier` already.
bool hides(const std::vector<std::string_view>& earlier, const std::vector<std::string_view>& later) {
    return std::ranges::equal(earlier, later, [](auto a, auto b) { return is_name(a) || a == b; });
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& path) {
    return std::ranges::equal(pattern, path, [](auto a, const auto& b) { return is_name(a) || a == b; });
}

std::optional<Reason> fault_of(const Route& route) {
    if (!std::string_view(route.pattern.text).starts_with('/')) {
        return Reason("expected a pattern that starts with /");
    }
    if (std::ranges::find(methods, route.method.text) == methods.end()) { return Reason("expected a method of HTTP"); }
    if (route.callers.empty()) { return Reason("expected the kinds of caller"); }
    if (!route.handle) { return Reason("expected a handler"); }
    return std::nullopt;
}

}  // namespace

Result<Routes> Routes::make(std::vector<Route> routes) {
    std::vector<Pattern> patterns;
    for (const auto& route : routes) {
        const auto line = Place::line(static_cast<std::int64_t>(patterns.size()) + 1);
        if (const auto reason = fault_of(route)) { return fail(Error{Fault::broken, *reason, {line}}); }
        auto pattern = split(route.pattern.text);
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            if (std::string_view(routes[i].method.text) == route.method.text && hides(patterns[i], pattern)) {
                return fail(Error{Fault::broken, "an earlier route takes every path of this one", {line}});
            }
        }
        patterns.push_back(std::move(pattern));
    }
    return Routes(std::move(routes), std::move(patterns));
}

Match Routes::find(std::string_view method, const std::vector<std::string>& path) const {
    const auto wanted = method == "HEAD" ? "GET" : method;
    Match match;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (!fits(patterns_[i], path)) { continue; }
        if (wanted != routes_[i].method.text) {
            match.allow += (match.allow.empty() ? "" : ", ") + std::string(routes_[i].method.text);
            if (match.allow.ends_with("GET")) { match.allow += ", HEAD"; }
            continue;
        }
        match.route = &routes_[i];
        for (std::size_t s = 0; s < path.size(); ++s) {
            const auto name = patterns_[i][s];
            if (is_name(name)) { match.parts.push_back({std::string(name.substr(1, name.size() - 2)), path[s]}); }
        }
        return match;
    }
    return match;
}

}  // namespace haven::http
