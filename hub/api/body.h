#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>

namespace haven::api {

/// A small flat object of texts, as decisions are told. Anything else has no members.
class Body {
public:
    explicit Body(const std::string& text) {
        boost::system::error_code error;
        auto parsed = boost::json::parse(text, error);
        if (!error && parsed.is_object()) { object_ = std::move(parsed.get_object()); }
    }
    std::optional<std::string> text(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        if (value == nullptr || !value->is_string()) { return std::nullopt; }
        return std::string(value->get_string());
    }

private:
    boost::json::object object_;
};

}  // namespace haven::api
