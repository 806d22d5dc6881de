#include "mapping/check/schema_places.h"

#include <algorithm>
#include <map>

namespace haven {

void SchemaPlace::add(std::uint32_t one) {
    if (std::find(as.begin(), as.end(), one) == as.end()) { as.push_back(one); }
}

void SchemaPlace::add(const SchemaPlace& other) {
    anything = anything || other.anything;
    for (const auto one : other.as) { add(one); }
}

namespace {

std::string key_of(std::string_view space, const char* mark, std::string_view name) {
    std::string out;
    if (!space.empty()) { out.append("{").append(space).append("}"); }
    return out.append(mark).append(name);
}

/// A place is one of several types; the message is a place of its own, above the roots.
class XmlPlaces : public SchemaPlaces {
public:
    explicit XmlPlaces(std::shared_ptr<const xml::Schema> schema) : schema_(std::move(schema)) {
        for (xml::TypeIndex i = 0; i < schema_->types().size(); ++i) {
            const auto& type = schema_->types()[i];
            if (!type.simple && type.base != xml::none) { derived_[type.base].push_back(i); }
        }
        for (const auto& element : schema_->elements()) {
            element_keys_.push_back(key_of(element.space, "", element.name));
        }
    }

    SchemaPlace message(const std::vector<ast::Predicate>& /*holds*/) override { return {false, {the_message}}; }

    SchemaPlace below(const SchemaPlace& place, std::string_view key,
                      const std::vector<ast::Predicate>& /*holds*/) override {
        SchemaPlace out{place.anything};
        for (const auto type : place.as) { add_below(type, key, out); }
        return out;
    }

    SchemaPlace named(std::string_view key) override {
        SchemaPlace out;
        for (std::size_t i = 0; i < element_keys_.size(); ++i) {
            if (element_keys_[i] == key) { add(schema_->elements()[i].type, out); }
        }
        return out;
    }

    SchemaPlace declared(const SchemaPlace& place) override {
        SchemaPlace out{place.anything};
        const auto stands = [&](auto type) {
            return std::find(place.as.begin(), place.as.end(), type) != place.as.end();
        };
        for (const auto type : place.as) {
            if (type == the_message || !derives_from_one_that(stands, type)) { out.add(type); }
        }
        return out;
    }

    std::vector<std::string_view> keys(const SchemaPlace& place) override {
        std::vector<std::string_view> out;
        for (const auto type : place.as) {
            const auto& below = of(type).below;
            out.reserve(out.size() + below.size());
            for (const auto& [key, to] : below) { out.emplace_back(key); }
        }
        return out;
    }

    std::vector<std::string_view> keys() override { return {element_keys_.begin(), element_keys_.end()}; }

    bool leaves_open(const SchemaPlace& place) override {
        return std::any_of(place.as.begin(), place.as.end(), [&](auto type) { return of(type).any_element; });
    }

    bool has_text(const SchemaPlace& place) override {
        return place.anything || std::any_of(place.as.begin(), place.as.end(), [&](auto type) {
                   return type != the_message &&
                          (schema_->types()[type].text != xml::none || schema_->types()[type].mixed);
               });
    }

    std::vector<std::string_view> values(const SchemaPlace& place) override {
        std::vector<std::string_view> out;
        for (const auto type : place.as) {
            const auto text = type == the_message ? xml::none : schema_->types()[type].text;
            if (text == xml::none) { continue; }
            const auto& simple = schema_->types()[text].simple;
            if (!simple || simple->values.empty()) { return {}; }
            for (const auto& value : simple->values) { out.emplace_back(value.text); }
        }
        return place.anything ? std::vector<std::string_view>{} : out;
    }

private:
    static constexpr std::uint32_t the_message = xml::none;

    struct Known {
        std::map<std::string, SchemaPlace, std::less<>> below;
        bool any_element = false;
        bool any_attribute = false;
    };

    // An abstract type says nothing itself: those that derive from it are what is declared.
    template <class F>
    bool derives_from_one_that(const F& stands, xml::TypeIndex type) const {
        for (auto at = schema_->types()[type].base; at != xml::none; at = schema_->types()[at].base) {
            const auto& base = schema_->types()[at];
            if (base.is_standard() && !base.simple) { return false; }  // every type derives from xs:anyType
            if (stands(at) && !base.is_abstract) { return true; }
            if (base.base == at) { return false; }
        }
        return false;
    }

    void add_below(std::uint32_t type, std::string_view key, SchemaPlace& to) {
        const auto& known = of(type);
        if (const auto found = known.below.find(key); found != known.below.end()) { return to.add(found->second); }
        const auto local = key.substr(key.starts_with('{') ? key.find('}') + 1 : 0);
        to.anything = to.anything || (local.starts_with('@') ? known.any_attribute : known.any_element);
    }

    const Known& of(std::uint32_t type) {
        const auto [at, is_new] = known_.try_emplace(type);
        auto& known = at->second;
        if (!is_new) { return known; }
        if (type == the_message) {
            for (const auto& element : schema_->elements()) {
                if (element.is_global) { add(element.type, known.below[key_of(element.space, "", element.name)]); }
            }
            return known;
        }
        for (const auto& attribute : schema_->types()[type].attributes) {
            add(attribute.type, known.below[key_of(attribute.space, "@", attribute.name)]);
        }
        const auto children = schema_->children(type);
        for (const auto& child : children.elements) {
            const auto& element = schema_->elements()[child.element];
            add(element.type, known.below[key_of(element.space, "", element.name)]);
        }
        known.any_element = children.any;
        known.any_attribute = schema_->types()[type].any_attribute;
        return known;
    }

    // A message may name a type that derives from the declared one: xsi:type. Every type derives from the standard's.
    void add(xml::TypeIndex type, SchemaPlace& to) const {
        if (type == xml::none) {
            to.anything = true;
            return;
        }
        to.add(type);
        const auto from = derived_.find(type);
        if (from == derived_.end() || schema_->types()[type].is_standard()) { return; }
        for (const auto other : from->second) { add(other, to); }
    }

    std::shared_ptr<const xml::Schema> schema_;
    std::vector<std::string> element_keys_;
    std::map<xml::TypeIndex, std::vector<xml::TypeIndex>> derived_;
    std::map<std::uint32_t, Known> known_;
};

/// A place is one of several rules: a list's own and those of its items, as a path goes through lists unsaid.
class JsonPlaces : public SchemaPlaces {
public:
    explicit JsonPlaces(std::shared_ptr<const JsonSchema> schema) : schema_(std::move(schema)) {}

    SchemaPlace message(const std::vector<ast::Predicate>& holds) override {
        SchemaPlace out;
        add(schema_->root(), holds, out);
        return out;
    }

    SchemaPlace below(const SchemaPlace& place, std::string_view key,
                      const std::vector<ast::Predicate>& holds) override {
        SchemaPlace out{place.anything};
        for (const auto index : place.as) {
            add_property(index, key, holds, out);
            out.anything = out.anything || is_open(index);
        }
        return out;
    }

    SchemaPlace named(std::string_view key) override {
        SchemaPlace out;
        for (RuleIndex i = 0; i < schema_->rule_count(); ++i) { add_property(i, key, {}, out); }
        return out;
    }

    SchemaPlace declared(const SchemaPlace& place) override { return place; }

    std::vector<std::string_view> keys(const SchemaPlace& place) override {
        std::vector<std::string_view> out;
        for (const auto index : place.as) {
            for (const auto& property : schema_->rule(index).properties) {
                out.emplace_back(schema_->names()[property.name]);
            }
        }
        return out;
    }

    std::vector<std::string_view> keys() override { return {schema_->names().begin(), schema_->names().end()}; }

    bool leaves_open(const SchemaPlace& place) override {
        const auto is_closed = [&](auto i) { return schema_->rule(i).closed; };
        return std::any_of(place.as.begin(), place.as.end(), [&](auto i) { return takes_fields(i); }) &&
               std::none_of(place.as.begin(), place.as.end(), is_closed);
    }

    bool has_text(const SchemaPlace& place) override {
        return place.anything || std::any_of(place.as.begin(), place.as.end(), [&](auto i) { return takes_text(i); });
    }

    std::vector<std::string_view> values(const SchemaPlace& place) override {
        std::vector<std::string_view> out;
        for (const auto index : place.as) {
            if (!takes_text(index)) { continue; }
            const auto& allowed = schema_->rule(index).allowed;
            if (allowed.empty()) { return {}; }
            for (const auto& one : allowed) { out.emplace_back(one.text); }
        }
        return place.anything ? std::vector<std::string_view>{} : out;
    }

private:
    using RuleIndex = JsonSchema::RuleIndex;

    void add_property(RuleIndex of, std::string_view key, const std::vector<ast::Predicate>& holds,
                      SchemaPlace& to) const {
        for (const auto& property : schema_->rule(of).properties) {
            if (schema_->names()[property.name] == key) { add(property.rule, holds, to); }
        }
    }

    void add(RuleIndex index, const std::vector<ast::Predicate>& holds, SchemaPlace& to) const {
        const auto& rule = schema_->rule(index);
        to.add(index);
        if (rule.items != JsonSchema::none) { add(rule.items, holds, to); }
        for (const auto also : rule.all_of) {
            if (!is_open(also)) { add(also, holds, to); }  // it takes nothing away from what the others say
        }
        if (!rule.choice) { return; }
        const auto& name = schema_->names()[rule.choice->name];
        const auto asked = std::find_if(holds.begin(), holds.end(), [&](const auto& p) { return p.name.text == name; });
        const auto& all = rule.choice->by_value;
        const auto is_asked = [&](const auto& one) { return asked->value.text == one.first.text; };
        const bool tells = asked != holds.end() && std::any_of(all.begin(), all.end(), is_asked);
        for (const auto& one : all) {
            if (!tells || is_asked(one)) { add(one.second, holds, to); }
        }
    }

    // Fields with names of their own.
    bool takes_fields(RuleIndex index) const {
        const auto& rule = schema_->rule(index);
        return !rule.closed && rule.allowed.empty() && (rule.types == 0 || (rule.types & JsonSchema::object) != 0);
    }

    // It says nothing of what stands below.
    bool is_open(RuleIndex index) const {
        const auto& rule = schema_->rule(index);
        const bool takes_some = takes_fields(index) || (rule.types & JsonSchema::array) != 0;
        return takes_some && rule.properties.empty() && rule.all_of.empty() && !rule.choice &&
               rule.items == JsonSchema::none;
    }

    bool takes_text(RuleIndex index) const {
        constexpr unsigned texts = JsonSchema::string | JsonSchema::number | JsonSchema::integer | JsonSchema::boolean;
        const auto& rule = schema_->rule(index);
        const bool says_fields = !rule.properties.empty() || !rule.all_of.empty() || rule.choice.has_value() ||
                                 rule.items != JsonSchema::none;
        return (rule.types & texts) != 0 || (rule.types == 0 && !says_fields);
    }

    std::shared_ptr<const JsonSchema> schema_;
};

}  // namespace

std::unique_ptr<SchemaPlaces> places_of(std::shared_ptr<const xml::Schema> schema) {
    return std::make_unique<XmlPlaces>(std::move(schema));
}

std::unique_ptr<SchemaPlaces> places_of(std::shared_ptr<const JsonSchema> schema) {
    return std::make_unique<JsonPlaces>(std::move(schema));
}

}  // namespace haven
