#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A map as its author wrote it, before anything in it is looked up.
namespace haven::ast {

/// Where a word stands, for the caret.
struct Span {
    int line = 0;
    int column = 0;
    int width = 1;
};

struct Word {
    std::string text;
    Span span;
};

/// "[@role=VICTIM]": an attribute or child element that must have a value.
struct Predicate {
    Word name;  ///< "@role", "role", or "." for the value itself
    Word value;
};

/// One step of a partner's path: an element, key or column, or "@name" for an attribute. A path without steps, written
/// ".", is the value itself.
struct Step {
    Word name;
    std::vector<Predicate> predicates;
};

/// "Persons.Person[@role=VICTIM].Name" or a constant.
struct PartnerPath {
    std::vector<Step> steps;
    Span span;
};

/// "date(dd/MM/yyyy)": a named conversion with its arguments.
struct Conversion {
    Word name;
    std::vector<Word> arguments;
};

enum class Arrow : std::uint8_t { both, in, out };

/// "A, B <-> path conversion required default "x"", "constant "x" -> path", "A <-> constant "x"".
struct FieldLine {
    std::vector<PartnerPath> partner;  ///< several where one value stands in parts
    std::optional<Word> constant;      ///< in place of the one side or the other
    Arrow arrow = Arrow::both;
    Word canonical;  ///< empty where the constant stands in its place
    std::vector<Conversion> conversions;
    bool required = false;
    std::optional<Word> fallback;   ///< `default "text"`: what an absent partner value means
    std::optional<Word> json_kind;  ///< "text", "number" or "boolean": how JSON writes it
    Span span;
};

/// "PATH ignore "why"", "PATH hold "why"".
struct IgnoreLine {
    PartnerPath partner;
    Word reason;
    bool holds = false;  ///< nothing reads it, and a record that has it is held
};

/// "Child1..6": columns in numbers. "Mobile, Home": columns in names, numbered from 1 in the order of the line.
struct Numbered {
    std::string prefix;
    int from = 1;
    int to = 1;
    std::string suffix;
    std::vector<std::string> names{};  ///< in place of prefix, number and suffix
};

/// "each PATH -> group" with the lines below it; "each PATH list(;) -> group" where one text holds several.
struct Each {
    PartnerPath partner;
    std::optional<Word> separator;
    std::optional<Numbered> numbered;  ///< in place of `partner`
    Arrow arrow = Arrow::both;
    Word group;
    std::vector<FieldLine> fields;
    std::vector<IgnoreLine> ignores;
    std::vector<Each> nested;
    Span span;
};

/// "code risk" and its lines.
struct CodeTable {
    Word name;
    struct Row {
        Word partner;
        Arrow arrow = Arrow::both;
        Word canonical;
    };
    std::vector<Row> rows;
};

/// "codes mhclg-core 2024": tables of a file that several maps share.
struct CodeList {
    Word name;
    int year = 0;  ///< 0 where the list has none
};

/// "column Surname 1 20", "column Surname optional", "column Phone_2 7 "Phone"": a partner's column as its own
/// specification lists it.
struct Column {
    Word name;
    std::optional<int> start{};  ///< of fixed-width text, from 1; of CSV the column's number
    Span start_span{};
    std::optional<int> length{};
    std::optional<Word> heading{};  ///< of a CSV column that is known by its number
    bool optional = false;
};

/// "follow RoleOfPerson@ref to Person@id".
struct Follow {
    PartnerPath from;
    PartnerPath to;
};

/// "namespace nc http://...".
struct Namespace {
    Word prefix;
    Word uri;
};

/// "separator ;" of the dialect line.
struct Option {
    Span name;
    Word value;
};

struct Map {
    Word name;
    int version = 0;
    Word format;
    std::map<std::string, Option> options;  ///< of the dialect line: separator, encoding, header, root, schema...
    Word record;
    int canonical_version = 0;
    std::optional<PartnerPath> split;
    std::optional<PartnerPath> split_victim;
    std::optional<PartnerPath> count;  ///< of CSV a cell of the trailer, from 1
    std::vector<Namespace> namespaces;
    std::vector<Follow> follows;
    std::vector<CodeTable> tables;
    std::vector<CodeList> code_lists;
    std::vector<Column> columns;
    Each body;  ///< the lines outside every `each`
};

}  // namespace haven::ast
