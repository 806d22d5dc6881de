#include "core/agreement/agreement.h"

#include "core/agreement/law.h"

#include <algorithm>
#include <array>

namespace haven {
namespace {

constexpr std::array<std::string_view, 3> stage_names{"capacity", "offer", "accept"};

std::vector<std::string_view> class_names() {
    std::vector<std::string_view> names;
    for (auto c = FieldClass::identifier; c <= FieldClass::administrative;
         c = static_cast<FieldClass>(static_cast<int>(c) + 1)) {
        names.push_back(name_of(c));
    }
    return names;
}

bool has_word(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Turns the lines of an agreement into fields and collects what is wrong with them.
class Expansion {
public:
    Expansion(const Catalogue& catalogue, const FieldSet& allowed, std::vector<TermsProblem>& problems)
        : catalogue_(catalogue), allowed_(allowed), problems_(problems) {}

    /// `worked_out`: fields beside those of the record type that lines may name, but that no class includes.
    FieldSet expand(std::string key, const std::vector<std::string>& lines, const FieldSet& worked_out = {}) {
        key_ = std::move(key);
        nameable_ = allowed_;
        nameable_ |= worked_out;
        FieldSet fields;
        for (const auto& line : lines) { fields |= expand(line); }
        return fields;
    }

private:
    FieldSet expand(const std::string& line) {
        if (line.starts_with("class ")) { return of_class(line, line.substr(6)); }
        if (line.ends_with("/*")) { return below(line, line.substr(0, line.size() - 1)); }
        const auto field = catalogue_.find(line);
        if (!field) { return problem(line, "no such field" + did_you_mean(catalogue_.nearest(line))); }
        if (!nameable_.has(*field)) { return problem(line, "not a field of this record type"); }
        FieldSet one;
        one.add(*field);
        return one;
    }

    FieldSet of_class(const std::string& line, std::string_view name) {
        const auto cls = field_class_from(name);
        if (!cls) { return problem(line, "no such class" + did_you_mean(name, class_names())); }
        if (*cls == FieldClass::narrative || *cls == FieldClass::locator) {
            return problem(line, "narrative and locators are named one by one, never by class");
        }
        return catalogue_.of_class(*cls) & allowed_;
    }

    FieldSet below(const std::string& line, std::string_view prefix) {
        FieldSet fields;
        nameable_.each([&](FieldNumber f) {
            const auto& info = catalogue_.field(f);
            const bool by_name_only = info.cls == FieldClass::narrative || info.cls == FieldClass::locator;
            if (info.path.text().starts_with(prefix) && !by_name_only) { fields.add(f); }
        });
        if (fields.empty()) { return problem(line, "nothing is below this path"); }
        return fields;
    }

    FieldSet problem(const std::string& line, std::string message) {
        problems_.push_back({line, std::move(message), key_});
        return {};
    }

    const Catalogue& catalogue_;
    const FieldSet& allowed_;
    FieldSet nameable_;
    std::string key_;  // of the lines under way
    std::vector<TermsProblem>& problems_;
};

void check_capacity(const Catalogue& catalogue, const FieldSet& fields, std::vector<TermsProblem>& problems) {
    fields.each([&](FieldNumber f) {
        const auto& info = catalogue.field(f);
        if (info.cls != FieldClass::service && info.cls != FieldClass::administrative) {
            problems.push_back(
                {std::string(info.path.text()), "a question of capacity carries no personal data", "capacity"});
        }
    });
}

// What the hub works out from a record's fields alone.
FieldSet worked_out_of(const Catalogue& catalogue, const FieldSet& fields) {
    FieldSet out;
    catalogue.worked_out().each([&](FieldNumber f) {
        if (fields.includes(catalogue.field(f).made_of)) { out.add(f); }
    });
    return out;
}

}  // namespace

std::string_view name_of(Stage stage) {
    return stage_names.at(static_cast<std::size_t>(stage));
}

tl::expected<std::shared_ptr<const Agreement>, std::vector<TermsProblem>> Agreement::make(
    const Terms& terms, const std::shared_ptr<const Catalogue>& catalogue, const Correspondence* to_hub) {
    std::vector<TermsProblem> problems;
    const std::shared_ptr<Agreement> made(new Agreement());
    made->terms_ = terms;
    made->name_ = Name::declare(terms.name);
    made->from_ = Name::declare(terms.from.partner);
    made->to_ = Name::declare(terms.to.partner);
    made->named_in_ = made->catalogue_ = catalogue;
    if (!(terms.start < terms.end)) { problems.push_back({"end", "an agreement ends after it starts", "end"}); }
    const auto type = catalogue->find_record_type(terms.record_type);
    if (!type) { problems.push_back({terms.record_type, "no such record type", "type"}); }
    auto safety = SafetyFields::bind(to_hub == nullptr ? *catalogue : *to_hub->to());
    if (!safety) { problems.push_back({safety.error().where(), safety.error().reason.text()}); }
    if (!type || !safety) { return tl::unexpected(std::move(problems)); }
    made->safety_ = *safety;
    made->record_type_ = *type;
    Expansion expansion(*catalogue, catalogue->record_type(*type).fields, problems);
    for (const auto& [stage, lines] : terms.fields) {
        made->stages_.at(static_cast<std::size_t>(stage)) = expansion.expand(std::string(name_of(stage)), lines);
    }
    check_capacity(*catalogue, made->fields(Stage::capacity), problems);
    const auto worked_out = worked_out_of(*catalogue, catalogue->record_type(*type).fields);
    for (const auto& onward : terms.onward) {
        const auto key = "onward/" + std::to_string(made->onward_.size()) + "/fields";
        made->onward_.push_back({onward, expansion.expand(key, onward.fields, worked_out)});
    }
    if (!problems.empty()) { return tl::unexpected(std::move(problems)); }
    if (to_hub != nullptr) { made->say_in(*to_hub); }
    return made;
}

// The fields were expanded in the version that people signed: what a later one adds below a path is in none of them.
void Agreement::say_in(const Correspondence& to_hub) {
    for (auto& fields : stages_) { fields = to_hub.fields(fields); }
    for (auto& rule : onward_) { rule.fields = to_hub.fields(rule.fields); }
    record_type_ = to_hub.record_type(record_type_).value_or(record_type_);
    catalogue_ = to_hub.to();
}

std::shared_ptr<const Agreement> Agreement::supposed(Instant start, Instant end) const {
    const std::shared_ptr<Agreement> made(new Agreement(*this));
    made->terms_.start = start;
    made->terms_.end = end;
    return made;
}

FieldSet Agreement::onward(std::string_view partner, std::string_view partner_kind, std::string_view purpose) const {
    FieldSet fields;
    for (const auto& rule : onward_) {
        const bool to = has_word(rule.terms.to, partner) || has_word(rule.terms.to, partner_kind);
        if (to && has_word(rule.terms.purposes, purpose)) { fields |= rule.fields; }
    }
    return fields;
}

}  // namespace haven
