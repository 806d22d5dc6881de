#include "mapping/format/xml_builder.h"

#include "core/base/limits.h"

namespace haven {
namespace {

constexpr std::string_view white_space = " \t\r\n";  // XML 1.0, section 2.3

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) { return {}; }
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace

void XmlBuilder::begin(Document& document) {
    document_ = &document;
    document.clear();
    open_ = 0;
    error_.reset();
    after_.resize(names_.size(), undeclared);
}

// Most names come after the same name as the last time: comparing with that one costs a fifth of a look-up.
NameId XmlBuilder::name(std::string_view space, std::string_view mark, std::string_view local) {
    auto& expected = after_[last_];
    const std::string_view key = names_.key(expected);
    const bool same =
        space.empty() && key.size() == mark.size() + local.size() && key.starts_with(mark) && key.ends_with(local);
    if (!same) { expected = find(space, mark, local); }
    return last_ = expected;
}

NameId XmlBuilder::find(std::string_view space, std::string_view mark, std::string_view local) {
    if (space.empty() && mark.empty()) { return names_.find(local); }
    key_.clear();
    if (!space.empty()) { key_.append("{").append(space).append("}"); }
    key_.append(mark).append(local);
    return names_.find(key_);
}

void XmlBuilder::start(const xml::Element& element) {
    if (error_) { return; }
    const auto line = static_cast<std::uint32_t>(element.line);
    const auto id = name_of(element);
    auto node = Document::root;
    if (open_ == 0) {
        document_->set_name(node, id);
    } else {
        node = document_->add(levels_[open_ - 1].node, id, Document::Kind::text, line);
        levels_[open_ - 1].has_elements = true;
    }
    if (open_ == levels_.size()) { levels_.emplace_back(); }
    auto& level = levels_[open_++];
    level.node = node;
    level.line = element.line;
    level.nil = element.nil;
    level.has_elements = false;
    level.text.clear();
    for (const auto& attribute : element.attributes) {
        const auto child = document_->add(node, name(attribute.space, "@", attribute.name), Document::Kind::text, line);
        set_text(child, attribute.value);
    }
    if (document_->size() > Document::nodes_max) {
        refuse(Fault::too_large, Reason("expected at most ", Document::nodes_max, " elements and attributes"), node);
    }
}

void XmlBuilder::text(std::string_view piece) {
    if (error_) { return; }
    auto& level = levels_[open_ - 1];
    if (level.has_elements && trimmed(level.text).empty()) { level.text.clear(); }  // layout
    level.text += piece;
    if (level.text.size() > limits::value_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", limits::value_bytes_max, " bytes"), level.node);
    }
}

void XmlBuilder::end() {
    if (error_) { return; }
    const auto& level = levels_[open_ - 1];
    const auto text = level.has_elements ? trimmed(level.text) : std::string_view(level.text);
    if (level.nil && (level.has_elements || !trimmed(text).empty())) {
        refuse(Fault::malformed, "expected no content in an element with xsi:nil", level.node);
        return;
    }
    if (level.nil) {
        document_->set_kind(level.node, Document::Kind::null);
    } else {
        document_->set_kind(level.node, level.has_elements ? Document::Kind::branch : Document::Kind::text);
        set_text(level.node, text);
    }
    --open_;
}

Name XmlBuilder::open_name() const {
    if (open_ == 0 || error_) { return {}; }
    const auto name = document_->node(levels_[open_ - 1].node).name;
    return name == undeclared ? Name{} : names_.shown(name);
}

void XmlBuilder::set_text(Document::Index node, std::string_view text) {
    if (text.size() > limits::value_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", limits::value_bytes_max, " bytes"), node);
    } else if (document_->text_bytes() + text.size() > limits::record_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", limits::record_bytes_max, " bytes in a record"), node);
    } else {
        document_->append_text(node, text);
    }
}

void XmlBuilder::refuse(Fault fault, Reason reason, Document::Index node) {
    if (error_) { return; }
    error_ = Error{fault, reason, {}};
    const auto name = document_->node(node).name;
    if (name != undeclared) { error_ = std::move(*error_).at(Place::field(names_.shown(name))); }
    error_ = std::move(*error_).at(Place::line(levels_[open_ - 1].line));
}

}  // namespace haven
