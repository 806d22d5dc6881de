#include "core/xml/notes.h"

#include <functional>
#include <utility>
#include <vector>

#include "core/xml/reader.h"
#include "core/xml/xerces.h"

namespace haven::xml {
namespace {

constexpr std::string_view schema_space = "http://www.w3.org/2001/XMLSchema";

std::string_view attribute(const Element& element, std::string_view name) {
    for (const auto& each : element.attributes) {
        if (each.space.empty() && each.name == name) { return each.value; }
    }
    return {};
}

/// Reads each annotation: its documentation and appinfo with their texts, whatever markup stands within, and the value
/// of the enumeration that it stands directly within.
class AnnotationEvents : public Events {
public:
    using Found = std::function<void(std::int64_t line, std::int64_t column, Note note, std::string value)>;
    explicit AnnotationEvents(Found found) : found_(std::move(found)) {}

    Result<void> start(const Element& element) override {
        ++depth_;
        const bool in_schema = element.space == schema_space;
        if (annotation_ != 0) {
            if (depth_ == annotation_ + 1) { start_part(element, in_schema); }
        } else if (in_schema && element.name == "annotation") {
            annotation_ = depth_;
            line_ = element.line;
            column_ = element.column;
        } else {
            values_.resize(depth_);
            values_.back() = in_schema && element.name == "enumeration" ? attribute(element, "value") : "";
        }
        return {};
    }
    Result<void> text(std::string_view piece) override {
        if (into_ != nullptr) { *into_ += piece; }
        return {};
    }
    Result<void> end() override {
        if (depth_ == annotation_ + 1) { into_ = nullptr; }
        if (depth_ == annotation_) {
            annotation_ = 0;
            found_(line_, column_, std::exchange(note_, {}), depth_ > 1 ? values_[depth_ - 2] : "");
        }
        --depth_;
        return {};
    }
    Result<void> invalid(const Error&) override { return {}; }

private:
    void start_part(const Element& element, bool in_schema) {
        if (in_schema && element.name == "appinfo") {
            into_ = &note_.appinfo.emplace_back(Note::Appinfo{std::string(attribute(element, "source")), {}}).text;
        } else {
            into_ = &note_.documentation.emplace_back();
        }
    }

    Found found_;
    std::size_t depth_ = 0;
    std::size_t annotation_ = 0;  // the depth of the one that is open, or 0
    std::int64_t line_ = 0;
    std::int64_t column_ = 0;
    Note note_;
    std::string* into_ = nullptr;      // the part of the note that is open
    std::vector<std::string> values_;  // of each element around it, its value if it is an enumeration
};

}  // namespace

Result<void> Notes::add(const std::string& file, std::string_view text) {
    AnnotationEvents events([&](std::int64_t line, std::int64_t column, Note note, std::string value) {
        found_.insert_or_assign(Spot(file, line, column), Found{std::move(note), std::move(value)});
    });
    MemorySource source(text);
    return Reader().read(source, events);
}

const Note& Notes::of(const xercesc::XSAnnotation* annotation) const {
    static const Note nothing;
    return annotation == nullptr ? nothing : found(*annotation).note;
}

std::string_view Notes::value_at(const xercesc::XSAnnotation& annotation) const {
    return found(annotation).value;
}

const Notes::Found& Notes::found(const xercesc::XSAnnotation& annotation) const {
    static const Found nothing;
    XMLFileLoc line = 0;
    XMLFileLoc column = 0;
    annotation.getLineCol(line, column);
    const auto found = found_.find(Spot(utf8(annotation.getSystemId()), line, column));
    return found == found_.end() ? nothing : found->second;
}

}  // namespace haven::xml
