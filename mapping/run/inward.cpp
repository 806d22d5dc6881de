#include "mapping/run/inward.h"

#include <algorithm>

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Line;
using program::Match;
using program::nothing;

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::size_t slots_of(const Frame& frame) {
    std::size_t n = frame.slot_count;
    for (const auto& below : frame.nested) {
        if (below.is_numbered()) { n += static_cast<std::size_t>(below.to - below.from + 1) * below.slot_count; }
    }
    return n;
}

}  // namespace

Result<void> InwardRun::run(const Frame& root) {
    slots_.clear();
    return frame(root, Document::root, document_.text(Document::root), root_instance);
}

Result<void> InwardRun::frame(const Frame& frame, Node node, std::string_view text, InstanceNumber in) {
    const auto base = slots_.size();
    slots_.resize(base + slots_of(frame));
    if (auto done = walk(frame, 0, node, text, in, base); !done) { return done; }
    if (auto done = lines(frame, in, base); !done) { return done; }
    if (auto done = numbered(frame, in, base); !done) { return done; }
    slots_.resize(base);
    return {};
}

// Everything below a node must be known to the map, or be empty.
Result<void> InwardRun::walk(const Frame& frame, Index match, Node node, std::string_view text, InstanceNumber in,
                             std::size_t base) {
    const auto& here = frame.matches[match];
    if (auto done = take(here, frame, node, text, base); !done) { return done; }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
        if (auto done = child(frame, match, document_.node(at).name, at, in, base); !done) { return done; }
    }
    return {};
}

Result<void> InwardRun::child(const Frame& frame, Index match, NameId name, Node node, InstanceNumber in,
                              std::size_t base) {
    if (document_.node(node).kind == Document::Kind::list) {
        // A list is transparent: its items stand where it stands, under its name.
        for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
            if (auto done = child(frame, match, name, at, in, base); !done) { return done; }
        }
        return {};
    }
    const auto& here = frame.matches[match];
    const auto below = variant(here, name, node);
    if (below == nothing) {
        const bool compared = std::find(here.compared.begin(), here.compared.end(), name) != here.compared.end();
        if (!compared && has_text(node)) { return fail(unknown_field(node)); }
        return {};
    }
    const auto& matched = frame.matches[below];
    if (matched.ignored) { return {}; }
    if (matched.frames.empty()) { return walk(frame, below, node, document_.text(node), in, base); }
    for (const auto which : matched.frames) {
        if (auto done = nested(frame.nested[which], node, document_.text(node), in); !done) { return done; }
    }
    return {};
}

Result<void> InwardRun::nested(const Frame& frame, Node node, std::string_view text, InstanceNumber in) {
    if (!has_text(node)) { return {}; }
    const auto one = [&](std::string_view piece) -> Result<void> {
        const auto opened = builder_.open(frame.group, in);
        if (!opened) { return fail(Error(opened.error()).at(Place::line(document_.node(node).line))); }
        return this->frame(frame, node, piece, *opened);
    };
    if (frame.separator.empty()) { return one(text); }
    while (!text.empty()) {
        const auto end = std::min(text.find(frame.separator), text.size());
        const auto piece = text.substr(0, end);
        text.remove_prefix(std::min(end + frame.separator.size(), text.size()));
        if (is_blank(piece)) { continue; }
        if (auto done = one(piece); !done) { return done; }
    }
    return {};
}

Result<void> InwardRun::take(const Match& match, const Frame& frame, Node node, std::string_view text,
                             std::size_t base) {
    if (text.empty()) { return {}; }
    const auto& read = document_.node(node);
    const auto put = [&](std::size_t at) -> Result<void> {
        auto& slot = slots_[at];
        if (slot.found) {
            return fail(Error{Fault::malformed, "expected one value, got two", {}}
                            .at(Place::field(vocabulary_.shown(read.name)))
                            .at(Place::line(read.line)));
        }
        slot = {text, read.line, true};
        return {};
    };
    for (const auto slot : match.slots) {
        if (auto done = put(base + slot); !done) { return done; }
    }
    for (const auto& numbered : match.numbered) {
        std::size_t at = base + frame.slot_count;
        for (Index f = 0; f < numbered.frame; ++f) {
            const auto& other = frame.nested[f];
            if (other.is_numbered()) { at += static_cast<std::size_t>(other.to - other.from + 1) * other.slot_count; }
        }
        at += static_cast<std::size_t>(numbered.ordinal) * frame.nested[numbered.frame].slot_count + numbered.slot;
        if (auto done = put(at); !done) { return done; }
    }
    if (match.slots.empty() && match.numbered.empty() && !is_blank(text)) { return fail(unknown_field(node)); }
    return {};
}

// Columns in numbers: an ordinal with any text is an instance.
Result<void> InwardRun::numbered(const Frame& frame, InstanceNumber in, std::size_t base) {
    std::size_t at = base + frame.slot_count;
    for (const auto& below : frame.nested) {
        if (!below.is_numbered()) { continue; }
        for (int n = below.from; n <= below.to; ++n, at += below.slot_count) {
            const auto from = slots_.begin() + static_cast<std::ptrdiff_t>(at);
            if (std::none_of(from, from + below.slot_count,
                             [](const Slot& s) { return s.found && !is_blank(s.text); })) {
                continue;
            }
            const auto opened = builder_.open(below.group, in);
            if (!opened) { return fail(opened.error()); }
            if (auto done = lines(below, *opened, at); !done) { return done; }
        }
    }
    return {};
}

Result<void> InwardRun::lines(const Frame& frame, InstanceNumber in, std::size_t base) {
    for (const auto& each : frame.lines) {
        if (each.arrow == ast::Arrow::out) { continue; }
        if (auto done = line(each, in, base); !done) {
            auto error = std::move(done).error();
            if (!each.shown.empty()) { error = std::move(error).at(Place::field(each.shown)); }
            const auto at = each.slots.empty() ? 0U : slots_[base + each.slots[0]].line;
            if (at > 0) { error = std::move(error).at(Place::line(at)); }
            return fail(std::move(error));
        }
    }
    return {};
}

Result<void> InwardRun::line(const Line& line, InstanceNumber in, std::size_t base) {
    if (line.slots.empty()) { return builder_.set(*line.field, *line.constant, in); }
    bool any = false;
    for (const auto slot : line.slots) { any = any || !is_blank(slots_[base + slot].text); }
    if (!line.field) {  // the partner's own constant
        const bool same = any && slots_[base + line.slots[0]].text == *line.constant;
        if (same || (!any && !line.required)) { return {}; }
        return fail(Fault::unmapped, "expected the constant that the map names");
    }
    if (!any) {
        if (line.fallback) { return builder_.set(*line.field, *line.fallback, in); }
        if (line.required) { return fail(Fault::malformed, "a required field has no value"); }
        return {};
    }
    if (line.written == program::Written::boolean) { return boolean(line, slots_[base + line.slots[0]].text, in); }
    if (line.chain.empty()) { return builder_.set(*line.field, slots_[base + line.slots[0]].text, in); }
    if (auto done = convert(line, base); !done) { return done; }
    return builder_.set(*line.field, value_, in);
}

Result<void> InwardRun::boolean(const Line& line, std::string_view text, InstanceNumber in) {
    if (text != "true" && text != "false") { return fail(Fault::malformed, "expected true or false"); }
    return builder_.set(*line.field, text == "true" ? "yes" : "no", in);
}

Result<void> InwardRun::convert(const Line& line, std::size_t base) {
    parts_.clear();
    for (const auto slot : line.slots) { parts_.push_back(slots_[base + slot].text); }
    value_.clear();
    if (auto done = line.chain[0]->in(parts_, value_); !done) { return done; }
    for (std::size_t i = 1; i < line.chain.size() && !value_.empty(); ++i) {
        next_.clear();
        const std::string_view one = value_;
        if (auto done = line.chain[i]->in({&one, 1}, next_); !done) { return done; }
        value_.swap(next_);
    }
    return {};
}

Index InwardRun::variant(const Match& match, NameId name, Node node) const {
    if (name >= match.by_name.size()) { return nothing; }
    for (const auto& variant : match.by_name[name]) {
        if (variant.conditions.empty() || holds(variant.conditions, node)) { return variant.match; }
    }
    return nothing;
}

bool InwardRun::holds(const std::vector<program::Condition>& conditions, Node node) const {
    return std::all_of(conditions.begin(), conditions.end(), [&](const program::Condition& c) {
        const auto where = c.name == undeclared ? node : document_.child(node, c.name);
        return where != Document::none && document_.text(where) == c.value;
    });
}

bool InwardRun::has_text(Node node) const {
    if (!is_blank(document_.text(node))) { return true; }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
        if (has_text(at)) { return true; }
    }
    return false;
}

// Names the nearest thing around it that the dialect declares; an undeclared name is the partner's text.
Error InwardRun::unknown_field(Node node) const {
    Error error{Fault::unmapped, "a field that no line of the map reads or ignores", {}};
    for (auto at = node; at != Document::none; at = document_.node(at).parent) {
        if (const auto shown = vocabulary_.shown(document_.node(at).name); !shown.empty()) {
            error = std::move(error).at(Place::field(shown));
            break;
        }
    }
    const auto line = document_.node(node).line;
    return line > 0 ? std::move(error).at(Place::line(line)) : error;
}

}  // namespace haven
