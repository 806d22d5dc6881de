#include "mapping/format/json_writer.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/base/log.h"

namespace haven {
namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Takes one or more digits from the front.
bool take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(count);
    return count > 0;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == any_of.npos) { return false; }
    text.remove_prefix(1);
    return true;
}

// RFC 8259, section 6.
bool is_json_number(std::string_view text) {
    take(text, "-");
    const bool leading_zero = text.starts_with('0') && text.size() > 1 && is_digit(text[1]);
    if (leading_zero || !take_digits(text)) { return false; }
    if (take(text, ".") && !take_digits(text)) { return false; }
    if (take(text, "eE")) {
        take(text, "+-");
        if (!take_digits(text)) { return false; }
    }
    return text.empty();
}

}  // namespace

JsonWriter::JsonWriter(const Vocabulary& names, JsonLayout layout)
    : names_(names), layout_(layout), seen_(names.size()) {
    for (NameId id = 0; id < names.size(); ++id) {
        keys_.push_back(json_string(names.key(id)) + (layout == JsonLayout::compact ? ":" : ": "));
    }
}

Result<void> JsonWriter::write(const Document& document, std::string& out) {
    document_ = &document;
    out_ = &out;
    const auto before = out.size();
    if (!value(Document::root, 1)) {
        out.resize(before);
        return fail(std::move(*error_));
    }
    if (layout_ == JsonLayout::indented) { out += '\n'; }
    return {};
}

bool JsonWriter::value(Index at, std::size_t depth) {
    const auto& node = document_->node(at);
    const auto text = document_->text(at);
    switch (node.kind) {
        case Document::Kind::branch: return members(at, depth);
        case Document::Kind::list: return items(at, depth);
        case Document::Kind::text: put_json_string(*out_, text); return true;
        case Document::Kind::null: *out_ += "null"; return true;
        case Document::Kind::number:
            if (!is_json_number(text)) { return refuse(Fault::unmapped, "expected a JSON number", at); }
            *out_ += text;
            return true;
        case Document::Kind::boolean:
            if (text != "true" && text != "false") {
                return refuse(Fault::unmapped, "expected the boolean true or false", at);
            }
            *out_ += text;
            return true;
    }
    return false;
}

bool JsonWriter::members(Index at, std::size_t depth) {
    if (depth > limits::depth_max) {
        return refuse(Fault::too_large, Reason("expected at most ", limits::depth_max, " levels"), at);
    }
    if (!once_each(at)) { return false; }
    *out_ += '{';
    const auto first = document_->node(at).first_child;
    for (auto child = first; child != Document::none; child = document_->node(child).next) {
        if (child != first) { *out_ += ','; }
        new_line(depth);
        *out_ += keys_[document_->node(child).name];
        if (!value(child, depth + 1)) { return false; }
    }
    if (first != Document::none) { new_line(depth - 1); }
    *out_ += '}';
    return true;
}

// A pass of its own, because the members' own members may bear the same names.
bool JsonWriter::once_each(Index at) {
    if (document_->node(at).text_size != 0) { return refuse(Fault::unmapped, "expected no text beside members", at); }
    ++objects_;
    for (auto child = document_->node(at).first_child; child != Document::none; child = document_->node(child).next) {
        const auto name = document_->node(child).name;
        if (name == undeclared) { return refuse(Fault::unmapped, "expected a field with a declared name", at); }
        if (seen_[name] == objects_) { return refuse(Fault::unmapped, "expected each key once in an object", child); }
        seen_[name] = objects_;
    }
    return true;
}

bool JsonWriter::items(Index at, std::size_t depth) {
    if (depth > limits::depth_max) {
        return refuse(Fault::too_large, Reason("expected at most ", limits::depth_max, " levels"), at);
    }
    *out_ += '[';
    const auto first = document_->node(at).first_child;
    for (auto child = first; child != Document::none; child = document_->node(child).next) {
        if (child != first) { *out_ += ','; }
        new_line(depth);
        if (!value(child, depth + 1)) { return false; }
    }
    if (first != Document::none) { new_line(depth - 1); }
    *out_ += ']';
    return true;
}

void JsonWriter::new_line(std::size_t depth) {
    if (layout_ == JsonLayout::compact) { return; }
    *out_ += '\n';
    out_->append(depth * 2, ' ');
}

// Names the innermost declared name around the node.
bool JsonWriter::refuse(Fault fault, Reason reason, Index at) {
    error_ = Error{fault, reason, {}};
    while (at != Document::none && document_->node(at).name == undeclared) { at = document_->node(at).parent; }
    if (at != Document::none) { error_->places.push_back(Place::field(names_.shown(document_->node(at).name))); }
    return false;
}

}  // namespace haven
