#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

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
    /// The texts of a list; none where it is not one, or holds anything else.
    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> out;
        const auto* value = object_.if_contains(name);
        if (value == nullptr || !value->is_array()) { return out; }
        for (const auto& one : value->get_array()) {
            if (!one.is_string()) { return {}; }
            out.emplace_back(one.get_string());
        }
        return out;
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
