#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>

#include "mapping/tools/shape.h"

namespace haven {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> type_names{"object",  "array",   "string", "number",
                                                     "integer", "boolean", "null"};
constexpr std::array combining{"allOf", "anyOf", "oneOf"};
constexpr std::string_view publisher = "json-schema.org";
constexpr std::size_t depth_max = 64;
constexpr std::size_t schemas_max = 50'000;  // walked, those that a $ref names again among them
constexpr std::size_t files_max = 500;
constexpr std::size_t remarks_max = 20;

std::optional<json::value> parsed(std::string_view text) {
    json::error_code failed;
    json::parse_options strict;
    strict.max_depth = depth_max;
    auto value = json::parse({text.data(), text.size()}, failed, {}, strict);
    return failed ? std::nullopt : std::optional(std::move(value));
}

bool is_type(const json::value& value) {
    const auto is_name = [](const json::value& one) {
        return one.is_string() &&
               std::find(type_names.begin(), type_names.end(), std::string_view(one.as_string())) != type_names.end();
    };
    if (!value.is_array()) { return is_name(value); }
    return !value.as_array().empty() && std::all_of(value.as_array().begin(), value.as_array().end(), is_name);
}

bool has_object(const json::object& object, const char* name) {
    const auto* found = object.if_contains(name);
    return found && found->is_object();
}

// One of the schemas that another is put together from.
bool is_part(const json::value& value) {
    if (!value.is_object()) { return false; }
    const auto& object = value.as_object();
    const auto* type = object.if_contains("type");
    return object.contains("$ref") || has_object(object, "properties") || (type && is_type(*type));
}

bool has_type(const json::value& type, std::string_view name) {
    if (type.is_string()) { return std::string_view(type.as_string()) == name; }
    return type.is_array() && std::any_of(type.as_array().begin(), type.as_array().end(),
                                          [&](const json::value& one) { return has_type(one, name); });
}

/// Walks a schema for the names and the types in it. What it says of values does not matter here, and what is only
/// asked under a condition is listed as well.
class JsonSchemaNotes {
public:
    JsonSchemaNotes(Shape& shape, const SchemaFiles& files) : shape_(shape), files_(files) {}

    void start(json::value schema, const std::string& file) {
        const auto& root = read_.emplace(file, std::move(schema)).first->second;
        fill(*root, {file, "#"}, shape_.record);
    }

private:
    /// Where a schema stands, for people and for the $refs in it.
    struct Where {
        std::string file;
        std::string place;

        Where below(std::string_view name) const {
            auto out = *this;
            out.place.append("/").append(name);
            return out;
        }
    };

    void fill(const json::value& schema, const Where& where, ShapePlace& place) {
        if (!schema.is_object()) { return; }
        if (++walked_ > schemas_max || open_.size() > depth_max) {
            return remark(where, "the schema is larger than a draft takes");
        }
        const auto& object = schema.as_object();
        if (const auto* ref = object.if_contains("$ref")) { follow(*ref, where, place); }
        if (const auto* type = object.if_contains("type")) { note_type(*type, place); }
        note_values(object, place);
        if (const auto* properties = object.if_contains("properties"); properties && properties->is_object()) {
            for (const auto& [name, below] : properties->as_object()) {
                fill(below, where.below("properties").below(name), place.child(std::string(name)));
            }
        }
        for (const auto* name : {"items", "prefixItems"}) {
            if (const auto* items = object.if_contains(name)) {
                place.repeats = true;
                fill_all(*items, where.below(name), place);
            }
        }
        for (const auto* name : combining) { also(object, name, where, place); }
        for (const auto* name : {"then", "else"}) { also(object, name, where, place); }
        for (const auto* name : {"patternProperties", "additionalProperties"}) {
            if (has_object(object, name)) { remark(where.below(name), "fields without names of their own"); }
        }
    }

    void also(const json::object& object, const char* name, const Where& where, ShapePlace& place) {
        if (const auto* found = object.if_contains(name)) { fill_all(*found, where.below(name), place); }
    }

    void fill_all(const json::value& schemas, const Where& where, ShapePlace& place) {
        if (!schemas.is_array()) { return fill(schemas, where, place); }
        std::size_t number = 0;
        for (const auto& schema : schemas.as_array()) { fill(schema, where.below(std::to_string(number++)), place); }
    }

    static void note_type(const json::value& type, ShapePlace& place) {
        const bool boolean = has_type(type, "boolean");
        const bool other = has_type(type, "string") || has_type(type, "number") || has_type(type, "integer");
        place.has_text = place.has_text || boolean || other;
        place.is_boolean = place.is_boolean || (boolean && !other);
        place.repeats = place.repeats || has_type(type, "array");
    }

    // The values that may stand there help to guess what the field is.
    static void note_values(const json::object& object, ShapePlace& place) {
        const auto see = [&](const json::value& value) {
            if (value.is_string()) { place.see(std::string_view(value.as_string())); }
            if (value.is_number()) { place.see(json::serialize(value)); }
        };
        for (const auto* name : {"const", "enum", "example", "examples"}) {
            const auto* found = object.if_contains(name);
            if (!found) { continue; }
            if (!found->is_array()) { see(*found); }
            if (found->is_array()) { std::for_each(found->as_array().begin(), found->as_array().end(), see); }
        }
    }

    // A schema that holds itself is followed once.
    void follow(const json::value& ref, const Where& where, ShapePlace& place) {
        const std::string to = ref.is_string() ? std::string(ref.as_string()) : "";
        const auto hash = to.find('#');
        const auto file = to.substr(0, hash);
        const auto pointer = hash == std::string::npos ? "" : to.substr(hash + 1);
        if (file.find("://") != std::string::npos) { return remark(where, "nothing is fetched from " + file); }
        namespace fs = std::filesystem;
        const auto path =
            file.empty() ? where.file : (fs::path(where.file).parent_path() / file).lexically_normal().string();
        const auto* root = file_at(path);
        if (root == nullptr) { return remark(where, "no schema can be read in " + file); }
        json::error_code failed;
        const auto* found = root->find_pointer(pointer, failed);
        if (found == nullptr) { return remark(where, "$ref leads to nothing: " + to); }
        auto here = path + "#" + pointer;
        if (std::find(open_.begin(), open_.end(), here) != open_.end()) { return; }
        open_.push_back(std::move(here));
        fill(*found, {path, "#" + pointer}, place);
        open_.pop_back();
    }

    const json::value* file_at(const std::string& path) {
        const auto known = read_.find(path);
        if (known != read_.end()) { return known->second ? &*known->second : nullptr; }
        if (read_.size() >= files_max) { return nullptr; }
        const auto text = files_ ? files_(path) : std::nullopt;
        const auto& made = read_.emplace(path, text ? parsed(*text) : std::nullopt).first->second;
        return made ? &*made : nullptr;
    }

    void remark(const Where& where, const std::string& what) {
        if (shape_.remarks.size() >= remarks_max) { return; }
        auto line = "Not listed: " + std::filesystem::path(where.file).filename().string();
        line.append(where.place).append(": ").append(what);
        if (std::find(shape_.remarks.begin(), shape_.remarks.end(), line) == shape_.remarks.end()) {
            shape_.remarks.push_back(std::move(line));
        }
    }

    Shape& shape_;
    const SchemaFiles& files_;
    std::map<std::string, std::optional<json::value>> read_;  // by path; nothing where no schema can be read
    std::vector<std::string> open_;
    std::size_t walked_ = 0;
};

}  // namespace

bool is_json_schema(std::string_view text) {
    const auto value = parsed(text);
    if (!value || !value->is_object()) { return false; }
    const auto& object = value->as_object();
    const auto* says = object.if_contains("$schema");
    if (says && says->is_string() && std::string_view(says->as_string()).find(publisher) != std::string_view::npos) {
        return true;
    }
    const auto* refers = object.if_contains("$ref");
    if (refers && refers->is_string() && has_object(object, "$defs")) { return true; }
    const auto* type = object.if_contains("type");
    if (type && is_type(*type)) { return has_object(object, "properties") || has_object(object, "items"); }
    return std::any_of(combining.begin(), combining.end(), [&](const char* name) {
        const auto* all = object.if_contains(name);
        return all && all->is_array() && !all->as_array().empty() &&
               std::all_of(all->as_array().begin(), all->as_array().end(), is_part);
    });
}

Result<Shape> json_schema_shape(std::string_view text, const std::string& file, const SchemaFiles& files) {
    auto schema = parsed(text);
    if (!schema) { return fail(Fault::malformed, "expected JSON"); }
    Shape shape;
    shape.format = Format::json;
    JsonSchemaNotes(shape, files).start(std::move(*schema), file);
    shape.record.has_text = shape.record.repeats = false;
    if (shape.record.below.empty()) { return fail(Fault::missing, "the schema describes no object"); }
    return shape;
}

}  // namespace haven
