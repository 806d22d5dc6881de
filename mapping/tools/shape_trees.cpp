#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <set>

#include "core/xml/reader.h"
#include "mapping/tools/shape.h"

namespace haven {
namespace {

namespace json = boost::json;

void see_value(const json::value& value, ShapePlace& place);

void see_object(const json::object& object, ShapePlace& place) {
    for (const auto& [key, value] : object) { see_value(value, place.child(std::string(key))); }
}

// What is null or empty in one record may hold fields in another: it is no text.
void see_value(const json::value& value, ShapePlace& place) {
    if (value.is_object()) { return see_object(value.as_object(), place); }
    if (value.is_array()) {
        place.repeats = true;
        for (const auto& item : value.as_array()) { see_value(item, place); }
        return;
    }
    if (value.is_bool()) { place.has_text = place.is_boolean = true; }
    if (value.is_string()) { place.see(std::string_view(value.as_string())); }
    if (value.is_number()) { place.see(json::serialize(value)); }
}

/// Notes the elements and attributes of an XML message.
class XmlNotes : public xml::Events {
public:
    explicit XmlNotes(Shape& shape) : shape_(shape) {}

    Result<void> start(const xml::Element& element) override {
        const auto name = xml_name(shape_, element.space, element.name, false);
        if (open_.empty()) {
            shape_.options = "root " + quoted_name(name);
            open_.push_back({&shape_.record, {}, {}});
        } else {
            auto& place = open_.back().place->child(name);
            if (!open_.back().seen.insert(name).second) { place.repeats = true; }
            paths_.push_back(name);
            open_.push_back({nullptr, {}, {}});
            resolve();
        }
        for (const auto& attribute : element.attributes) {
            open_.back().place->child(xml_name(shape_, attribute.space, attribute.name, true)).see(attribute.value);
        }
        return {};
    }
    Result<void> text(std::string_view piece) override {
        open_.back().text += piece;
        return {};
    }
    Result<void> end() override {
        open_.back().place->see(open_.back().text);
        open_.pop_back();
        if (!paths_.empty()) { paths_.pop_back(); }
        resolve();
        return {};
    }
    Result<void> invalid(const Error&) override { return {}; }

private:
    struct Open {
        ShapePlace* place;
        std::set<std::string> seen;  // names of the elements in it so far
        std::string text;
    };

    // Places move as their neighbours grow, so the open ones are found again by their names.
    void resolve() {
        auto* at = &shape_.record;
        for (std::size_t i = 0; i < open_.size(); ++i) {
            if (i > 0) { at = &at->child(paths_[i - 1]); }
            open_[i].place = at;
        }
    }

    Shape& shape_;
    std::vector<Open> open_;
    std::vector<std::string> paths_;
};

// What a message calls its namespaces: xmlns="URI" and xmlns:PREFIX="URI", wherever they stand. A reader tells names by
// their URI alone, and what is no declaration (in a comment) is asked for by no name.
void add_declared(Namespaces& called, std::string_view message) {
    constexpr std::string_view xmlns = "xmlns";
    const auto is_plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    for (auto at = message.find(xmlns); at != message.npos; at = message.find(xmlns, at + 1)) {
        const auto rest = message.substr(at + xmlns.size());
        const auto open = rest.find_first_of("\"'");
        const auto close = open == rest.npos ? rest.npos : rest.find(rest[open], open + 1);
        if (close == rest.npos) { return; }
        const auto uri = rest.substr(open + 1, close - open - 1);
        const auto prefix = rest.substr(0, rest.find_first_of(" \t\r\n="));
        if (prefix.empty()) {
            called.emplace_back("default", uri);
        } else if (prefix[0] == ':' && std::all_of(prefix.begin() + 1, prefix.end(), is_plain)) {
            called.emplace_back(prefix.substr(1), uri);
        }
    }
}

}  // namespace

Result<Shape> json_shape(std::string_view sample) {
    json::error_code error;
    const auto value = json::parse({sample.data(), sample.size()}, error);
    if (error) { return fail(Fault::malformed, "expected JSON"); }
    Shape shape;
    shape.format = Format::json;
    if (value.is_array()) {
        for (const auto& item : value.as_array()) { see_value(item, shape.record); }
    } else {
        see_value(value, shape.record);
    }
    shape.record.repeats = false;
    if (shape.record.below.empty()) { return fail(Fault::malformed, "expected an object"); }
    return shape;
}

Result<Shape> xml_shape(std::string_view sample, Namespaces called) {
    Shape shape;
    shape.format = Format::xml;
    shape.called = std::move(called);
    add_declared(shape.called, sample);
    XmlNotes notes(shape);
    MemorySource source(sample);
    if (auto done = xml::Reader().read(source, notes); !done) { return fail(std::move(done).error()); }
    return shape;
}

}  // namespace haven
