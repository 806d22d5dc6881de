#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "core/catalogue/catalogue.h"
#include "mapping/format/json_schema.h"

namespace haven {
namespace {

namespace json = boost::json;
using RuleIndex = JsonSchema::RuleIndex;

constexpr std::array<std::pair<std::string_view, JsonSchema::Type>, 7> types{{{"object", JsonSchema::object},
                                                                              {"array", JsonSchema::array},
                                                                              {"string", JsonSchema::string},
                                                                              {"number", JsonSchema::number},
                                                                              {"integer", JsonSchema::integer},
                                                                              {"boolean", JsonSchema::boolean},
                                                                              {"null", JsonSchema::null}}};
// What says something for people only.
constexpr std::array<std::string_view, 8> notes{"$schema",  "$id",   "$comment",    "title",
                                                "examples", "$defs", "description", "default"};

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

}  // namespace

/// Walks the file once; `where` is the place in it, for the people who write schemas.
class JsonSchemaLoad {
public:
    JsonSchemaLoad(const json::value& file, std::string name) : file_(file), name_(std::move(name)) {}

    tl::expected<std::shared_ptr<const JsonSchema>, Problems> run() {
        made_->root_ = rule(file_, "#", 0);
        if (!problems_.empty()) { return tl::unexpected(std::move(problems_)); }
        return std::shared_ptr<const JsonSchema>(std::move(made_));
    }

private:
    using Where = const std::string&;

    RuleIndex problem(Where where, const std::string& message) {
        problems_.push_back({name_, 0, 0, 1, where + ": " + message});
        return 0;
    }

    RuleIndex rule(const json::value& schema, Where where, std::size_t depth) {
        if (schema.is_bool() && schema.as_bool()) { return keep({}, where); }  // `true`: anything
        if (!schema.is_object()) { return problem(where, "expected a schema: an object, or true"); }
        if (depth > JsonSchema::depth_max) { return problem(where, "expected at most 64 levels"); }
        const auto& object = schema.as_object();
        if (object.contains("$ref")) { return reference(object, where, depth); }
        JsonSchema::Rule made;
        for (const auto& [key, value] : object) { keyword(std::string(key), value, object, where, depth, made); }
        required(object, where, made);
        return keep(std::move(made), where);
    }

    RuleIndex keep(JsonSchema::Rule made, Where where) {
        if (made_->rules_.size() >= JsonSchema::rules_max) { return problem(where, "the schema is too large"); }
        made_->rules_.push_back(std::move(made));
        return static_cast<RuleIndex>(made_->rules_.size() - 1);
    }

    // Each definition is compiled once; one that leads into itself would never end.
    RuleIndex reference(const json::object& object, Where where, std::size_t depth) {
        constexpr std::string_view begin = "#/$defs/";
        const auto to = text_of(object.at("$ref"));
        for (const auto& [key, value] : object) {
            const bool note = std::find(notes.begin(), notes.end(), std::string_view(key)) != notes.end();
            if (key != "$ref" && !note) { return problem(where, "expected nothing beside $ref"); }
        }
        const auto* defs = file_.is_object() ? file_.as_object().if_contains("$defs") : nullptr;
        const auto* found = to.starts_with(begin) && defs != nullptr && defs->is_object()
                                ? defs->as_object().if_contains(to.substr(begin.size()))
                                : nullptr;
        if (found == nullptr) { return problem(where, "$ref leads to no definition below $defs of this file"); }
        const auto [known, is_new] = defined_.try_emplace(to, JsonSchema::none);
        if (!is_new && known->second == JsonSchema::none) { return problem(where, "a schema must not hold itself"); }
        if (is_new) {
            const auto compiled = rule(*found, to, depth + 1);
            defined_[to] = compiled;
            return compiled;
        }
        return known->second;
    }

    void keyword(const std::string& key, const json::value& value, const json::object& around, Where where,
                 std::size_t depth, JsonSchema::Rule& made) {
        const auto at = where + "/" + key;
        if (std::find(notes.begin(), notes.end(), key) != notes.end() || key == "required") { return; }
        if (key == "minContains" || key == "maxContains") { return; }  // read with `contains`
        if (key == "type") { return type(value, at, made); }
        if (key == "properties") { return properties(value, at, depth, made); }
        if (key == "additionalProperties") { return closed(value, at, made); }
        if (key == "items") { return void(made.items = rule(value, at, depth + 1)); }
        if (key == "contains") { return contains(value, around, at, depth, made); }
        if (key == "allOf") { return all_of(value, at, depth, made); }
        if (key == "oneOf") { return one_of(value, at, depth, made); }
        if (key == "const") { return allow(value, at, made); }
        if (key == "enum") { return enumeration(value, at, made); }
        if (key == "format") { return format(value, at, made); }
        if (key == "minimum" || key == "maximum") { return bound(key, value, at, made); }
        const std::map<std::string, std::size_t*> counts{{"minItems", &made.items_min},
                                                         {"maxItems", &made.items_max},
                                                         {"minLength", &made.length_min},
                                                         {"maxLength", &made.length_max}};
        if (const auto count = counts.find(key); count != counts.end()) { return counted(value, at, *count->second); }
        static const std::vector<std::string_view> known{"type",        "properties", "additionalProperties",
                                                         "required",    "items",      "minItems",
                                                         "maxItems",    "contains",   "minContains",
                                                         "maxContains", "allOf",      "oneOf",
                                                         "const",       "enum",       "format",
                                                         "minimum",     "maximum",    "minLength",
                                                         "maxLength"};
        const auto near = nearest_word(key, known);
        problem(where, "the keyword " + key + " is not supported" +
                           (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
    }

    void type(const json::value& value, Where where, JsonSchema::Rule& made) {
        const auto add = [&](const json::value& word) {
            for (const auto& [name, bit] : types) {
                if (text_of(word) == name) { return void(made.types |= bit); }
            }
            problem(where, "expected object, array, string, number, integer, boolean or null");
        };
        if (!value.is_array()) { return add(value); }
        for (const auto& word : value.as_array()) { add(word); }
    }

    void properties(const json::value& value, Where where, std::size_t depth, JsonSchema::Rule& made) {
        if (!value.is_object()) { return void(problem(where, "expected an object of schemas")); }
        for (const auto& [key, schema] : value.as_object()) {
            const std::string name(key);
            auto at = where;
            at.append("/").append(name);
            made.properties.push_back({named(name), rule(schema, at, depth + 1)});
        }
    }

    void required(const json::object& object, Where where, JsonSchema::Rule& made) {
        const auto* list = object.if_contains("required");
        if (list == nullptr) { return; }
        if (!list->is_array()) { return void(problem(where + "/required", "expected a list of names")); }
        for (const auto& item : list->as_array()) {
            const auto name = named(text_of(item));
            const auto known = std::find_if(made.properties.begin(), made.properties.end(),
                                            [&](const auto& property) { return property.name == name; });
            if (known == made.properties.end()) {
                problem(where + "/required", "names no property of this schema: " + text_of(item));
            } else {
                known->required = true;
            }
        }
    }

    void closed(const json::value& value, Where where, JsonSchema::Rule& made) {
        if (!value.is_bool()) { return void(problem(where, "expected true or false")); }
        made.closed = !value.as_bool();
    }

    void contains(const json::value& value, const json::object& around, Where where, std::size_t depth,
                  JsonSchema::Rule& made) {
        JsonSchema::Contains one{rule(value, where, depth + 1)};
        if (const auto* min = around.if_contains("minContains")) { counted(*min, where, one.min); }
        if (const auto* max = around.if_contains("maxContains")) { counted(*max, where, one.max); }
        made.contains.push_back(one);
    }

    void all_of(const json::value& value, Where where, std::size_t depth, JsonSchema::Rule& made) {
        if (!value.is_array()) { return void(problem(where, "expected a list of schemas")); }
        std::size_t number = 0;
        for (const auto& schema : value.as_array()) {
            made.all_of.push_back(rule(schema, where + "/" + std::to_string(number++), depth + 1));
        }
    }

    // A property that each schema requires, with a const of its own, says which of them an object must keep: so what is
    // wrong is told of that one, and not "none of these".
    void one_of(const json::value& value, Where where, std::size_t depth, JsonSchema::Rule& made) {
        if (!value.is_array() || value.as_array().empty()) {
            return void(problem(where, "expected a list of schemas"));
        }
        std::vector<RuleIndex> rules;
        for (const auto& schema : value.as_array()) {
            rules.push_back(rule(schema, where + "/" + std::to_string(rules.size()), depth + 1));
        }
        if (!problems_.empty()) { return; }
        for (const auto& candidate : made_->rules_[rules.front()].properties) {
            JsonSchema::Choice choice{candidate.name, {}};
            for (const auto index : rules) { tells_apart(index, choice); }
            if (choice.by_value.size() == rules.size()) { return void(made.choice = std::move(choice)); }
        }
        problem(where, "expected a property that each of the schemas requires, with a const of its own");
    }

    void tells_apart(RuleIndex index, JsonSchema::Choice& choice) const {
        for (const auto& property : made_->rules_[index].properties) {
            if (property.name != choice.name || !property.required) { continue; }
            const auto& allowed = made_->rules_[property.rule].allowed;
            const bool taken =
                !allowed.empty() && std::any_of(choice.by_value.begin(), choice.by_value.end(),
                                                [&](const auto& other) { return other.first.text == allowed[0].text; });
            if (allowed.size() == 1 && !taken) { choice.by_value.emplace_back(allowed[0], index); }
        }
    }

    void enumeration(const json::value& value, Where where, JsonSchema::Rule& made) {
        if (!value.is_array() || value.as_array().empty()) { return void(problem(where, "expected a list of values")); }
        for (const auto& one : value.as_array()) { allow(one, where, made); }
    }

    void allow(const json::value& value, Where where, JsonSchema::Rule& made) {
        const auto kind = value.is_string()                       ? Document::Kind::text
                          : value.is_bool()                       ? Document::Kind::boolean
                          : value.is_null()                       ? Document::Kind::null
                          : value.is_int64() || value.is_uint64() ? Document::Kind::number
                                                                  : Document::Kind::branch;
        if (kind == Document::Kind::branch) {
            return void(problem(where, "expected texts, whole numbers, true, false or null"));
        }
        made.allowed.push_back({kind, kind == Document::Kind::null ? "" : text_of(value)});
    }

    void format(const json::value& value, Where where, JsonSchema::Rule& made) {
        const auto name = text_of(value);
        if (name == "date") {
            made.format = JsonSchema::Format::date;
        } else if (name == "date-time") {
            made.format = JsonSchema::Format::date_time;
        } else {
            problem(where, "the formats that are checked are date and date-time");
        }
    }

    void bound(const std::string& key, const json::value& value, Where where, JsonSchema::Rule& made) {
        if (!value.is_number()) { return void(problem(where, "expected a number")); }
        (key == "minimum" ? made.minimum : made.maximum) = value.to_number<double>();
    }

    void counted(const json::value& value, Where where, std::size_t& into) {
        if (!value.is_int64() || value.as_int64() < 0) {
            return void(problem(where, "expected a whole number from 0"));
        }
        into = static_cast<std::size_t>(value.as_int64());
    }

    std::size_t named(const std::string& name) {
        const auto [known, is_new] = numbers_.try_emplace(name, made_->names_.size());
        if (is_new) { made_->names_.push_back(name); }
        return known->second;
    }

    const json::value& file_;
    std::string name_;
    std::shared_ptr<JsonSchema> made_{new JsonSchema()};
    std::map<std::string, RuleIndex> defined_;  // by $ref; `none` while it is compiled
    std::map<std::string, std::size_t> numbers_;
    Problems problems_;
};

tl::expected<std::shared_ptr<const JsonSchema>, Problems> JsonSchema::compile(std::string_view text,
                                                                              const std::string& file) {
    const auto refused = [&](const char* why) { return tl::unexpected(Problems{{file, 0, 0, 1, why}}); };
    if (text.size() > bytes_max) { return refused("the schema is too large"); }
    json::error_code failed;
    json::parse_options strict;
    strict.max_depth = depth_max;
    const auto value = json::parse({text.data(), text.size()}, failed, {}, strict);
    if (failed) { return refused("is not JSON"); }
    return JsonSchemaLoad(value, file).run();
}

JsonSchema::RuleIndex JsonSchema::property(RuleIndex of, std::string_view name) const {
    for (const auto& one : rules_[of].properties) {
        if (names_[one.name] == name) { return one.rule; }
    }
    for (const auto index : rules_[of].all_of) {
        if (const auto found = property(index, name); found != none) { return found; }
    }
    if (!rules_[of].choice) { return none; }
    for (const auto& [value, index] : rules_[of].choice->by_value) {
        if (const auto found = property(index, name); found != none) { return found; }
    }
    return none;
}

JsonSchema::RuleIndex JsonSchema::record(const std::vector<std::string>& path) const {
    auto at = root_;
    for (const auto& name : path) {
        at = property(at, name);
        if (at == none) { return none; }
    }
    const auto& found = rules_[at];
    return !path.empty() || found.types == array ? found.items : at;
}

}  // namespace haven
