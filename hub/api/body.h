#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>

namespace haven::api {

/// A small flat object of texts and whole numbers.
class Body {
public:
    explicit Body(const std::string& text) {
        boost::system::error_code error;
        auto parsed = boost::json::parse(text, error);
        if (!error && parsed.is_object()) { object_ = std::move(parsed.get_object()); }
        is_object_ = !error && parsed.is_object();
    }
    bool is_object() const { return is_object_; }
    std::optional<std::string> text(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        if (value == nullptr || !value->is_string()) { return std::nullopt; }
        return std::string(value->get_string());
    }
    std::optional<std::int64_t> integer(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        if (value == nullptr || !value->is_int64()) { return std::nullopt; }
        return value->get_int64();
    }

private:
    boost::json::object object_;
    bool is_object_ = false;
};

}  // namespace haven::api
