#include "core/xml/simple_type.h"

#include <array>
#include <charconv>
#include <utility>
#include <xercesc/framework/psvi/XSFacet.hpp>
#include <xercesc/framework/psvi/XSMultiValueFacet.hpp>

#include "core/xml/xerces.h"

namespace haven::xml {

using xerces::XSSimpleTypeDefinition;
using xerces::XSTypeDefinition;

namespace {

constexpr std::string_view standard_space = "http://www.w3.org/2001/XMLSchema";

constexpr std::array<std::pair<std::string_view, Primitive>, 19> primitives{{
    {"string", Primitive::string},      {"boolean", Primitive::boolean},
    {"decimal", Primitive::decimal},    {"float", Primitive::floating},
    {"double", Primitive::floating},    {"duration", Primitive::duration},
    {"dateTime", Primitive::date_time}, {"time", Primitive::time},
    {"date", Primitive::date},          {"gYearMonth", Primitive::part_of_date},
    {"gYear", Primitive::part_of_date}, {"gMonthDay", Primitive::part_of_date},
    {"gDay", Primitive::part_of_date},  {"gMonth", Primitive::part_of_date},
    {"hexBinary", Primitive::binary},   {"base64Binary", Primitive::binary},
    {"anyURI", Primitive::uri},         {"QName", Primitive::qname},
    {"NOTATION", Primitive::qname},
}};

std::uint64_t number(const std::string& text) {
    std::uint64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
}

void take_facet(SimpleType& simple, XSSimpleTypeDefinition::FACET kind, std::string value) {
    switch (kind) {
        case XSSimpleTypeDefinition::FACET_LENGTH: simple.length = number(value); break;
        case XSSimpleTypeDefinition::FACET_MINLENGTH: simple.min_length = number(value); break;
        case XSSimpleTypeDefinition::FACET_MAXLENGTH: simple.max_length = number(value); break;
        case XSSimpleTypeDefinition::FACET_TOTALDIGITS: simple.total_digits = number(value); break;
        case XSSimpleTypeDefinition::FACET_FRACTIONDIGITS: simple.fraction_digits = number(value); break;
        case XSSimpleTypeDefinition::FACET_MININCLUSIVE: simple.min_inclusive = std::move(value); break;
        case XSSimpleTypeDefinition::FACET_MINEXCLUSIVE: simple.min_exclusive = std::move(value); break;
        case XSSimpleTypeDefinition::FACET_MAXINCLUSIVE: simple.max_inclusive = std::move(value); break;
        case XSSimpleTypeDefinition::FACET_MAXEXCLUSIVE: simple.max_exclusive = std::move(value); break;
        case XSSimpleTypeDefinition::FACET_WHITESPACE:
            simple.white_space = value == "collapse"  ? SimpleType::WhiteSpace::collapse
                                 : value == "replace" ? SimpleType::WhiteSpace::replace
                                                      : SimpleType::WhiteSpace::preserve;
            break;
        default: break;  // of many values: below
    }
}

/// Patterns of one step of derivation are alternatives, those of different steps must all match.
void take_patterns(SimpleType& simple, XSSimpleTypeDefinition& definition) {
    for (XSTypeDefinition* step = &definition; !is_standard(*step); step = step->getBaseType()) {
        auto* list = static_cast<XSSimpleTypeDefinition*>(step)->getLexicalPattern();
        if (list == nullptr || list->size() == 0) { continue; }
        std::string pattern = utf8(list->elementAt(0));
        for (XMLSize_t i = 1; i < list->size(); ++i) { pattern += "|" + utf8(list->elementAt(i)); }
        simple.patterns.push_back(std::move(pattern));
    }
}

void take_values(SimpleType& simple, XSSimpleTypeDefinition& definition, const Notes& notes) {
    auto* facets = definition.getMultiValueFacets();
    for (XMLSize_t f = 0; facets != nullptr && f < facets->size(); ++f) {
        auto& facet = *facets->elementAt(f);
        if (facet.getFacetKind() != XSSimpleTypeDefinition::FACET_ENUMERATION) { continue; }
        auto* values = facet.getLexicalFacetValues();
        for (XMLSize_t i = 0; i < values->size(); ++i) { simple.values.push_back({utf8(values->elementAt(i)), {}}); }
        auto* annotations = facet.getAnnotations();
        for (XMLSize_t i = 0; annotations != nullptr && i < annotations->size(); ++i) {
            const auto text = notes.value_at(*annotations->elementAt(i));
            for (auto& value : simple.values) {
                if (value.text == text) { value.note = notes.of(annotations->elementAt(i)); }
            }
        }
    }
}

/// Of an atomic type that comes from this one of the standard's.
Primitive primitive_of(XSSimpleTypeDefinition& primitive, XSTypeDefinition* standard) {
    for (; standard != &primitive && standard != standard->getBaseType(); standard = standard->getBaseType()) {
        if (utf8(standard->getName()) == "integer") { return Primitive::integer; }
    }
    const auto name = utf8(primitive.getName());
    for (const auto& [known, kind] : primitives) {
        if (known == name) { return kind; }
    }
    return Primitive::any;
}

}  // namespace

bool is_standard(XSTypeDefinition& type) {
    return utf8(type.getNamespace()) == standard_space;
}

SimpleType read_simple_type(XSSimpleTypeDefinition& definition, const Notes& notes) {
    SimpleType simple;
    XSTypeDefinition* standard = &definition;
    while (!is_standard(*standard)) { standard = standard->getBaseType(); }
    simple.builtin = utf8(standard->getName());
    if (auto* primitive = definition.getPrimitiveType()) { simple.primitive = primitive_of(*primitive, standard); }
    auto* facets = definition.getFacets();
    for (XMLSize_t i = 0; facets != nullptr && i < facets->size(); ++i) {
        const auto& facet = *facets->elementAt(i);
        take_facet(simple, facet.getFacetKind(), utf8(facet.getLexicalFacetValue()));
    }
    take_patterns(simple, definition);
    take_values(simple, definition, notes);
    return simple;
}

}  // namespace haven::xml
