#include "hub/http/message.h"

namespace haven::http {
namespace {

std::optional<std::string_view> find(const std::vector<Pair>& pairs, std::string_view name) {
    for (const auto& pair : pairs) {
        if (pair.name == name) { return pair.value; }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
    return find(headers, lower_case_name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    return find(query, name);
}

std::string_view Request::part(std::string_view name) const {
    return find(parts, name).value_or("");
}

}  // namespace haven::http
