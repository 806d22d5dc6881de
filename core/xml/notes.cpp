#include "core/xml/notes.h"

#include <functional>
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

/// Reads one annotation element: each documentation and appinfo with its text, whatever markup stands within.
class NoteEvents : public Events {
public:
    Result<void> start(const Element& element) override {
        if (++depth_ != 2) { return {}; }
        is_appinfo_ = element.name == "appinfo";
        if (is_appinfo_) {
            note.appinfo.push_back({std::string(attribute(element, "source")), {}});
        } else {
            note.documentation.emplace_back();
        }
        return {};
    }
    Result<void> text(std::string_view piece) override {
        if (depth_ >= 2) { (is_appinfo_ ? note.appinfo.back().text : note.documentation.back()) += piece; }
        return {};
    }
    Result<void> end() override {
        --depth_;
        return {};
    }
    Result<void> invalid(const Error&) override { return {}; }

    Note note;

private:
    int depth_ = 0;
    bool is_appinfo_ = false;
};

/// Finds the annotations that stand directly within an enumeration.
class ValueEvents : public Events {
public:
    using Found = std::function<void(const Element& annotation, const std::string& value)>;
    explicit ValueEvents(Found found) : found_(std::move(found)) {}

    Result<void> start(const Element& element) override {
        const bool in_schema = element.space == schema_space;
        if (in_schema && element.name == "annotation" && !open_.empty() && open_.back()) {
            found_(element, *open_.back());
        }
        open_.emplace_back();
        if (in_schema && element.name == "enumeration") { open_.back() = attribute(element, "value"); }
        return {};
    }
    Result<void> text(std::string_view) override { return {}; }
    Result<void> end() override {
        open_.pop_back();
        return {};
    }
    Result<void> invalid(const Error&) override { return {}; }

private:
    Found found_;
    std::vector<std::optional<std::string>> open_;  // of each open element, its value if it is an enumeration
};

}  // namespace

Note read_note(const xercesc::XSAnnotation* annotation) {
    if (annotation == nullptr) { return {}; }
    const auto text = utf8(annotation->getAnnotationString());
    MemorySource source(text);
    NoteEvents events;
    Reader reader;
    // It is part of a file that has been read already.
    static_cast<void>(reader.read(source, events));
    return std::move(events.note);
}

Result<void> ValueNotes::add(const std::string& file, std::string_view text) {
    ValueEvents events([&](const Element& annotation, const std::string& value) {
        values_.emplace(Spot(file, annotation.line, annotation.column), value);
    });
    MemorySource source(text);
    return Reader().read(source, events);
}

std::string_view ValueNotes::value_at(const xercesc::XSAnnotation& annotation) const {
    XMLFileLoc line = 0;
    XMLFileLoc column = 0;
    annotation.getLineCol(line, column);
    const auto found = values_.find(Spot(utf8(annotation.getSystemId()), line, column));
    return found == values_.end() ? std::string_view() : found->second;
}

}  // namespace haven::xml
