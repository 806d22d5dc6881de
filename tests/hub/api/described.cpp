#include "tests/hub/api/described.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <regex>
#include <stdexcept>

namespace haven::test {
namespace {

namespace json = boost::json;

// The only reader of YAML at hand is Python's; what comes out of it is JSON.
std::string page_as_json() {
    const std::string command =
        "python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), "
        "sys.stdout)' " HAVEN_SOURCE_DIR "/docs/reference/openapi.yaml";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
    std::string out;
    std::array<char, 4096> piece{};
    while (const auto n = std::fread(piece.data(), 1, piece.size(), pipe.get())) { out.append(piece.data(), n); }
    return out;
}

bool is_of_type(const json::value& value, std::string_view type) {
    if (type == "object") { return value.is_object(); }
    if (type == "array") { return value.is_array(); }
    if (type == "string") { return value.is_string(); }
    if (type == "integer") { return value.is_int64() || value.is_uint64(); }
    if (type == "boolean") { return value.is_bool(); }
    if (type == "null") { return value.is_null(); }
    throw std::runtime_error("no such type: " + std::string(type));
}

std::string text_of(const json::value& value) {
    const auto& text = value.as_string();
    return {text.data(), text.size()};
}

std::set<std::string> keys_of(const json::object& object) {
    std::set<std::string> out;
    for (const auto& [key, value] : object) { out.insert(std::string(key)); }
    return out;
}

const std::set<std::string> words{"type",     "enum",      "pattern",  "minimum",    "maximum",
                                  "maxItems", "items",     "required", "properties", "additionalProperties",
                                  "oneOf",    "maxLength", "default",  "description"};

}  // namespace

const Described& Described::page() {
    static const Described page(json::parse(page_as_json()));
    return page;
}

Described::Described(json::value page) : page_(std::move(page)) {
    for (const auto& [path, methods] : page_.at("paths").as_object()) {
        for (const auto& [method, operation] : methods.as_object()) {
            Operation made{text_of(operation.at("operationId")), std::string(method), std::string(path), {}, {}};
            std::transform(made.method.begin(), made.method.end(), made.method.begin(), ::toupper);
            for (const auto& caller : operation.at("x-callers").as_array()) { made.callers.insert(text_of(caller)); }
            if (const auto* body = operation.as_object().if_contains("requestBody")) {
                made.media_types = keys_of(followed(*body).at("content").as_object());
            }
            operations_.push_back(std::move(made));
        }
    }
}

const json::object& Described::followed(const json::value& maybe_reference) const {
    const auto* reference = maybe_reference.as_object().if_contains("$ref");
    if (reference == nullptr) { return maybe_reference.as_object(); }
    return page_.at_pointer(text_of(*reference).substr(1)).as_object();
}

const json::object& Described::responses(std::string_view operation) const {
    for (const auto& [path, methods] : page_.at("paths").as_object()) {
        for (const auto& [method, found] : methods.as_object()) {
            if (found.at("operationId").as_string() == operation) { return found.at("responses").as_object(); }
        }
    }
    throw std::runtime_error("no such operation: " + std::string(operation));
}

std::vector<std::string> Described::codes(std::string_view schema) const {
    std::vector<std::string> out;
    for (const auto& code : page_.at("components").at("schemas").at(schema).at("enum").as_array()) {
        out.push_back(text_of(code));
    }
    return out;
}

std::string Described::unlike(std::string_view operation, int status, std::string_view media_type,
                              std::string_view body) const {
    const auto* response = responses(operation).if_contains(std::to_string(status));
    if (response == nullptr) { return "no such status\n"; }
    const auto& content = followed(*response).at("content").as_object();
    const auto* said = content.if_contains(media_type);
    if (said == nullptr) { return "no such media type: " + std::string(media_type) + "\n"; }
    if (media_type.find("json") == std::string_view::npos) { return {}; }
    return fault(said->at("schema"), json::parse(body), "");
}

std::string Described::fault(const json::value& schema_or_reference, const json::value& value,
                             const std::string& at) const {
    const auto& schema = followed(schema_or_reference);
    for (const auto& word : keys_of(schema)) {
        if (!words.contains(word)) {
            return std::string(at).append(": this reader does not know ").append(word) + "\n";
        }
    }
    if (const auto* one_of = schema.if_contains("oneOf")) {
        const auto fits = std::count_if(one_of->as_array().begin(), one_of->as_array().end(),
                                        [&](const json::value& one) { return fault(one, value, at).empty(); });
        return fits == 1 ? "" : at + ": fits " + std::to_string(fits) + " of the kinds\n";
    }
    if (const auto* type = schema.if_contains("type"); type != nullptr && !is_of_type(value, text_of(*type))) {
        return at + ": expected " + text_of(*type) + "\n";
    }
    if (const auto* codes = schema.if_contains("enum")) {
        const auto& all = codes->as_array();
        if (std::find(all.begin(), all.end(), value) == all.end()) { return at + ": no such code\n"; }
    }
    if (const auto* pattern = schema.if_contains("pattern")) {
        if (!std::regex_match(text_of(value), std::regex(text_of(*pattern)))) { return at + ": another pattern\n"; }
    }
    if (const auto* least = schema.if_contains("minimum")) {
        if (value.to_number<std::int64_t>() < least->to_number<std::int64_t>()) { return at + ": too small\n"; }
    }
    std::string out;
    if (const auto* items = schema.if_contains("items")) {
        for (const auto& item : value.as_array()) { out.append(fault(*items, item, at + "/0")); }
    }
    if (value.is_object()) { out += fault_of_object(schema, value, at); }
    return out;
}

std::string Described::fault_of_object(const json::object& schema, const json::value& value,
                                       const std::string& at) const {
    std::string out;
    const auto& object = value.as_object();
    if (const auto* required = schema.if_contains("required")) {
        for (const auto& key : required->as_array()) {
            if (!object.contains(key.as_string())) { out += at + ": expected " + text_of(key) + "\n"; }
        }
    }
    const auto* properties = schema.if_contains("properties");
    for (const auto& [key, member] : object) {
        const auto* described = properties == nullptr ? nullptr : properties->as_object().if_contains(key);
        const auto below = at + "/" + std::string(key);
        if (described != nullptr) {
            out += fault(*described, member, below);
        } else if (schema.contains("additionalProperties")) {
            out += below + ": not described\n";
        }
    }
    return out;
}

}  // namespace haven::test
