#include <algorithm>

#include "mapping/check/compile.h"

namespace haven {

using program::Frame;
using program::Index;
using program::Match;
using program::Step;

std::vector<Step> MapCompiler::steps(const ast::PartnerPath& path) {
    path_ = path.span;
    if (is_rows() && (path.steps.size() > 1 || (!path.steps.empty() && !path.steps[0].predicates.empty()))) {
        problem(path.span, "a column has one name; put it in quotes if it holds a dot");
    }
    std::vector<Step> out;
    for (const auto& step : path.steps) {
        Step made{name(step.name), {}};
        for (const auto& predicate : step.predicates) {
            made.conditions.push_back(
                {predicate.name.text == "." ? undeclared : name(predicate.name), predicate.value.text});
        }
        out.push_back(std::move(made));
    }
    if (is_rows() && !out.empty()) { listed(out[0].name, path.span); }
    there_ = known(path);
    return out;
}

// A partner's own list of its columns holds every name that the map may speak of.
void MapCompiler::listed(NameId column, const ast::Span& span) {
    const auto& columns = made_->columns_;
    if (columns.empty() || std::find(columns.begin(), columns.end(), column) != columns.end()) { return; }
    std::vector<std::string_view> names;
    for (const auto& known : ast_.columns) { names.emplace_back(known.name.text); }
    const std::string text(made_->vocabulary_.key(column));
    problem(span, "no column " + text + suggesting(nearest_word(text, names)));
}

std::optional<std::string> MapCompiler::qualified(const ast::Word& word) const {
    if (made_->format_ != Format::xml) { return word.text; }
    const std::string_view text = word.text;
    const bool attribute = text.starts_with('@');
    const auto colon = text.find(':');
    const auto begin = attribute ? 1U : 0U;
    const auto prefix = colon == text.npos ? std::string_view{} : text.substr(begin, colon - begin);
    const auto local = text.substr(colon == text.npos ? begin : colon + 1);
    if (prefix.empty() && attribute) { return word.text; }  // an attribute without a prefix has no namespace
    for (const auto& [declared, uri] : made_->namespaces_) {
        if (declared != prefix) { continue; }
        std::string key = "{";
        key.append(uri).append(attribute ? "}@" : "}").append(local);
        return key;
    }
    return prefix.empty() ? std::optional(word.text) : std::nullopt;
}

std::string MapCompiler::key(const ast::Word& word) {
    if (const auto full = qualified(word)) { return *full; }
    std::vector<std::string_view> known;
    for (const auto& [declared, uri] : made_->namespaces_) { known.emplace_back(declared); }
    const auto begin = word.text.starts_with('@') ? 1U : 0U;
    const auto prefix = word.text.substr(begin, word.text.find(':') - begin);
    problem(word.span, "no namespace " + prefix + " is declared" + suggesting(nearest_word(prefix, known)));
    return word.text;
}

NameId MapCompiler::name(const ast::Word& word) {
    return made_->vocabulary_.add(key(word), Name::declare(word.text));
}

Index MapCompiler::match(Frame& frame, const std::vector<Step>& path) {
    Index at = 0;
    for (const auto& step : path) { at = below(frame, at, step); }
    return at;
}

// Said once: there would be one for each of them.
void MapCompiler::too_many_columns(const ast::Span& span) {
    const std::string message = "too many numbered columns, all lines together";
    if (problems_.empty() || problems_.back().message != message) { problem(span, message); }
}

Index MapCompiler::below(Frame& frame, Index at, const Step& step) {
    if (frame.matches[at].by_name.size() <= step.name) { frame.matches[at].by_name.resize(step.name + 1); }
    auto& variants = frame.matches[at].by_name[step.name];
    for (const auto& variant : variants) {
        if (variant.conditions == step.conditions) { return variant.match; }
    }
    if (frame.matches.size() >= program::nothing) {
        too_many_columns(path_);
        return at;
    }
    const auto made = static_cast<Index>(frame.matches.size());
    variants.push_back({step.conditions, made, path_});
    Match place;
    for (const auto& condition : step.conditions) {
        if (condition.name == undeclared) {
            place.compares_itself = true;
        } else {
            place.compared.push_back(condition.name);
        }
    }
    frame.matches.push_back(std::move(place));
    return made;
}

void MapCompiler::writes_once(Match& place, const ast::Span& span) {
    if (place.written.line != 0) {
        return problem(span, "line " + std::to_string(place.written.line) +
                                 " already writes this field of the partner; make one of them ->");
    }
    place.written = span;
}

// "each Child1..6" with a line "DOB" reads the columns Child1DOB to Child6DOB; "#" in a name is where the number, or
// the name that stands for it, goes. Where one stands in another ("each Phone1..3") the inner one is said first,
// Child1Phone1Number, and of several "#" the last is its own.
ast::Word MapCompiler::numbered_column(const std::vector<Numbering>& numbers, const ast::PartnerPath& column) const {
    auto word = column.steps.empty() ? ast::Word{"", column.span} : column.steps[0].name;
    for (auto at = numbers.rbegin(); at != numbers.rend(); ++at) {
        const auto& numbered = *at->each->numbered;
        const auto which = numbered.names.empty() ? std::to_string(at->number)
                                                  : numbered.names[static_cast<std::size_t>(at->number) - 1];
        const bool is_outermost = at + 1 == numbers.rend();
        const auto mark = is_outermost ? word.text.find('#') : word.text.rfind('#');
        if (mark != std::string::npos) {
            word.text.replace(mark, 1, which);
        } else {
            word.text = numbered.prefix + which + numbered.suffix + word.text;
        }
    }
    return word;
}

// Its columns belong to the frame around all that are numbered: what stands in another waits for that one.
void MapCompiler::numbered_columns(const ast::Each& each, Frame& around, Index which) {
    auto& frame = around.nested[which];
    frame.first_slot = around.slot_count;
    const auto slots = around.slot_count + frame.numbers() * frame.slot_count;
    if (slots >= program::nothing) { return too_many_columns(each.span); }
    around.slot_count = static_cast<Index>(slots);
    if (!around.is_numbered()) { put_columns({}, each, frame, around, frame.first_slot); }
}

void MapCompiler::put_columns(const std::vector<Numbering>& above, const ast::Each& each, Frame& frame, Frame& around,
                              std::size_t first_slot) {
    auto numbers = above;
    numbers.push_back({&each, 0});
    const auto place_of = [&](const ast::PartnerPath& column, int number) {
        path_ = column.span;
        numbers.back().number = number;
        const auto word = numbered_column(numbers, column);
        const auto id = name(word);
        if (is_rows()) { listed(id, column.span); }
        known({{{word, {}}}, column.span});
        return std::pair(id, match(around, {{id, {}}}));
    };
    const auto put = [&](program::Line& line, std::size_t p, const ast::PartnerPath& column) {
        for (int n = frame.from; n <= frame.to; ++n) {
            const auto [id, at] = place_of(column, n);
            auto& place = around.matches[at];
            const auto slots = static_cast<std::size_t>(n - frame.from) * frame.slot_count;
            place.slots.push_back(static_cast<Index>(first_slot + slots + line.slots[p]));
            if (line.arrow != ast::Arrow::in) { writes_once(place, column.span); }
            line.paths[p].push_back({id, {}});
            if (p == 0) { line.columns.push_back(made_->vocabulary_.shown(id)); }
        }
    };
    for (std::size_t l = 0; l < frame.lines.size(); ++l) {
        auto& line = frame.lines[l];
        for (std::size_t p = 0; p < line.slots.size(); ++p) { put(line, p, each.fields[l].partner[p]); }
    }
    is_ignored_ = true;
    for (const auto& ignored : each.ignores) {
        for (int n = frame.from; n <= frame.to; ++n) {
            around.matches[place_of(ignored.partner, n).second].ignored = true;
        }
    }
    is_ignored_ = false;
    for (auto& below : frame.nested) {
        const auto written = std::find_if(each.nested.begin(), each.nested.end(),
                                          [&](const ast::Each& e) { return e.span.line == below.at.line; });
        if (below.is_in_column()) {
            put(below.cell, 0, written->partner);
            for (auto& line : below.lines) { line.columns = below.cell.columns; }
            continue;
        }
        for (int n = frame.from; n <= frame.to; ++n) {
            numbers.back().number = n;
            const auto slots = static_cast<std::size_t>(n - frame.from) * frame.slot_count;
            put_columns(numbers, *written, below, around, first_slot + slots + below.first_slot);
        }
    }
}

}  // namespace haven
