#include <algorithm>

#include "mapping/check/compile.h"

namespace haven {
namespace {

constexpr std::size_t shown_max = 6;  // names told of a place where none is near

// "{uri}local" and "{uri}@local" without the namespace.
std::string_view local_name(std::string_view key) {
    return key.substr(key.starts_with('{') ? key.find('}') + 1 : 0);
}

// "a, b, c and 12 more"
std::string some_of(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) {
        out.append(i > 0 ? ", " : "").append(names[i]);
    }
    return names.size() <= shown_max ? out : out + " and " + std::to_string(names.size() - shown_max) + " more";
}

std::string_view without_prefix(std::string_view name) {
    return name.substr(name.rfind(':') + 1);
}

// Nothing is asked below what has been told of already.
SchemaPlace anything() {
    return {true};
}

}  // namespace

// The places of a record: below the split, the root that the map names, or any.
void MapCompiler::begin_at_record() {
    if (!places_ || !problems_.empty()) { return; }
    here_ = places_->message(constants());
    if (ast_.split) {
        here_ = known(*ast_.split);
    } else if (made_->root_ != undeclared) {
        here_ = places_->below(here_, made_->vocabulary_.key(made_->root_), {});
    } else if (made_->format_ == Format::xml) {
        SchemaPlace roots;
        for (const auto& root : places_->keys(here_)) { roots.add(places_->below(here_, root, {})); }
        here_ = roots;
    }
}

// The partner's constants of the whole message: they may tell which of several messages of one schema this is.
std::vector<ast::Predicate> MapCompiler::constants() const {
    std::vector<ast::Predicate> out;
    for (const auto& line : ast_.body.fields) {
        const bool of_partner = line.constant && line.canonical.text.empty() && line.partner.size() == 1;
        if (!of_partner || line.partner[0].steps.size() != 1) { continue; }
        out.push_back({line.partner[0].steps[0].name, *line.constant});
    }
    return out;
}

SchemaPlace MapCompiler::known(const ast::PartnerPath& path) {
    auto at = here_;
    if (!places_) { return at; }
    // Spelled only where something is wrong there, or may be.
    const auto way_to = [&](std::size_t step) {
        auto out = around_;
        for (std::size_t i = 0; i < step; ++i) { out = joined(out, path.steps[i].name.text); }
        return out;
    };
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        const auto& step = path.steps[i];
        auto found = below(at, step.name, step.predicates);
        at = found.exists() ? std::move(found) : unknown(at, step.name, way_to(i));
        for (const auto& predicate : step.predicates) {
            const auto way = way_to(i + 1);
            const bool itself = predicate.name.text == ".";
            const auto asked = itself ? at : known_below(at, predicate.name, way);
            known_value(asked, predicate.value, itself ? way : joined(way, predicate.name.text));
        }
        for (const auto& follow : made_->follows_) {
            if (made_->vocabulary_.key(follow.from) == qualified(step.name)) {
                at.add(places_->named(made_->vocabulary_.key(follow.to)));
            }
        }
    }
    return at;
}

SchemaPlace MapCompiler::below(const SchemaPlace& at, const ast::Word& name, const std::vector<ast::Predicate>& holds) {
    const auto full = qualified(name);
    return full ? places_->below(at, *full, holds) : anything();
}

SchemaPlace MapCompiler::known_below(const SchemaPlace& at, const ast::Word& name, const std::string& way) {
    auto found = below(at, name, {});
    return found.exists() ? found : unknown(at, name, way);
}

SchemaPlace MapCompiler::unknown(const SchemaPlace& at, const ast::Word& name, const std::string& way) {
    if (is_ignored_ && places_->leaves_open(at)) { return anything(); }  // what nobody reads need not be named
    const auto below = way.empty() ? std::string{} : " below " + way;
    problem(name.span, "the schema knows no " + name.text + below + near_key(name, places_->keys(at)));
    return anything();
}

void MapCompiler::known_value(const SchemaPlace& at, const ast::Word& value, const std::string& way) {
    const auto values = places_->values(at);
    if (!values.empty()) { refuse_unlisted(value, values, way); }
}

void MapCompiler::refuse_unlisted(const ast::Word& value, const std::vector<std::string_view>& values,
                                  const std::string& way) {
    if (std::find(values.begin(), values.end(), value.text) != values.end()) { return; }
    problem(value.span,
            "the schema knows no value " + value.text + " of " + way + suggesting(nearest_word(value.text, values)));
}

// A table says what each value means that the schema lists; yes_no is a table too.
void MapCompiler::known_codes(const ast::FieldLine& line, ast::Arrow arrow) {
    if (!places_ || line.conversions.empty()) { return; }
    const auto& conversion = line.conversions[0];
    const bool is_words = conversion.name.text == "yes_no";
    if ((!is_words && conversion.name.text != "code") || conversion.arguments.empty()) { return; }
    const auto values = places_->values(there_);
    const auto path = joined(around_, spelled(line.partner[0]));
    std::vector<std::string_view> read;
    if (is_words) {
        for (const auto& word : conversion.arguments) {
            known_value(there_, word, path);
            read.push_back(word.text);
        }
    } else if (const auto table = tables_.find(conversion.arguments[0].text); table != tables_.end()) {
        for (const auto& row : table->second->rows()) {
            if (row.arrow != ast::Arrow::out) { read.push_back(row.partner); }
        }
        auto& listed = listed_.try_emplace(table->first, Listed{path}).first->second;
        listed.all = listed.all && !values.empty();
        listed.values.insert(listed.values.end(), values.begin(), values.end());
    } else {
        return;
    }
    std::set<std::string> missing;
    for (const auto& value : values) {
        const bool reads = std::find(read.begin(), read.end(), value) != read.end();
        if (!reads && !value.empty()) { missing.emplace(value); }
    }
    if (missing.empty() || arrow == ast::Arrow::out) { return; }
    problem(conversion.name.span, "the schema has values of " + path +
                                      " that this does not read: " + some_of({missing.begin(), missing.end()}));
}

// The rows of the map's own tables: a list of schemas/codes may have what one dialect does not send.
void MapCompiler::known_rows() {
    for (const auto& table : ast_.tables) {
        const auto found = listed_.find(table.name.text);
        if (found == listed_.end() || !found->second.all) { continue; }
        for (const auto& row : table.rows) { refuse_unlisted(row.partner, found->second.values, found->second.path); }
    }
}

// A line above the fields would never read anything.
void MapCompiler::holds_text(const ast::PartnerPath& path) {
    if (!places_ || places_->has_text(there_)) { return; }
    problem(path.span, "the schema has no text in " + joined(around_, spelled(path)) + ", only " +
                           some_of(shown_keys(places_->keys(there_))) + " below it");
}

void MapCompiler::known_follow(const ast::Follow& follow) {
    if (!places_) { return; }
    for (const auto* path : {&follow.from, &follow.to}) {
        const auto& element = path->steps[0].name;
        const auto full = qualified(element);
        const auto found = full ? places_->named(*full) : anything();
        if (!found.exists()) {
            problem(element.span, "the schema knows no " + element.text + near_key(element, places_->keys()));
        } else {
            known_below(found, path->steps[1].name, element.text);
        }
    }
}

// "{uri}local" as the map spells it; without a prefix where the map declares none for it.
std::string MapCompiler::shown_key(std::string_view key) const {
    auto local = local_name(key);
    if (local.size() == key.size()) { return std::string(key); }
    const auto space = key.substr(1, key.find('}') - 1);
    std::string out;
    for (const auto& [prefix, uri] : made_->namespaces_) {
        const bool attribute = local.starts_with('@');
        if (uri != space || (prefix.empty() && attribute)) { continue; }
        if (attribute) { out = "@"; }
        if (!prefix.empty()) { out.append(prefix).append(":"); }
        return out.append(local.substr(attribute ? 1 : 0));
    }
    return out.append(local).append(" of ").append(space);
}

std::vector<std::string> MapCompiler::shown_keys(const std::vector<std::string_view>& keys) const {
    std::vector<std::string> out;
    for (const auto& key : keys) { out.push_back(shown_key(key)); }
    return out;
}

// The one that is called so in another namespace, else the nearest, else what there is.
std::string MapCompiler::near_key(const ast::Word& name, const std::vector<std::string_view>& keys) const {
    const auto shown = shown_keys(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (without_prefix(name.text) == local_name(keys[i])) { return suggesting(shown[i]); }
    }
    const auto near = nearest_word(name.text, {shown.begin(), shown.end()});
    if (!near.empty()) { return suggesting(near); }
    if (shown.empty()) { return "; nothing stands there"; }
    return (shown.size() == 1 ? "; there is " : "; there are ") + some_of(shown);
}

}  // namespace haven
