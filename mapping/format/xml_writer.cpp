#include "mapping/format/xml_writer.h"

#include <algorithm>

#include "core/base/encoding.h"
#include "core/base/limits.h"

namespace haven {
namespace {

using Kind = Document::Kind;

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view nil = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";

/// Whether XML allows this as a name without a prefix. Beyond ASCII it is taken on trust: names come from schemas.
bool is_name(std::string_view name) {
    const auto starts = [](char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c & 0x80) != 0; };
    const auto goes_on = [&](char c) { return starts(c) || c == '-' || c == '.' || (c >= '0' && c <= '9'); };
    return !name.empty() && starts(name.front()) && std::ranges::all_of(name, goes_on);
}

/// XML 1.0, production 2: no control but tab and the line ends, no U+FFFE and U+FFFF.
bool is_xml_text(std::string_view text) {
    const auto is_control = [](char c) { return c >= 0 && c < 0x20 && c != '\t' && c != '\n' && c != '\r'; };
    return is_utf8(text) && std::ranges::none_of(text, is_control) && text.find("\xef\xbf\xbe") == text.npos &&
           text.find("\xef\xbf\xbf") == text.npos;
}

/// A line end or a tab in an attribute would be read as a space, a carriage return in a text as a line feed.
void escape(std::string_view text, bool in_attribute, std::string& out) {
    for (const auto specials = std::string_view(in_attribute ? "&<>\"\t\n\r" : "&<>\r");;) {
        const auto at = std::min(text.find_first_of(specials), text.size());
        out += text.substr(0, at);
        if (at == text.size()) { return; }
        switch (text[at]) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\t': out += "&#9;"; break;
            case '\n': out += "&#10;"; break;
            default: out += "&#13;"; break;
        }
        text.remove_prefix(at + 1);
    }
}

}  // namespace

XmlWriter::XmlWriter(const Vocabulary& names, XmlForm form) : names_(names), form_(std::move(form)) {
    for (const auto& [prefix, space] : form_.prefixes) {
        declarations_ += prefix.empty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"";
        escape(space, true, declarations_);
        declarations_ += '"';
    }
    for (NameId id = 0; id < names.size(); ++id) { tags_.push_back(tag_of(names.key(id))); }
}

/// Keys are as Vocabulary says: "local", "{namespace}local", "@local", "{namespace}@local".
XmlWriter::Tag XmlWriter::tag_of(std::string_view key) const {
    std::string_view space;
    if (key.starts_with('{')) {
        const auto end = key.find('}');
        if (end == key.npos) { return {}; }
        space = key.substr(1, end - 1);
        key.remove_prefix(end + 1);
    }
    const bool is_attribute = key.starts_with('@');
    if (is_attribute) { key.remove_prefix(1); }
    if (!is_name(key)) { return {}; }
    const auto unprefixed = std::ranges::find(form_.prefixes, "", &XmlForm::Prefix::prefix);
    const auto own_space = is_attribute || unprefixed == form_.prefixes.end() ? std::string_view() : unprefixed->space;
    if (space == own_space) { return {std::string(key), is_attribute}; }
    for (const auto& each : form_.prefixes) {
        if (each.space == space && !each.prefix.empty()) {
            return {each.prefix + ":" + std::string(key), is_attribute};
        }
    }
    return {};
}

Result<void> XmlWriter::write(const Document& document, std::string& out) {
    const auto before = out.size();
    document_ = &document;
    out_ = &out;
    error_.reset();
    out += declaration;
    const auto above = form_.record_path.empty() ? 0 : form_.record_path.size() - 1;
    const auto name = form_.record_path.empty() ? document.node(Document::root).name : form_.record_path.back();
    bool written = true;
    for (std::size_t i = 0; written && i < above; ++i) {
        written = open(form_.record_path[i], i);
        out += '>';
        new_line(i + 1);
    }
    written = written && element(Document::root, name, above);
    for (std::size_t i = above; written && i-- > 0;) {
        new_line(i);
        close(form_.record_path[i]);
    }
    if (!written) {
        out.resize(before);
        return fail(std::move(*error_));
    }
    new_line(0);
    return {};
}

/// The start tag but for its end.
bool XmlWriter::open(NameId name, std::size_t depth) {
    const auto& tag = tags_[name];
    if (tag.name.empty()) {
        return refuse(Fault::unmapped, "expected a declared name, its namespace with a prefix", name);
    }
    if (tag.is_attribute) { return refuse(Fault::unmapped, "expected an element here, not an attribute", name); }
    if (depth >= limits::depth_max) {
        return refuse(Fault::too_large, Reason("expected at most ", limits::depth_max, " levels"), name);
    }
    out_->append("<").append(tag.name);
    if (depth == 0) { *out_ += declarations_; }
    return true;
}

void XmlWriter::close(NameId name) {
    out_->append("</").append(tags_[name].name).append(">");
}

bool XmlWriter::element(Index at, NameId name, std::size_t depth) {
    if (!open(name, depth) || !attributes(at)) { return false; }
    const auto& node = document_->node(at);
    const bool holds_elements = has_elements(at);
    if (node.kind == Kind::null) {
        if (holds_elements || node.text_size != 0) {
            return refuse(Fault::unmapped, "expected no content in a null", name);
        }
        *out_ += nil;
    }
    if (!holds_elements && node.text_size == 0) {
        *out_ += "/>";
        return true;
    }
    *out_ += '>';
    if (!text(at, false)) { return false; }
    for (auto child = node.first_child; child != Document::none; child = document_->node(child).next) {
        if (!elements(child, depth + 1)) { return false; }
    }
    if (holds_elements) { new_line(depth); }
    close(name);
    return true;
}

bool XmlWriter::has_elements(Index at) const {
    for (auto child = document_->node(at).first_child; child != Document::none; child = document_->node(child).next) {
        const auto& node = document_->node(child);
        const bool is_empty_list = node.kind == Kind::list && node.first_child == Document::none;
        if (!tags_[node.name].is_attribute && !is_empty_list) { return true; }
    }
    return false;
}

bool XmlWriter::attributes(Index at) {
    const auto first = document_->node(at).first_child;
    for (auto child = first; child != Document::none; child = document_->node(child).next) {
        const auto& node = document_->node(child);
        if (!tags_[node.name].is_attribute) { continue; }
        if (node.kind == Kind::branch || node.kind == Kind::list || node.kind == Kind::null) {
            return refuse(Fault::unmapped, "expected a text in an attribute", node.name);
        }
        for (auto earlier = first; earlier != child; earlier = document_->node(earlier).next) {
            if (document_->node(earlier).name == node.name) {
                return refuse(Fault::unmapped, "expected each attribute once", node.name);
            }
        }
        out_->append(" ").append(tags_[node.name].name).append("=\"");
        if (!text(child, true)) { return false; }
        *out_ += '"';
    }
    return true;
}

/// One child: an element, or a list of them; attributes have been written.
bool XmlWriter::elements(Index at, std::size_t depth) {
    const auto& node = document_->node(at);
    if (tags_[node.name].is_attribute) { return true; }
    if (node.kind != Kind::list) {
        new_line(depth);
        return element(at, node.name, depth);
    }
    for (auto item = node.first_child; item != Document::none; item = document_->node(item).next) {
        if (document_->node(item).kind == Kind::list) {
            return refuse(Fault::unmapped, "expected no list directly within a list", node.name);
        }
        new_line(depth);
        if (!element(item, node.name, depth)) { return false; }
    }
    return true;
}

bool XmlWriter::text(Index at, bool in_attribute) {
    const auto text = document_->text(at);
    if (!is_xml_text(text)) {
        auto named = at;
        while (document_->node(named).name == undeclared && named != Document::root) {
            named = document_->node(named).parent;
        }
        return refuse(Fault::malformed, "expected only characters that XML 1.0 allows", document_->node(named).name);
    }
    escape(text, in_attribute, *out_);
    return true;
}

void XmlWriter::new_line(std::size_t depth) {
    if (form_.layout == XmlLayout::indented) { out_->append("\n").append(2 * depth, ' '); }
}

bool XmlWriter::refuse(Fault fault, Reason reason, NameId name) {
    error_ = Error{fault, reason, {}};
    if (name != undeclared) { error_ = std::move(*error_).at(Place::field(names_.shown(name))); }
    return false;
}

}  // namespace haven
