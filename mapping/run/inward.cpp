#include "mapping/run/inward.h"

#include <algorithm>

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Line;
using program::Match;
using program::nothing;

constexpr std::size_t follow_depth_max = 16;

bool is_blank(std::string_view text) {
    if (!text.empty() && text.front() > ' ') { return false; }  // as most texts are
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

Result<void> InwardRun::run(const Frame& root) {
    if (auto done = references_.collect(); !done) { return done; }
    if (auto done = frame(root, Document::root, document_.text(Document::root), root_instance); !done) { return done; }
    const auto alone = references_.never_reached();
    return alone == Document::none ? Result<void>{} : fail(unknown_field(alone));
}

Result<void> InwardRun::frame(const Frame& frame, Node node, std::string_view text, InstanceNumber in) {
    const auto base = slots_.size();
    slots_.resize(base + frame.slot_count);
    if (auto done = walk(frame, 0, node, text, in, base); !done) { return done; }
    if (auto done = lines(frame, node, in, base); !done) { return done; }
    if (auto done = numbered(frame, node, in, base); !done) { return done; }
    slots_.resize(base);
    return {};
}

// Everything below a node must be known to the map, or be empty.
Result<void> InwardRun::walk(const Frame& frame, Index match, Node node, std::string_view text, InstanceNumber in,
                             std::size_t base) {
    if (auto done = take(frame.matches[match], node, text, base); !done) { return done; }
    if (document_.node(node).first_child == Document::none && follows_.empty()) { return {}; }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
        if (auto done = child(frame, match, document_.node(at).name, at, in, base); !done) { return done; }
    }
    return follow(frame, match, node, in, base);
}

// What an element refers to is read as though it stood in it.
Result<void> InwardRun::follow(const Frame& frame, Index match, Node node, InstanceNumber in, std::size_t base) {
    const auto target = references_.target(node);
    if (!target) { return fail(target.error()); }
    if (*target == Document::none) { return {}; }
    if (++followed_ > follow_depth_max) {
        return fail(Fault::malformed, Reason("expected references at most ", follow_depth_max, " deep"));
    }
    auto done = walk(frame, match, *target, document_.text(*target), in, base);
    --followed_;
    return done;
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
    const auto below = variant(frame.matches[match], name, node);
    if (below == nothing) { return unmatched(frame.matches[match], name, node); }
    const auto& matched = frame.matches[below];
    if (matched.ignored) {
        if (trace_ != nullptr) { trace_->met(matched, node); }
        references_.ignore(node);
        return {};
    }
    if (matched.frames.empty() || (matched.splits && node == victim_)) {
        return walk(frame, below, node, document_.text(node), in, base);
    }
    for (const auto which : matched.frames) {
        if (frame.nested[which].arrow == ast::Arrow::out) { continue; }
        if (auto done = nested(frame.nested[which], node, document_.text(node), in); !done) { return done; }
    }
    return {};
}

Result<void> InwardRun::unmatched(const Match& above, NameId name, Node node) {
    const bool compared = std::find(above.compared.begin(), above.compared.end(), name) != above.compared.end();
    if (compared || references_.is_key(node) || !has_text(node)) { return {}; }
    if (!references_.is_target(node)) { return fail(unknown_field(node)); }
    references_.expect_reached(node);
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

Result<void> InwardRun::take(const Match& match, Node node, std::string_view text, std::size_t base) {
    if (text.empty()) { return {}; }
    const auto& read = document_.node(node);
    if (trace_ != nullptr && !match.slots.empty() && !is_blank(text)) { trace_->met(match, node); }
    for (const auto at : match.slots) {
        auto& slot = slots_[base + at];
        if (slot.found) { return fail(second_value(node)); }
        slot.text = text;
        slot.node = node;
        slot.found = true;
        slot.is_boolean = read.kind == Document::Kind::boolean;
    }
    if (match.slots.empty() && !match.compares_itself && !is_blank(text)) { return fail(unknown_field(node)); }
    return {};
}

// Columns in numbers: a number with any text is an instance.
Result<void> InwardRun::numbered(const Frame& frame, Node node, InstanceNumber in, std::size_t base) {
    for (const auto& below : frame.nested) {
        if (!below.is_numbered() || below.arrow == ast::Arrow::out) { continue; }
        auto at = base + below.first_slot;
        for (int n = below.from; n <= below.to; ++n, at += below.slot_count) {
            const auto from = slots_.begin() + static_cast<std::ptrdiff_t>(at);
            const bool any =
                std::any_of(from, from + below.slot_count, [](const Slot& s) { return s.found && !is_blank(s.text); });
            if (!any) { continue; }
            const auto opened = builder_.open(below.group, in);
            if (!opened) { return fail(opened.error()); }
            const auto ordinal = static_cast<std::size_t>(n) - static_cast<std::size_t>(below.from) + 1;
            if (auto done = lines(below, node, *opened, at, ordinal); !done) { return done; }
        }
    }
    return {};
}

Result<void> InwardRun::lines(const Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t ordinal) {
    for (const auto& each : frame.lines) {
        if (each.arrow == ast::Arrow::out) { continue; }
        if (auto done = line(each, in, base, ordinal); !done) {
            return fail(placed(std::move(done).error(), each, node, base, ordinal));
        }
    }
    return {};
}

// As the partner calls it, and the line where it stands; of what is absent, the line where its record begins.
Error InwardRun::placed(Error error, const Line& line, Node node, std::size_t base, std::size_t ordinal) const {
    const auto name = line.partner_name(ordinal);
    if (!name.empty()) { error = std::move(error).at(Place::field(name)); }
    for (const auto slot : line.slots) {
        const auto read = slots_[base + slot].node;
        if (read != Document::none && document_.node(read).line > 0) {
            return std::move(error).at(Place::line(document_.node(read).line));
        }
    }
    const auto around = document_.line_of(node);
    return around > 0 ? std::move(error).at(Place::line(around)) : error;
}

Result<void> InwardRun::line(const Line& line, InstanceNumber in, std::size_t base, std::size_t ordinal) {
    if (line.slots.empty()) {
        return set(line, line.by_column.empty() ? *line.constant : line.by_column[ordinal - 1], in, base);
    }
    bool any = false;
    for (const auto slot : line.slots) { any = any || !is_blank(slots_[base + slot].text); }
    if (!line.field) {  // the partner's own constant
        const bool same = any && slots_[base + line.slots[0]].text == *line.constant;
        if (same || (!any && !line.required)) { return {}; }
        return fail(Fault::unmapped, "expected the constant that the map names");
    }
    if (!any) {
        if (line.fallback) { return set(line, *line.fallback, in, base); }
        if (line.required) { return fail(Fault::malformed, "a required field has no value"); }
        return {};
    }
    if (line.written != program::Written::boolean && slots_[base + line.slots[0]].is_boolean) {
        return fail(Fault::malformed, "expected a text or a number, got true or false");
    }
    if (line.written == program::Written::boolean) { return boolean(line, base, in); }
    if (line.chain.empty()) { return set(line, slots_[base + line.slots[0]].text, in, base); }
    if (auto done = convert(line, base); !done) { return done; }
    return set(line, value_, in, base);
}

Result<void> InwardRun::set(const Line& line, std::string_view value, InstanceNumber in, std::size_t base) {
    auto done = builder_.set(*line.field, value, in);
    if (trace_ != nullptr && done && !value.empty()) {
        nodes_.clear();
        for (const auto slot : line.slots) { nodes_.push_back(slots_[base + slot].node); }
        trace_->gave(line, nodes_, in, value);
    }
    return done;
}

// A code beside yes and no, such as unknown, has no boolean and stays a text.
Result<void> InwardRun::boolean(const Line& line, std::size_t base, InstanceNumber in) {
    const auto text = slots_[base + line.slots[0]].text;
    if (text == "yes" || text == "no") { return fail(Fault::malformed, "expected true or false"); }
    return set(line, text == "true" ? "yes" : text == "false" ? "no" : text, in, base);
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
        if (program::holds(document_, variant.conditions, node)) { return variant.match; }
    }
    return nothing;
}

bool InwardRun::has_text(Node node) const {
    if (!is_blank(document_.text(node))) { return true; }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
        if (has_text(at)) { return true; }
    }
    return false;
}

Error InwardRun::second_value(Node node) const {
    const auto& read = document_.node(node);
    return Error{Fault::malformed, "expected one value, got two", {}}
        .at(Place::field(vocabulary_.shown(read.name)))
        .at(Place::line(read.line));
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
