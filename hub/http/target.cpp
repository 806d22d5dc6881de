#include <algorithm>

#include "core/base/encoding.h"
#include "hub/http/gate.h"

namespace haven::http {
namespace {

// Source: RFC 3986, appendix A: pchar without the percent sign, which is decoded, plus what stands between.
bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~!$&'()*+,;=:@/?").find(c) != std::string_view::npos;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

// Nothing where a percent sign is not followed by two digits or stands for a control character or bad UTF-8.
std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i] == '+' && plus_is_blank ? ' ' : text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) { return std::nullopt; }
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) { return std::nullopt; }
            c = static_cast<char>(high * 16 + low);
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) { return std::nullopt; }
            i += 2;
        }
        out += c;
    }
    return is_utf8(out) ? std::optional(std::move(out)) : std::nullopt;
}

Gated<std::vector<std::string>> read_path(std::string_view path) {
    std::vector<std::string> segments;
    path.remove_prefix(1);
    if (path.empty()) { return segments; }
    for (bool more = true; more;) {
        const auto end = path.find('/');
        more = end != std::string_view::npos;
        auto segment = decode(path.substr(0, end), false);
        if (!segment) { return refuse("expected a path of properly encoded text"); }
        if (segment->empty() || *segment == "." || *segment == "..") {
            return refuse("expected a path without empty and dot segments");
        }
        if (segment->find_first_of("/\\") != std::string::npos) {
            return refuse("expected a path without encoded slashes");
        }
        if (segments.size() == path_segments_max) {
            return refuse(414, Fault::too_large, Reason("expected at most ", path_segments_max, " path segments"));
        }
        segments.push_back(std::move(*segment));
        path.remove_prefix(more ? end + 1 : path.size());
    }
    return segments;
}

Gated<std::vector<Pair>> read_query(std::string_view query) {
    std::vector<Pair> pairs;
    while (!query.empty()) {
        const auto one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(one.size() + 1, query.size()));
        const auto equals = std::min(one.find('='), one.size());
        auto name = decode(one.substr(0, equals), true);
        auto value = decode(one.substr(std::min(equals + 1, one.size())), true);
        if (!name || !value || name->empty()) {
            return refuse("expected a query of properly encoded name=value pairs");
        }
        if (std::ranges::any_of(pairs, [&](const Pair& p) { return p.name == *name; })) {
            return refuse("expected each query parameter once");
        }
        if (pairs.size() == query_parameters_max) {
            return refuse(414, Fault::too_large,
                          Reason("expected at most ", query_parameters_max, " query parameters"));
        }
        pairs.push_back({std::move(*name), std::move(*value)});
    }
    return pairs;
}

}  // namespace

Gated<Target> read_target(std::string_view target) {
    if (target.size() > target_bytes_max) {
        return refuse(414, Fault::too_large, Reason("expected a target of at most ", target_bytes_max, " bytes"));
    }
    if (!target.starts_with('/')) { return refuse("expected a target in origin form"); }
    if (!std::ranges::all_of(target, [](char c) { return is_plain(c) || c == '%'; })) {
        return refuse("expected no character in the target that RFC 3986 does not allow");
    }
    const auto mark = std::min(target.find('?'), target.size());
    auto path = read_path(target.substr(0, mark));
    if (!path) { return tl::unexpected(path.error()); }
    auto query = read_query(target.substr(std::min(mark + 1, target.size())));
    if (!query) { return tl::unexpected(query.error()); }
    return Target{std::move(*path), std::move(*query)};
}

}  // namespace haven::http
