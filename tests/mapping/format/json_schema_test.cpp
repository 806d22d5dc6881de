#include "mapping/format/json_schema.h"

#include <gtest/gtest.h>

#include "tests/mapping/reading_maps.h"

namespace haven {
namespace {

std::string why_not(std::string_view schema) {
    const auto made = JsonSchema::compile(schema, "s.schema.json");
    return made ? "loads" : made.error().front().message;
}

/// What reading says of a message under a schema: one record, of a map that ignores whatever stands in it.
std::string kept(std::string_view schema, std::string_view message, std::string_view heading = "") {
    const DialectSchemas schemas =
        [&](const std::string&) -> tl::expected<std::shared_ptr<const DialectSchema>, Problems> {
        auto made = JsonSchema::compile(schema, "s.schema.json");
        if (!made) { return tl::unexpected(made.error()); }
        return std::make_shared<DialectSchema>(std::move(*made), std::string(schema));
    };
    const auto text = "map t 1\ndialect json schema \"s.schema.json\"\nrecord service-entry 1\n" +
                      std::string(heading) +
                      "constant \"n\" -> service/name\nref -> service/identifier\n"
                      "rest ignore \"of no interest\"\n";
    const auto map = Map::compile(text, "t/t.map", test::catalogue(), {}, schemas);
    if (!map) { return text_of(map.error().front()); }
    std::string out;
    for (const auto& record : test::read_with(**map, message)) {
        out += (out.empty() ? "" : "\n") + test::told(record);
    }
    return out;
}

std::string of_rest(std::string_view rule, std::string_view value) {
    return kept(R"({"type": "object", "properties": {"ref": {"type": "string"}, "rest": )" + std::string(rule) + "}}",
                R"({"ref": "1", "rest": )" + std::string(value) + "}");
}

TEST(JsonSchema, AValueThatIsNotAsTheSchemaSaysIsToldByItsPlaceAndWhatWasExpected) {
    const std::string at = "record 1: line 1: rest: ";
    EXPECT_EQ(of_rest(R"({"type": "string"})", R"("x")"), "taken");
    EXPECT_EQ(of_rest(R"({"type": "string"})", "7"), at + "expected a text, as the schema says");
    EXPECT_EQ(of_rest(R"({"type": ["string", "null"]})", "null"), "taken");
    EXPECT_EQ(of_rest(R"({"type": "integer"})", "7"), "taken");
    EXPECT_EQ(of_rest(R"({"type": "integer"})", "7.0"), "taken");
    EXPECT_EQ(of_rest(R"({"type": "integer"})", "7.5"), at + "expected a whole number, as the schema says");
    EXPECT_EQ(of_rest(R"({"type": "number", "minimum": 1, "maximum": 9})", "9.5"),
              at + "expected a number that is not more than the schema says");
    EXPECT_EQ(of_rest(R"({"type": "number", "minimum": 1})", "0"),
              at + "expected a number that is not less than the schema says");
    EXPECT_EQ(of_rest(R"({"type": "boolean"})", R"("true")"), at + "expected true or false, as the schema says");
    EXPECT_EQ(of_rest(R"({"minLength": 2, "maxLength": 3})", "\"\xc3\xa9\xc3\xa9\xc3\xa9\""), "taken");
    EXPECT_EQ(of_rest(R"({"maxLength": 3})", R"("Planted")"), at + "expected at most 3 characters");
    EXPECT_EQ(of_rest(R"({"enum": ["a", 1, true]})", "1"), "taken");
    EXPECT_EQ(of_rest(R"({"enum": ["a", 1, true]})", R"("1")"), at + "expected one of the 3 values of the schema");
    EXPECT_EQ(of_rest(R"({"format": "date"})", R"("2026-02-29")"), at + "expected a day as yyyy-MM-dd");
    EXPECT_EQ(of_rest(R"({"format": "date-time"})", R"("2026-02-28T10:00:00.5+01:00")"), "taken");
    EXPECT_EQ(of_rest(R"({"format": "date-time"})", R"("2026-02-28T10:00:00")"),
              at + "expected a day and time of RFC 3339, with Z or an offset");
}

TEST(JsonSchema, AnObjectHasWhatIsRequiredAndWhereItIsClosedNothingElse) {
    constexpr auto closed = R"({"type": "object", "additionalProperties": false, "required": ["a"],
                               "properties": {"a": {"type": "string"}, "b": true}})";
    EXPECT_EQ(of_rest(closed, R"({"a": "x", "b": [1]})"), "taken");
    EXPECT_EQ(of_rest(closed, R"({"b": 1})"), "record 1: line 1: rest: a: expected a value, which the schema requires");
    EXPECT_EQ(of_rest(closed, R"({"a": "x", "Planted": 1})"),
              "record 1: line 1: rest: expected only the keys that the schema names here");
}

TEST(JsonSchema, AListHasItsItemsAndSoManyOfAKind) {
    constexpr auto list = R"({"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "object"},
                             "contains": {"properties": {"kind": {"const": "x"}}, "required": ["kind"]}, "maxContains": 1})";
    EXPECT_EQ(of_rest(list, R"([{"kind": "x"}, {"kind": "y"}])"), "taken");
    EXPECT_EQ(of_rest(list, "[]"), "record 1: line 1: rest: expected at least 1 items");
    EXPECT_EQ(of_rest(list, "[{},{},{},{}]"), "record 1: line 1: rest: expected at most 3 items");
    EXPECT_EQ(of_rest(list, "[7]"), "record 1: line 1: rest: expected an object, as the schema says");
    EXPECT_EQ(of_rest(list, "[{}]"), "record 1: line 1: rest: expected at least 1 items of a kind of the schema");
    EXPECT_EQ(of_rest(list, R"([{"kind": "x"}, {"kind": "x"}])"),
              "record 1: line 1: rest: expected at most 1 items of a kind of the schema");
}

TEST(JsonSchema, AChoiceIsMadeByThePropertyThatTellsTheSchemasApart) {
    constexpr auto choice = R"({"oneOf": [
        {"properties": {"kind": {"const": "p"}, "n": {"type": "integer"}}, "required": ["kind", "n"]},
        {"properties": {"kind": {"const": "q"}, "s": {"type": "string"}}, "required": ["kind"]}]})";
    EXPECT_EQ(of_rest(choice, R"({"kind": "p", "n": 1})"), "taken");
    EXPECT_EQ(of_rest(choice, R"({"kind": "p", "n": "1"})"),
              "record 1: line 1: n: expected a whole number, as the schema says");
    EXPECT_EQ(of_rest(choice, R"({"kind": "r"})"),
              "record 1: line 1: kind: expected one of the 2 values of the schema");
    EXPECT_EQ(of_rest(choice, R"({"n": 1})"),
              "record 1: line 1: rest: kind: expected a value, which the schema requires");
}

TEST(JsonSchema, ItIsTheRecordsBelowTheSplitThatAreChecked) {
    constexpr auto schema = R"({"type": "object", "properties": {"list": {"type": "array", "items":
        {"type": "object", "properties": {"ref": {"type": "string"}, "rest": {"type": "integer"}}}}}})";
    EXPECT_EQ(kept(schema, R"({"list": [{"ref": "1", "rest": 1},
                               {"ref": "2", "rest": "Planted"}, {"ref": "3"}]})",
                   "split list\n"),
              "taken\nrecord 2: line 2: rest: expected a whole number, as the schema says\ntaken");
    EXPECT_EQ(kept(schema, "{}", "split others\n"), "t/t.map:4:7: the schema knows no others; there is list");
    EXPECT_EQ(kept(schema, "{}", "split list.ref\n"), "t/t.map:2:21: the schema has no list where the map splits");
}

TEST(JsonSchema, WhatIsNotSupportedIsRefusedWhenItIsLoadedSoThatNothingIsSilentlyNotChecked) {
    EXPECT_EQ(why_not("{"), "is not JSON");
    EXPECT_EQ(why_not(R"({"properties": {"a": {"patern": "x"}}})"),
              "#/properties/a: the keyword patern is not supported");
    EXPECT_EQ(why_not(R"({"minLenght": 1})"), "#: the keyword minLenght is not supported; did you mean minLength?");
    EXPECT_EQ(why_not(R"({"format": "email"})"), "#/format: the formats that are checked are date and date-time");
    EXPECT_EQ(why_not(R"({"type": "text"})"),
              "#/type: expected object, array, string, number, integer, boolean or null");
    EXPECT_EQ(why_not(R"({"required": ["a"]})"), "#/required: names no property of this schema: a");
    EXPECT_EQ(why_not(R"({"$ref": "other.json"})"), "#: $ref leads to no definition below $defs of this file");
    EXPECT_EQ(why_not(R"({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}})"),
              "#/$defs/a/items: a schema must not hold itself");
    EXPECT_EQ(why_not(R"({"oneOf": [{"type": "string"}, {"type": "integer"}]})"),
              "#/oneOf: expected a property that each of the schemas requires, with a const of its own");
    EXPECT_EQ(why_not(R"({"$schema": "x", "title": "t", "$defs": {}, "type": "object"})"), "loads");
}

}  // namespace
}  // namespace haven
