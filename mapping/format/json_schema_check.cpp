#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/catalogue/value.h"
#include "mapping/format/json_schema.h"

namespace haven {
namespace {

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
    return value;
}

std::uint8_t types_of(Document::Kind kind, std::string_view text) {
    switch (kind) {
        case Document::Kind::branch: return JsonSchema::object;
        case Document::Kind::list: return JsonSchema::array;
        case Document::Kind::text: return JsonSchema::string;
        case Document::Kind::boolean: return JsonSchema::boolean;
        case Document::Kind::null: return JsonSchema::null;
        case Document::Kind::number: break;
    }
    const auto value = number_of(text);
    const bool whole = value && std::floor(*value) == *value;
    return static_cast<std::uint8_t>(JsonSchema::number | (whole ? JsonSchema::integer : 0));
}

Reason expected_type(std::uint8_t types) {
    switch (types) {
        case JsonSchema::object: return "expected an object, as the schema says";
        case JsonSchema::array: return "expected a list, as the schema says";
        case JsonSchema::string: return "expected a text, as the schema says";
        case JsonSchema::number: return "expected a number, as the schema says";
        case JsonSchema::integer: return "expected a whole number, as the schema says";
        case JsonSchema::boolean: return "expected true or false, as the schema says";
        case JsonSchema::null: return "expected null, as the schema says";
        default: return "expected a value of one of the types that the schema names";
    }
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// RFC 3339: a day, T, a time with a fraction or none, Z or an offset.
bool is_date_time(std::string_view text) {
    constexpr std::size_t least = 20;  // "2026-11-22T17:40:00Z"
    if (text.size() < least || !parse_date(text.substr(0, 10)) || text[10] != 'T') { return false; }
    if (!parse_time(text.substr(11, 8))) { return false; }
    auto rest = text.substr(19);
    if (rest.starts_with('.')) {
        const auto digits = rest.find_first_not_of("0123456789", 1);
        if (digits == 1 || digits == rest.npos) { return false; }
        rest.remove_prefix(digits);
    }
    if (rest == "Z") { return true; }
    const bool offset = rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':';
    return offset && parse_time(std::string(rest.substr(1)) + ":00").has_value();
}

bool allows(const JsonSchema::Rule& rule, Document::Kind kind, std::string_view text) {
    return rule.allowed.empty() || std::any_of(rule.allowed.begin(), rule.allowed.end(),
                                               [&](const auto& one) { return one.kind == kind && one.text == text; });
}

std::optional<Reason> wrong_text(const JsonSchema::Rule& rule, std::string_view text) {
    const auto length = characters(text);
    if (length < rule.length_min) { return Reason("expected at least ", rule.length_min, " characters"); }
    if (length > rule.length_max) { return Reason("expected at most ", rule.length_max, " characters"); }
    if (rule.format == JsonSchema::Format::date && !parse_date(text)) { return Reason("expected a day as yyyy-MM-dd"); }
    if (rule.format == JsonSchema::Format::date_time && !is_date_time(text)) {
        return Reason("expected a day and time of RFC 3339, with Z or an offset");
    }
    return std::nullopt;
}

std::optional<Reason> wrong_number(const JsonSchema::Rule& rule, std::string_view text) {
    const auto value = number_of(text);
    if (rule.minimum && (!value || *value < *rule.minimum)) {
        return Reason("expected a number that is not less than the schema says");
    }
    if (rule.maximum && (!value || *value > *rule.maximum)) {
        return Reason("expected a number that is not more than the schema says");
    }
    return std::nullopt;
}

}  // namespace

Result<void> JsonRules::check(const Document& document) const {
    return value(document, Document::root, record_);
}

// The innermost declared name at a node or around it.
Error JsonRules::wrong(const Document& document, Document::Index at, Reason reason) const {
    Error error{Fault::malformed, reason, {}};
    const auto line = document.line_of(at);
    for (auto i = at; i != Document::none; i = document.node(i).parent) {
        if (document.node(i).name == undeclared) { continue; }
        error.places.push_back(Place::field(names_.shown(document.node(i).name)));
        break;
    }
    if (line != 0) { error.places.push_back(Place::line(line)); }
    return error;
}

Result<void> JsonRules::value(const Document& document, Document::Index at, JsonSchema::RuleIndex index) const {
    const auto& rule = schema_->rule(index);
    const auto kind = document.node(at).kind;
    const auto text = document.text(at);
    if (rule.types != 0 && (rule.types & types_of(kind, text)) == 0) {
        return fail(wrong(document, at, expected_type(rule.types)));
    }
    if (!allows(rule, kind, text)) {
        return fail(wrong(document, at, Reason("expected one of the ", rule.allowed.size(), " values of the schema")));
    }
    auto reason = kind == Document::Kind::text     ? wrong_text(rule, text)
                  : kind == Document::Kind::number ? wrong_number(rule, text)
                                                   : std::nullopt;
    if (reason) { return fail(wrong(document, at, *reason)); }
    if (kind == Document::Kind::branch) {
        if (auto done = object(document, at, rule); !done) { return done; }
    }
    if (kind == Document::Kind::list) {
        if (auto done = list(document, at, rule); !done) { return done; }
    }
    for (const auto also : rule.all_of) {
        if (auto done = value(document, at, also); !done) { return done; }
    }
    return {};
}

Result<void> JsonRules::object(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const {
    if (rule.choice) {
        if (auto done = choice(document, at, *rule.choice); !done) { return done; }
    }
    for (const auto& property : rule.properties) {
        if (!property.required || document.child(at, ids_[property.name]) != Document::none) { continue; }
        auto error = wrong(document, at, "expected a value, which the schema requires");
        error.places.insert(error.places.begin(), Place::field(names_.shown(ids_[property.name])));
        return fail(std::move(error));
    }
    return properties(document, at, rule);
}

Result<void> JsonRules::properties(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const {
    for (auto child = document.node(at).first_child; child != Document::none; child = document.node(child).next) {
        const auto name = document.node(child).name;
        const auto known = std::find_if(rule.properties.begin(), rule.properties.end(),
                                        [&](const auto& property) { return ids_[property.name] == name; });
        if (known != rule.properties.end()) {
            if (auto done = value(document, child, known->rule); !done) { return done; }
        } else if (rule.closed) {
            return fail(wrong(document, child, "expected only the keys that the schema names here"));
        }
    }
    return {};
}

Result<void> JsonRules::choice(const Document& document, Document::Index at, const JsonSchema::Choice& choice) const {
    const auto said = document.child(at, ids_[choice.name]);
    if (said == Document::none) {
        auto error = wrong(document, at, "expected a value, which the schema requires");
        error.places.insert(error.places.begin(), Place::field(names_.shown(ids_[choice.name])));
        return fail(std::move(error));
    }
    for (const auto& [allowed, index] : choice.by_value) {
        const bool is_it = document.node(said).kind == allowed.kind && document.text(said) == allowed.text;
        if (is_it) { return value(document, at, index); }
    }
    return fail(wrong(document, said, Reason("expected one of the ", choice.by_value.size(), " values of the schema")));
}

Result<void> JsonRules::list(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const {
    std::size_t items = 0;
    std::vector<std::size_t> contained(rule.contains.size());
    for (auto item = document.node(at).first_child; item != Document::none; item = document.node(item).next) {
        ++items;
        if (rule.items != JsonSchema::none) {
            if (auto done = value(document, item, rule.items); !done) { return done; }
        }
        for (std::size_t i = 0; i < rule.contains.size(); ++i) {
            if (value(document, item, rule.contains[i].rule)) { ++contained[i]; }
        }
    }
    if (items < rule.items_min) {
        return fail(wrong(document, at, Reason("expected at least ", rule.items_min, " items")));
    }
    if (items > rule.items_max) {
        return fail(wrong(document, at, Reason("expected at most ", rule.items_max, " items")));
    }
    for (std::size_t i = 0; i < rule.contains.size(); ++i) {
        const auto& want = rule.contains[i];
        if (contained[i] < want.min) {
            return fail(wrong(document, at, Reason("expected at least ", want.min, " items of a kind of the schema")));
        }
        if (contained[i] > want.max) {
            return fail(wrong(document, at, Reason("expected at most ", want.max, " items of a kind of the schema")));
        }
    }
    return {};
}

}  // namespace haven
