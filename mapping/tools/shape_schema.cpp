#include <algorithm>
#include <set>

#include "mapping/tools/shape.h"

namespace haven {
namespace {

/// Goes down the types of a schema; one that contains itself is followed once.
class SchemaNotes {
public:
    SchemaNotes(const xml::Schema& schema, Shape& shape) : schema_(schema), shape_(shape) {}

    void fill(ShapePlace& place, xml::TypeIndex type) {
        if (type == xml::none || std::find(open_.begin(), open_.end(), type) != open_.end()) { return; }
        open_.push_back(type);
        const auto& definition = schema_.types()[type];
        text(place, definition.text);
        for (const auto& attribute : definition.attributes) {
            text(place.child(xml_name(shape_, attribute.space, attribute.name, true)), attribute.type);
        }
        for (const auto& child : schema_.children(type).elements) {
            const auto& element = schema_.elements()[child.element];
            ShapePlace below{.name = xml_name(shape_, element.space, element.name, false)};
            below.repeats = child.max == xml::unbounded || child.max > 1;
            fill(below, element.type);
            place.below.push_back(std::move(below));
        }
        open_.pop_back();
    }

private:
    // The values that an enumeration lists help to guess what the field is.
    void text(ShapePlace& place, xml::TypeIndex type) {
        if (type == xml::none) { return; }
        place.has_text = true;
        const auto& simple = schema_.types()[type].simple;
        if (!simple) { return; }
        for (const auto& value : simple->values) { place.see(value.text); }
    }

    const xml::Schema& schema_;
    Shape& shape_;
    std::vector<xml::TypeIndex> open_;
};

}  // namespace

std::vector<std::string> roots_of(const xml::Schema& schema) {
    std::set<std::string> names;
    for (const auto& element : schema.elements()) {
        if (element.is_global && !element.is_abstract) { names.insert(element.name); }
    }
    return {names.begin(), names.end()};
}

Result<Shape> schema_shape(const xml::Schema& schema, std::string_view root) {
    root.remove_prefix(root.rfind(':') + 1);  // a prefix is the writer's own: the schema knows the name behind it
    const xml::ElementDeclaration* found = nullptr;
    std::size_t fits = 0;
    for (const auto& element : schema.elements()) {
        if (!element.is_global || element.is_abstract || (!root.empty() && element.name != root)) { continue; }
        found = &element;
        ++fits;
    }
    if (fits == 0) { return fail(Fault::missing, "the schema declares no such element"); }
    if (fits > 1) {
        return fail(Fault::missing, Reason("the schema declares ", fits, " elements; name the one that is the root"));
    }
    Shape shape;
    shape.format = Format::xml;
    shape.options = "root " + quoted_name(xml_name(shape, found->space, found->name, false));
    SchemaNotes(schema, shape).fill(shape.record, found->type);
    shape.record.has_text = false;
    return shape;
}

}  // namespace haven
