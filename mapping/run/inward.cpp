#include "mapping/run/inward.h"

#include <algorithm>
#include <utility>

#include "mapping/run/references.h"

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Line;
using program::Match;
using program::nothing;

constexpr std::size_t follow_depth_max = 16;

bool is_white_space(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

inline bool is_blank(std::string_view text) {
    return text.empty() || (static_cast<unsigned char>(text.front()) <= ' ' && is_white_space(text));
}

/// One run. Here and not in the header, so that the compiler sees that each step has one caller.
class InwardRun {
public:
    InwardRun(const Vocabulary& vocabulary, const std::vector<program::Follow>& follows, const Document& document,
              RecordBuilder& builder, Document::Index victim, Trace* trace)
        : vocabulary_(vocabulary),
          document_(document),
          builder_(builder),
          victim_(victim),
          trace_(trace),
          takes_directly_(follows.empty() && trace == nullptr) {
        if (!follows.empty()) { references_.emplace(follows, document); }
    }

    Result<void> run(const Frame& frame);

private:
    using Node = Document::Index;

    /// What one line of one frame has found so far.
    struct Slot {
        std::string_view text;
        Node node = Document::none;
    };

    // Each is false where the record is refused, and then `refused_` says why.
    bool frame(const Frame& frame, Node node, std::string_view text, InstanceNumber in, std::size_t ordinal = 0);
    bool walk(const Frame& frame, const Match& match, Node node, std::string_view text, InstanceNumber in,
              std::size_t base);
    bool follow(const Frame& frame, const Match& match, Node node, InstanceNumber in, std::size_t base);
    bool child(const Frame& frame, const Match& above, NameId name, Node node, InstanceNumber in, std::size_t base);
    bool take_directly(const Match& above, Node node, std::size_t base);
    bool unmatched(const Match& above, NameId name, Node node);
    bool take(const Match& match, Node node, std::string_view text, std::size_t base);
    bool nested(const Frame& frame, Node node, std::string_view text, InstanceNumber in, std::size_t ordinal = 0);
    bool numbered(const Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t before = 0);
    bool lists(const Frame& frame, InstanceNumber in, std::size_t base, std::size_t ordinal);
    bool lines(const Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t ordinal = 0);
    bool read(const Line& line, std::size_t base, std::size_t ordinal, std::string& end);
    bool absent(const Line& line, std::string& end);
    bool boolean(std::string_view text, std::string& end);
    bool convert(const Line& line, std::size_t base, std::string& end);
    bool convert_in_steps(const Line& line, std::span<const std::string_view> parts, std::string& end);
    bool keep(const Line& line, InstanceNumber in, std::size_t base);
    void tell(const Line& line, InstanceNumber in, std::size_t base, std::string_view value);
    bool refuse(Error error) {
        refused_ = std::move(error);
        return false;
    }
    bool refuse(Fault fault, Reason reason) { return refuse(Error{fault, reason, {}}); }

    Error placed(Error error, const Line& line, Node node, std::size_t base, std::size_t ordinal) const;
    const Match::Variant* variant(const Match& match, NameId name, Node node) const;
    bool all_blank(const Line& line, std::size_t base) const;
    bool has_text(Node node) const;
    Error unknown_field(Node node) const;
    Error second_value(Node node) const;

    const Vocabulary& vocabulary_;
    const Document& document_;
    RecordBuilder& builder_;
    std::optional<References> references_;  // where the map follows any
    Node victim_;
    Trace* trace_;
    bool takes_directly_;
    std::optional<Error> refused_;
    std::size_t followed_ = 0;  // references that are being read
    std::vector<Slot> slots_;   // a stack: each frame has its own stretch from `base`
    std::vector<std::string_view> parts_;
    std::vector<Node> nodes_;  // of the line that is traced
};

Result<void> InwardRun::run(const Frame& root) {
    if (auto done = references_ ? references_->collect() : Result<void>{}; !done) { return done; }
    if (!frame(root, Document::root, document_.text(Document::root), root_instance)) {
        return fail(std::move(*refused_));
    }
    const auto alone = references_ ? references_->never_reached() : Document::none;
    return alone == Document::none ? Result<void>{} : fail(unknown_field(alone));
}

bool InwardRun::frame(const Frame& frame, Node node, std::string_view text, InstanceNumber in, std::size_t ordinal) {
    const auto base = slots_.size();
    slots_.resize(base + frame.slot_count);
    const bool done = walk(frame, frame.matches[0], node, text, in, base) && lines(frame, node, in, base, ordinal) &&
                      numbered(frame, node, in, base);
    slots_.resize(base);
    return done;
}

// Everything below a node must be known to the map, or be empty.
bool InwardRun::walk(const Frame& frame, const Match& match, Node node, std::string_view text, InstanceNumber in,
                     std::size_t base) {
    if (!text.empty() && !take(match, node, text, base)) { return false; }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
        const bool done = take_directly(match, at, base) || child(frame, match, document_.node(at).name, at, in, base);
        if (!done) { return false; }
    }
    return !references_ || follow(frame, match, node, in, base);
}

// What an element refers to is read as though it stood in it.
bool InwardRun::follow(const Frame& frame, const Match& match, Node node, InstanceNumber in, std::size_t base) {
    const auto target = references_->target(node);
    if (!target) { return refuse(target.error()); }
    if (*target == Document::none) { return true; }
    if (++followed_ > follow_depth_max) {
        return refuse(Fault::malformed, Reason("expected references at most ", follow_depth_max, " deep"));
    }
    const bool done = walk(frame, match, *target, document_.text(*target), in, base);
    --followed_;
    return done;
}

bool InwardRun::child(const Frame& frame, const Match& above, NameId name, Node node, InstanceNumber in,
                      std::size_t base) {
    if (document_.node(node).kind == Document::Kind::list) {
        // A list is transparent: its items stand where it stands, under its name.
        for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) {
            if (!child(frame, above, name, at, in, base)) { return false; }
        }
        return true;
    }
    const auto* chosen = variant(above, name, node);
    if (chosen == nullptr) { return unmatched(above, name, node); }
    const auto& matched = frame.matches[chosen->match];
    if (trace_ != nullptr && !chosen->conditions.empty()) { trace_->met(matched, node); }
    if (matched.ignored) {
        if (trace_ != nullptr) { trace_->met(matched, node); }
        if (references_) { references_->ignore(node); }
        return true;
    }
    if (matched.frames.empty() || (matched.splits && node == victim_)) {
        return walk(frame, matched, node, document_.text(node), in, base);
    }
    return std::all_of(matched.frames.begin(), matched.frames.end(), [&](Index which) {
        const auto& begun = frame.nested[which];
        return begun.arrow == ast::Arrow::out || nested(begun, node, document_.text(node), in);
    });
}

// What most of a message is: a text that one line reads. False leaves it to `child`.
bool InwardRun::take_directly(const Match& above, Node node, std::size_t base) {
    const auto& read = document_.node(node);
    if (!takes_directly_ || read.name >= above.direct.size() || read.text_size == 0) { return false; }
    const auto at = above.direct[read.name];
    if (at == nothing || read.first_child != Document::none || slots_[base + at].node != Document::none) {
        return false;
    }
    slots_[base + at] = {document_.text(node), node};
    return true;
}

bool InwardRun::unmatched(const Match& above, NameId name, Node node) {
    const bool compared = std::find(above.compared.begin(), above.compared.end(), name) != above.compared.end();
    if (compared || !has_text(node)) { return true; }
    if (!references_) { return refuse(unknown_field(node)); }
    if (references_->is_key(node)) { return true; }
    if (!references_->is_target(node)) { return refuse(unknown_field(node)); }
    references_->expect_reached(node);
    return true;
}

// `ordinal`: of the numbered column that the text stands in.
bool InwardRun::nested(const Frame& frame, Node node, std::string_view text, InstanceNumber in, std::size_t ordinal) {
    if (!has_text(node)) { return true; }
    const auto one = [&](std::string_view piece) {
        const auto opened = builder_.open(frame.group, in);
        if (!opened) { return refuse(Error(opened.error()).at(Place::line(document_.node(node).line))); }
        return this->frame(frame, node, piece, *opened, ordinal);
    };
    if (frame.separator.empty()) { return one(text); }
    while (!text.empty()) {
        const auto end = std::min(text.find(frame.separator), text.size());
        const auto piece = text.substr(0, end);
        text.remove_prefix(std::min(end + frame.separator.size(), text.size()));
        if (!is_blank(piece) && !one(piece)) { return false; }
    }
    return true;
}

bool InwardRun::take(const Match& match, Node node, std::string_view text, std::size_t base) {
    if (trace_ != nullptr && !match.slots.empty() && !is_blank(text)) { trace_->met(match, node); }
    for (const auto at : match.slots) {
        auto& slot = slots_[base + at];
        if (slot.node != Document::none) { return refuse(second_value(node)); }
        slot = {text, node};
    }
    return !match.slots.empty() || match.compares_itself || is_blank(text) || refuse(unknown_field(node));
}

// Columns in numbers: a number with any text is an instance. `before`: how many of the frame itself stand before this
// one.
bool InwardRun::numbered(const Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t before) {
    for (const auto& below : frame.nested) {
        if (!below.is_numbered() || below.arrow == ast::Arrow::out) { continue; }
        auto at = base + below.first_slot;
        for (int n = below.from; n <= below.to; ++n, at += below.slot_count) {
            const auto from = slots_.begin() + static_cast<std::ptrdiff_t>(at);
            const bool any =
                std::any_of(from, from + below.slot_count, [](const Slot& s) { return !is_blank(s.text); });
            if (!any) { continue; }
            const auto opened = builder_.open(below.group, in);
            if (!opened) { return refuse(opened.error()); }
            const auto ordinal = below.ordinal(before, static_cast<std::size_t>(n - below.from));
            const bool done = lines(below, node, *opened, at, ordinal) && lists(below, *opened, at, ordinal) &&
                              numbered(below, node, *opened, at, ordinal - 1);
            if (!done) { return false; }
        }
    }
    return true;
}

// Several values in one text of a numbered column.
bool InwardRun::lists(const Frame& frame, InstanceNumber in, std::size_t base, std::size_t ordinal) {
    return std::all_of(frame.nested.begin(), frame.nested.end(), [&](const Frame& below) {
        if (!below.is_in_column() || below.arrow == ast::Arrow::out) { return true; }
        const auto slot = slots_[base + below.cell.slots.front()];  // the stack grows below
        return slot.node == Document::none || nested(below, slot.node, slot.text, in, ordinal);
    });
}

bool InwardRun::lines(const Frame& frame, Node node, InstanceNumber in, std::size_t base, std::size_t ordinal) {
    for (const auto& each : frame.lines) {
        if (each.arrow == ast::Arrow::out) { continue; }
        if (!read(each, base, ordinal, builder_.value()) || !keep(each, in, base)) {
            return refuse(placed(std::move(*refused_), each, node, base, ordinal));
        }
    }
    return true;
}

bool InwardRun::keep(const Line& line, InstanceNumber in, std::size_t base) {
    const auto value = builder_.added();
    if (value.empty()) { return true; }
    if (!builder_.keep(*line.field, in, line.spelling)) { return refuse(builder_.refusal(*line.field, in)); }
    if (trace_ != nullptr) { tell(line, in, base, value); }
    return true;
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

// Adds the value that one line finds in the message, or says itself, to `end`; nothing where there is none.
bool InwardRun::read(const Line& line, std::size_t base, std::size_t ordinal, std::string& end) {
    if (line.slots.empty()) {
        end += line.by_column.empty() ? *line.constant : line.by_column[(ordinal - 1) % line.by_column.size()];
        return true;
    }
    const auto& first = slots_[base + line.slots.front()];
    if (is_blank(first.text) && all_blank(line, base)) { return absent(line, end); }
    if (!line.field) {  // the partner's own constant
        return first.text == *line.constant || refuse(Fault::unmapped, "expected the constant that the map names");
    }
    if (line.written == program::Written::boolean) { return boolean(first.text, end); }
    if (first.node != Document::none && document_.node(first.node).kind == Document::Kind::boolean) {
        return refuse(Fault::malformed, "expected a text or a number, got true or false");
    }
    if (!line.chain.empty()) {
        return convert(line, base, end) && (!builder_.added().empty() || absent(line, end));  // it may mean "no value"
    }
    end += first.text;
    return true;
}

bool InwardRun::all_blank(const Line& line, std::size_t base) const {
    return std::all_of(line.slots.begin(), line.slots.end(),
                       [&](Index slot) { return is_blank(slots_[base + slot].text); });
}

bool InwardRun::absent(const Line& line, std::string& end) {
    if (line.field && line.fallback) {
        end += *line.fallback;
        return true;
    }
    if (!line.required) { return true; }
    if (!line.field) { return refuse(Fault::unmapped, "expected the constant that the map names"); }
    return refuse(Fault::malformed, "a required field has no value");
}

// A code beside yes and no, such as unknown, has no boolean and stays a text.
bool InwardRun::boolean(std::string_view text, std::string& end) {
    if (text == "yes" || text == "no") { return refuse(Fault::malformed, "expected true or false"); }
    end += text == "true" ? "yes" : text == "false" ? "no" : text;
    return true;
}

bool InwardRun::convert(const Line& line, std::size_t base, std::string& end) {
    std::span<const std::string_view> parts(&slots_[base + line.slots.front()].text, 1);
    if (line.slots.size() > 1) {
        parts_.clear();
        for (const auto slot : line.slots) { parts_.push_back(slots_[base + slot].text); }
        parts = parts_;
    }
    if (line.chain.size() > 1) { return convert_in_steps(line, parts, end); }
    auto done = line.chain.front()->in(parts, end);
    return done || refuse(std::move(done).error());
}

bool InwardRun::convert_in_steps(const Line& line, std::span<const std::string_view> parts, std::string& end) {
    std::string value;
    auto done = line.chain.front()->in(parts, value);
    for (std::size_t i = 1; done && i < line.chain.size() && !value.empty(); ++i) {
        const std::string before = std::exchange(value, {});
        const std::string_view one = before;
        done = line.chain[i]->in({&one, 1}, value);
    }
    end += value;
    return done || refuse(std::move(done).error());
}

void InwardRun::tell(const Line& line, InstanceNumber in, std::size_t base, std::string_view value) {
    nodes_.clear();
    for (const auto slot : line.slots) { nodes_.push_back(slots_[base + slot].node); }
    trace_->gave(line, nodes_, in, value);
}

const Match::Variant* InwardRun::variant(const Match& match, NameId name, Node node) const {
    if (name >= match.by_name.size()) { return nullptr; }
    for (const auto& variant : match.by_name[name]) {
        if (program::holds(document_, variant.conditions, node)) { return &variant; }
    }
    return nullptr;
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

}  // namespace

Result<void> run_inward(const Frame& frame, const Vocabulary& vocabulary, const std::vector<program::Follow>& follows,
                        const Document& document, RecordBuilder& builder, Document::Index victim, Trace* trace) {
    return InwardRun(vocabulary, follows, document, builder, victim, trace).run(frame);
}

}  // namespace haven
