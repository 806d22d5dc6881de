#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/catalogue/catalogue.h"
#include "core/catalogue/value.h"
#include "core/seal/sha256.h"
#include "core/xml/schema.h"

namespace haven {
namespace {

using xml::ElementDeclaration;
using xml::Schema;
using xml::SimpleType;
using xml::TypeDefinition;

constexpr const char* main_file = "canonical.xsd";  // includes one file a record type
constexpr std::string_view case_file_type = "case-file";
constexpr std::size_t path_depth_max = 12;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) { return {}; }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view appinfo(const xml::Note& note, std::string_view source) {
    for (const auto& info : note.appinfo) {
        if (info.source == source) { return trimmed(info.text); }
    }
    return {};
}

std::vector<std::string> words(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> out;
    for (std::string word; in >> word;) { out.push_back(word); }
    return out;
}

Error schema_error(Reason reason, std::string_view path) {
    return Error{Fault::malformed, reason, {}}.at(Place::path(Name::declare(path)));
}

/// How instances of a repeated group are told apart: leaves below it, by name.
constexpr std::size_t span_leaves = 4;

struct KeyNames {
    std::vector<std::string> key;
    std::vector<std::string> stands;
    std::vector<std::string> span;
};

std::optional<ValueKind> kind_of(const SimpleType& type, std::string_view kind_note) {
    if (kind_note == "phone") { return ValueKind::phone; }
    if (kind_note == "email") { return ValueKind::email; }
    if (kind_note == "postcode") { return ValueKind::postcode; }
    if (kind_note == "uprn") { return ValueKind::uprn; }
    if (!kind_note.empty() || type.variety != SimpleType::Variety::atomic || !type.patterns.empty()) {
        return std::nullopt;
    }
    switch (type.primitive) {
        case xml::Primitive::string: return type.values.empty() ? ValueKind::text : ValueKind::code;
        case xml::Primitive::date: return ValueKind::date;
        case xml::Primitive::date_time: return ValueKind::instant;
        case xml::Primitive::time: return ValueKind::time;
        case xml::Primitive::integer: return ValueKind::integer;
        case xml::Primitive::decimal: return ValueKind::decimal;
        default: return std::nullopt;
    }
}

void take_facets(const SimpleType& from, FieldType& to) {
    if (from.length) { to.length_min = to.length_max = *from.length; }
    if (from.min_length) { to.length_min = *from.min_length; }
    if (from.max_length) { to.length_max = *from.max_length; }
    if (from.min_inclusive) { to.value_min = parse_decimal_floor(*from.min_inclusive).value_or(INT64_MIN); }
    if (from.max_inclusive) { to.value_max = parse_decimal_floor(*from.max_inclusive).value_or(INT64_MAX); }
    for (const auto& value : from.values) {
        const auto meaning = value.note.documentation.empty() ? "" : trimmed(value.note.documentation.front());
        to.codes.push_back({value.text, std::string(meaning)});
    }
}

}  // namespace

/// Walks the schema from each record element and numbers what it finds.
class CatalogueBuilder {
public:
    explicit CatalogueBuilder(const Schema& schema) : schema_(schema), made_(new Catalogue()) {
        made_->groups_.push_back({});  // group 0 is the record
    }

    Result<void> add_record_type(xml::ElementIndex index) {
        const auto& element = schema_.elements()[index];
        RecordType type;
        type.name = Name::declare(element.name);
        if (!element.note.documentation.empty()) { type.meaning = trimmed(element.note.documentation.front()); }
        type_ = &type;
        Scope scope{.path = "", .group = root_group};
        auto walked = walk(element.type, scope, 0);
        type_ = nullptr;
        if (!walked) { return fail(std::move(walked).error()); }
        made_->record_types_.push_back(std::move(type));
        return {};
    }

    Result<std::shared_ptr<const Catalogue>> finish(std::string hash, int version) {
        add_case_file();
        for (auto& type : made_->record_types_) {
            type.requirements_of.resize(made_->groups_.size());
            for (std::size_t i = 0; i < type.requirements.size(); ++i) {
                type.requirements_of[type.requirements[i].group.value].push_back(i);
            }
        }
        for (auto& [path, leaf] : rules_) {
            const auto rule = made_->find(leaf);
            if (!rule) { return fail(schema_error("expected a safety rule beside the contact point", path)); }
            made_->fields_[made_->find(path)->value].rule = rule;
        }
        for (const auto& [number, paths] : made_of_) {
            for (const auto& path : paths) {
                const auto of = named(path);
                if (of.empty()) {
                    return fail(schema_error("expected a leaf to be made of paths that there are", path));
                }
                made_->fields_[number.value].made_of |= of;
            }
            made_->worked_out_.add(number);
        }
        for (const auto& [group, names] : keys_) {
            auto& info = made_->groups_[group.value];
            for (const auto& [of, into] :
                 {std::pair{&names.key, &info.key}, {&names.stands, &info.stands}, {&names.span, &info.span}}) {
                auto found = leaves_below(group, *of);
                if (!found) { return fail(std::move(found).error()); }
                *into = std::move(*found);
            }
            if (!info.span.empty() && info.span.size() != span_leaves) {
                return fail(schema_error("expected a day, a start, an end and a last day", info.path.text()));
            }
        }
        made_->hash_ = std::move(hash);
        made_->version_ = version;
        return std::shared_ptr<const Catalogue>(std::move(made_));
    }

private:
    /// Where the walk is: the path, the repeated group and unit around it, and the branches that may be absent.
    struct Scope {
        std::string path;
        GroupNumber group;
        std::int32_t whole = -1;
        bool always = true;                 ///< every branch from the group down to here must be there
        std::vector<FieldNumber> leaves{};  ///< of the branch, filled on the way back
        std::vector<GroupNumber> groups{};
    };

    Result<void> walk(xml::TypeIndex type_index, Scope& scope, std::size_t depth) {
        const auto& type = schema_.types()[type_index];
        if (depth > path_depth_max) { return fail(schema_error("expected no recursion", scope.path)); }
        const bool plain = std::all_of(type.content.parts.begin(), type.content.parts.end(),
                                       [](const xml::Particle& p) { return p.kind == xml::Particle::Kind::element; });
        if (type.content.kind != xml::Particle::Kind::sequence || !plain || type.mixed || !type.attributes.empty()) {
            return fail(schema_error("expected a sequence of elements, without choice, any, mixed text or attributes",
                                     scope.path));
        }
        const auto deferred = std::move(pending_);
        pending_.clear();
        for (const auto& particle : type.content.parts) {
            auto walked = particle_below(particle, scope, depth);
            if (!walked) { return walked; }
        }
        return settle(scope, deferred);
    }

    Result<void> particle_below(const xml::Particle& particle, Scope& scope, std::size_t depth) {
        const auto& element = schema_.elements()[particle.element];
        const auto& type = schema_.types()[element.type];
        Scope below{.path = scope.path.empty() ? element.name : scope.path + "/" + element.name,
                    .group = scope.group,
                    .whole = scope.whole};
        const bool repeats = particle.max != 1;
        if (type.simple) {
            if (repeats) { return fail(schema_error("expected a repeated leaf to stand in a group", below.path)); }
            return leaf(element, type, particle.min > 0, scope, below);
        }
        if (!appinfo(type.note, "whole").empty() && !repeats && below.whole < 0) { below.whole = unit(below.path); }
        if (repeats) {
            auto group = add_group(below.path, scope.group, scope.whole);
            if (!group) { return fail(std::move(group).error()); }
            below.group = *group;
            below.whole = -1;
            KeyNames names{words(appinfo(type.note, "key")), words(appinfo(type.note, "stands")),
                           words(appinfo(type.note, "together"))};
            if (names.key.empty()) { return fail(schema_error("expected a repeated group to have a key", below.path)); }
            keys_[*group] = std::move(names);
            auto& info = made_->groups_[group->value];
            info.nameless_joined = appinfo(type.note, "nameless") == "joined";
            scope.groups.push_back(*group);
        }
        below.always = repeats || (scope.always && particle.min > 0);
        auto walked = walk(element.type, below, depth + 1);
        if (!walked) { return walked; }
        if (repeats) { return {}; }
        if (particle.min > 0) { require(scope, below.leaves, below.groups, below.path); }
        scope.leaves.insert(scope.leaves.end(), below.leaves.begin(), below.leaves.end());
        scope.groups.insert(scope.groups.end(), below.groups.begin(), below.groups.end());
        return {};
    }

    Result<std::vector<FieldNumber>> leaves_below(GroupNumber group, const std::vector<std::string>& names) const {
        std::vector<FieldNumber> out;
        for (const auto& name : names) {
            const auto field = made_->find(std::string(made_->group(group).path.text()) + "/" + name);
            if (!field || made_->field(*field).group != group) {
                return fail(schema_error("expected the key of a group to name leaves below it",
                                         made_->group(group).path.text()));
            }
            out.push_back(*field);
        }
        return out;
    }

    Result<void> leaf(const ElementDeclaration& element, const TypeDefinition& type, bool required, Scope& scope,
                      const Scope& below) {
        auto number = add_field(element, type, below);
        if (!number) { return fail(std::move(number).error()); }
        type_->fields.add(*number);
        scope.leaves.push_back(*number);
        if (required) { require(scope, {*number}, {}, below.path); }
        return {};
    }

    // What is required under a branch that may be absent is required where the branch has any leaf: known at its end.
    void require(const Scope& scope, std::vector<FieldNumber> any_of, std::vector<GroupNumber> groups,
                 const std::string& path) {
        pending_.push_back({scope.group, std::move(any_of), std::move(groups), {}, Name::declare(path)});
    }

    Result<void> settle(const Scope& scope, const std::vector<Requirement>& deferred) {
        auto mine = std::move(pending_);
        pending_ = deferred;
        for (auto& requirement : mine) {
            if (!scope.always && requirement.trigger.empty()) {
                for (const auto f : scope.leaves) { requirement.trigger.add(f); }
            }
            type_->requirements.push_back(std::move(requirement));
        }
        return {};
    }

    std::int32_t unit(const std::string& path) {
        return units_.try_emplace(path, static_cast<std::int32_t>(units_.size())).first->second;
    }

    Result<GroupNumber> add_group(const std::string& path, GroupNumber parent, std::int32_t whole) {
        auto number = made_->find_group(path);
        if (!number) {
            number = GroupNumber{static_cast<std::uint16_t>(made_->groups_.size())};
            const auto name = Name::declare(path);
            made_->groups_.push_back({.path = name, .parent = parent, .whole = whole});
            made_->groups_[parent.value].below.push_back(*number);
            made_->group_by_path_[name.text()] = *number;
        }
        if (!type_->has_group(*number)) { type_->groups.push_back(*number); }
        return *number;
    }

    Result<FieldNumber> add_field(const ElementDeclaration& element, const TypeDefinition& type, const Scope& at) {
        auto class_text = appinfo(element.note, "class");
        if (class_text.empty()) { class_text = appinfo(type.note, "class"); }
        const auto cls = field_class_from(class_text);
        if (!cls) { return fail(schema_error("expected a class for every leaf", at.path)); }
        auto origin = appinfo(element.note, "origin");
        if (origin.empty()) { origin = appinfo(type.note, "origin"); }
        if (origin.empty()) { return fail(schema_error("expected an origin for every leaf", at.path)); }
        auto field_type = simple_type(type, at.path);
        if (!field_type) { return fail(std::move(field_type).error()); }
        if (const auto known = made_->find(at.path)) {
            const auto& before = made_->field(*known);
            if (before.type != *field_type || before.cls != *cls || before.group != at.group) {
                return fail(schema_error("expected the same path to be the same fact in every record type", at.path));
            }
            return *known;
        }
        if (made_->fields_.size() >= limits::fields_max) {
            return fail(schema_error(Reason("expected at most ", limits::fields_max, " paths"), at.path));
        }
        const FieldNumber number{static_cast<std::uint16_t>(made_->fields_.size())};
        FieldInfo info{.path = Name::declare(at.path), .group = at.group, .type = *field_type, .cls = *cls};
        info.raises = appinfo(element.note, "raises");
        info.earliest_stands = appinfo(element.note, "earliest") == "stands";
        info.whole = at.whole;
        info.source = origin;
        if (!element.note.documentation.empty()) { info.meaning = trimmed(element.note.documentation.front()); }
        if (const auto rule = appinfo(element.note, "rule"); !rule.empty()) {
            rules_[at.path] = at.path.substr(0, at.path.rfind('/') + 1) + std::string(rule);
        }
        if (auto of = words(appinfo(element.note, "made-of")); !of.empty()) {
            made_of_.emplace_back(number, std::move(of));
        }
        made_->by_path_[info.path.text()] = number;
        made_->classes_.at(static_cast<std::size_t>(*cls)).add(number);
        made_->fields_.push_back(std::move(info));
        return number;
    }

    // The leaf of a path, or all below "path/*".
    FieldSet named(std::string_view path) const {
        FieldSet found;
        if (!path.ends_with("/*")) {
            if (const auto field = made_->find(path)) { found.add(*field); }
            return found;
        }
        path.remove_suffix(1);
        for (std::uint16_t f = 0; f < made_->fields_.size(); ++f) {
            if (made_->fields_[f].path.text().starts_with(path)) { found.add({f}); }
        }
        return found;
    }

    // One FieldType for each named simple type, so that equal types compare by address.
    Result<const FieldType*> simple_type(const TypeDefinition& type, const std::string& path) {
        if (const auto known = types_.find(type.name); known != types_.end()) { return known->second; }
        const auto kind = kind_of(*type.simple, appinfo(type.note, "kind"));
        if (!kind || type.name.empty()) {
            return fail(
                schema_error("expected a named type of text, code, date, time, number or a declared kind", path));
        }
        auto made = std::make_unique<FieldType>();
        made->name = Name::declare(type.name);
        made->kind = *kind;
        take_facets(*type.simple, *made);
        const auto* kept = made.get();
        made_->types_.push_back(std::move(made));
        types_[type.name] = kept;
        return kept;
    }

    // The case file may hold what any record type brings.
    void add_case_file() {
        RecordType all;
        all.name = Name::declare(case_file_type);
        all.meaning = "Everything that is known of a case.";
        for (const auto& type : made_->record_types_) { all.fields |= type.fields; }
        for (std::uint16_t g = 1; g < made_->groups_.size(); ++g) { all.groups.push_back({g}); }
        made_->record_types_.push_back(std::move(all));
    }

    const Schema& schema_;
    std::shared_ptr<Catalogue> made_;
    RecordType* type_ = nullptr;
    std::vector<Requirement> pending_;
    std::map<std::string, const FieldType*> types_;
    std::vector<std::pair<FieldNumber, std::vector<std::string>>> made_of_;
    std::map<std::string, std::string> rules_;  // path of the contact point -> path of its rule
    std::map<GroupNumber, KeyNames> keys_;
    std::map<std::string, std::int32_t> units_;
};

Result<std::shared_ptr<const Catalogue>> Catalogue::load(const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    std::set<fs::path> files;  // sorted: the hash does not depend on the folder's order
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".xsd") { files.insert(entry.path()); }
    }
    std::string text;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        put_bytes(text, file.filename().string());
        put_bytes(text, std::string(std::istreambuf_iterator<char>(in), {}));
    }
    const auto schema = Schema::load(folder, main_file);
    if (!schema) {
        const auto& problem = schema.error().front();
        return fail(Error{Fault::malformed, "expected a schema that compiles", {}}
                        .at(Place::line(problem.line))
                        .at(Place::file(Name::declare(problem.file))));
    }
    std::map<std::string, xml::ElementIndex> record_elements;  // sorted by name
    for (std::size_t i = 0; i < (*schema)->elements().size(); ++i) {
        const auto& element = (*schema)->elements()[i];
        if (element.is_global) { record_elements[element.name] = static_cast<xml::ElementIndex>(i); }
    }
    CatalogueBuilder builder(**schema);
    for (const auto& [name, element] : record_elements) {
        auto added = builder.add_record_type(element);
        if (!added) { return fail(std::move(added).error().at(Place::file(Name::declare(folder)))); }
    }
    const auto version = parse_integer(fs::path(folder).filename().string()).value_or(0);
    return builder.finish(std::string(sha256(text).view().substr(0, 16)), static_cast<int>(version));
}

}  // namespace haven
