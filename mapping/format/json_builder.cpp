#include "mapping/format/json_builder.h"

#include <algorithm>
#include <cmath>

#include "core/base/limits.h"

namespace haven {
namespace {

constexpr std::size_t key_bytes_max = 1024;

}  // namespace

// --- where a value stands

// Whether the value that starts here is that of the next key of the path.
bool JsonBuilder::on_path(Document::Kind kind) const {
    const auto& path = records_.path;
    if (in_record_ || found_ || depth_ == 0 || depth_ > path.size() || path_matched_ != depth_ - 1) { return false; }
    const bool wanted = kind == (depth_ == path.size() ? Document::Kind::list : Document::Kind::branch);
    return wanted && outside_.node(outside_container_).kind == Document::Kind::branch && name_ == path[depth_ - 1];
}

bool JsonBuilder::opens_records(Document::Kind kind) const {
    if (records_.whole_text) { return false; }
    if (records_.path.empty()) { return depth_ == 0 && kind == Document::Kind::list; }
    return depth_ == records_.path.size() && on_path(kind);
}

bool JsonBuilder::begins_record() const {
    if (in_record_) { return false; }
    if (records_depth_ != 0) { return depth_ == records_depth_; }
    return depth_ == 0 && (records_.whole_text || records_.path.empty());
}

void JsonBuilder::begin_record() {
    in_record_ = true;
    record_.clear();
    record_container_ = Document::none;
    record_depth_ = depth_;
    objects_around_ = keys_.open_objects();
    record_line_ = line_;
    ++record_number_;
}

bool JsonBuilder::end_record() {
    in_record_ = false;
    keys_.close_down_to(objects_around_);
    Result<const Document*> read(&record_);
    if (bad_) { read = fail(std::move(*bad_).at(Place::record(record_number_))); }
    bad_.reset();
    auto taken = handler_({record_number_, record_line_, std::move(read)});
    if (taken) { return true; }
    stopped_ = std::move(taken).error();
    return false;
}

// Makes the node of the value that starts here; `none` where it is not kept.
JsonBuilder::Index JsonBuilder::place(Document::Kind kind) {
    if (begins_record()) {
        begin_record();
        record_.set_kind(Document::root, kind);
        return Document::root;
    }
    if (skipping()) { return Document::none; }
    auto& doc = document();
    if (depth_ == 0) {
        doc.set_kind(Document::root, kind);
        return Document::root;
    }
    if (doc.size() >= Document::nodes_max) {
        refuse(Fault::too_large, Reason("expected at most ", Document::nodes_max, " values in a record"));
        return Document::none;
    }
    const auto parent = container();
    const auto name = doc.node(parent).kind == Document::Kind::list ? undeclared : name_;
    return doc.add(parent, name, kind, static_cast<std::uint32_t>(line_));
}

bool JsonBuilder::open(Document::Kind kind) {
    if (opens_records(kind)) {
        records_depth_ = ++depth_;
        found_ = true;
        return true;
    }
    if (on_path(kind)) { path_matched_ = depth_; }
    const auto here = place(kind);
    ++depth_;
    if (skipping()) { return !stopped_; }
    container() = here;
    if (kind == Document::Kind::branch) { keys_.open_object(); }
    return true;
}

bool JsonBuilder::close() {
    --depth_;
    if (!in_record_ && records_depth_ == depth_ + 1) {
        records_depth_ = 0;
        return true;
    }
    if (!in_record_ && depth_ > 0) { path_matched_ = std::min(path_matched_, depth_ - 1); }
    if (!skipping()) { leave(); }
    return end_value();
}

void JsonBuilder::leave() {
    const auto& node = document().node(container());
    if (node.kind == Document::Kind::branch) { keys_.close_object(); }
    container() = node.parent;
}

// --- values

void JsonBuilder::append(std::string_view part) {
    if (skipping()) { return; }
    auto& doc = document();
    if (part.find('\0') != part.npos) {
        refuse(Fault::malformed, "expected a text without a NUL");
    } else if (doc.node(leaf_).text_size + part.size() > limits::value_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", limits::value_bytes_max, " bytes"));
    } else if (doc.text_bytes() + part.size() > limits::record_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", limits::record_bytes_max, " bytes in a record"));
    } else {
        doc.append_text(leaf_, part);
    }
}

bool JsonBuilder::scalar(Document::Kind kind, std::string_view text) {
    leaf_ = place(kind);
    append(text);
    return end_value();
}

bool JsonBuilder::string(std::string_view part, bool last) {
    if (!in_string_) { leaf_ = place(Document::Kind::text); }
    in_string_ = !last;
    append(part);
    return last ? end_value() : !stopped_;
}

bool JsonBuilder::number_part(std::string_view part) {
    number_ += part.substr(0, number_chars_max + 1 - std::min(number_.size(), number_chars_max + 1));
    return true;
}

bool JsonBuilder::number(std::string_view part, std::optional<double> real) {
    number_part(part);
    leaf_ = place(Document::Kind::number);
    check_number(real);
    append(number_);
    number_.clear();
    return end_value();
}

void JsonBuilder::check_number(std::optional<double> real) {
    if (number_.size() > number_chars_max) {
        refuse(Fault::too_large, Reason("expected at most ", number_chars_max, " characters in a number"));
    } else if (real && number_.find_first_of(".eE") == number_.npos) {
        refuse(Fault::malformed, "expected an integer that fits 64 bits");
    } else if (real && !std::isfinite(*real)) {
        refuse(Fault::malformed, "expected a finite number");
    }
}

bool JsonBuilder::key(std::string_view part, bool last) {
    if (skipping()) { return !stopped_; }
    name_ = undeclared;
    if (key_.size() + part.size() > key_bytes_max || keys_.text_bytes() > limits::record_bytes_max) {
        refuse(Fault::too_large, Reason("expected at most ", key_bytes_max, " bytes in a key"));
    } else if (!last) {
        key_ += part;
    } else if (key_.empty()) {
        add_key(part);
    } else {
        key_ += part;
        add_key(key_);
        key_.clear();
    }
    return !stopped_;
}

void JsonBuilder::add_key(std::string_view key) {
    name_ = names_.find(key);
    if (key.find('\0') != key.npos) {
        refuse(Fault::malformed, "expected a key without a NUL");
        return;
    }
    switch (keys_.add(name_, key)) {
        case JsonKeys::Added::yes: return;
        case JsonKeys::Added::repeated: return refuse(Fault::malformed, "expected each key once in an object");
        case JsonKeys::Added::too_many:
            return refuse(Fault::too_large, Reason("expected at most ", JsonKeys::keys_max, " keys in an object"));
    }
}

// --- failures

// The innermost declared name around what is being read.
Name JsonBuilder::nearest_name() {
    auto& doc = document();
    auto at = container();
    if (at == Document::none) { return {}; }
    auto name = doc.node(at).kind == Document::Kind::list ? undeclared : name_;
    for (; name == undeclared && at != Document::none; at = doc.node(at).parent) { name = doc.node(at).name; }
    return names_.shown(name);
}

void JsonBuilder::refuse(Fault fault, Reason reason) {
    if (skipping()) { return; }
    Error error{fault, reason, {}};
    if (const auto name = nearest_name(); !name.empty()) { error.places.push_back(Place::field(name)); }
    (in_record_ ? bad_ : stopped_) = std::move(error).at(Place::line(line_));
    key_.clear();
}

bool JsonBuilder::abandon(Error error) {
    if (!in_record_) { begin_record(); }
    if (!bad_) { bad_ = std::move(error); }
    depth_ = record_depth_;
    in_string_ = false;
    key_.clear();
    number_.clear();
    return end_record();
}

bool JsonBuilder::finish() {
    if (in_record_) { return end_record(); }
    if (records_.path.empty() || found_) { return true; }
    const auto name = names_.shown(records_.path.back());
    stopped_ = Error{Fault::malformed, "expected the array that holds the records", {Place::field(name)}};
    return false;
}

}  // namespace haven
