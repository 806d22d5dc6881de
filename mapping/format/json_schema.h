#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "core/base/problem.h"
#include "core/base/result.h"
#include "mapping/format/document.h"

namespace haven {

/// The schema of a JSON dialect: a small part of JSON Schema (docs/reference/maps.md), compiled into tables.
///
/// Our own and not a library's: Debian's validators (valijson) want the whole message in a tree of theirs, where this
/// checks the records that the reader makes anyway, one at a time; and they tell what they met, where an error here may
/// hold nothing of a message. What is left out (patterns, conditions, references to other files) is refused when it is
/// loaded, so that nothing is silently not checked (docs/decisions/0030-json-schema-subset.md).
/// Source: JSON Schema 2020-12, Core and Validation.
class JsonSchema {
public:
    using RuleIndex = std::uint32_t;
    static constexpr RuleIndex none = ~RuleIndex{0};
    static constexpr std::size_t bytes_max = std::size_t{1} << 20;
    static constexpr std::size_t rules_max = 20'000;
    static constexpr std::size_t depth_max = 64;

    enum Type : std::uint8_t { object = 1, array = 2, string = 4, number = 8, integer = 16, boolean = 32, null = 64 };
    enum class Format : std::uint8_t { any, date, date_time };

    /// A value that `enum` or `const` allows: its kind, and its text as JSON writes it.
    struct Allowed {
        Document::Kind kind = Document::Kind::text;
        std::string text;
    };
    struct Property {
        std::size_t name = 0;  ///< in `names()`
        RuleIndex rule = none;
        bool required = false;
    };
    /// `oneOf`: which of the schemas an object must keep, by the value of one property.
    struct Choice {
        std::size_t name = 0;
        std::vector<std::pair<Allowed, RuleIndex>> by_value;
    };
    struct Contains {
        RuleIndex rule = none;
        std::size_t min = 1, max = SIZE_MAX;
    };
    /// What one schema of the file says.
    struct Rule {
        std::uint8_t types = 0;  ///< several of `Type`; 0: any
        bool closed = false;     ///< no properties but these
        std::vector<Property> properties{};
        std::optional<Choice> choice{};
        RuleIndex items = none;
        std::size_t items_min = 0, items_max = SIZE_MAX;
        std::vector<Contains> contains{};
        std::vector<RuleIndex> all_of{};
        std::vector<Allowed> allowed{};                     ///< empty: any
        std::size_t length_min = 0, length_max = SIZE_MAX;  ///< characters
        std::optional<double> minimum{}, maximum{};
        Format format = Format::any;
    };

    /// Compiles the text of a schema.
    ///
    /// Errors, each at its place in the file ("#/$defs/person"): not JSON; a keyword or format that is not supported; a
    /// `$ref` that leads to nothing or into itself; a `oneOf` that no property tells apart; over the limits above.
    static tl::expected<std::shared_ptr<const JsonSchema>, Problems> compile(std::string_view text,
                                                                             const std::string& file);

    const Rule& rule(RuleIndex i) const { return rules_[i]; }
    std::size_t rule_count() const { return rules_.size(); }
    RuleIndex root() const { return root_; }
    /// The names of all properties; what a Vocabulary must know for a document to be checked.
    const std::vector<std::string>& names() const { return names_; }
    /// The rule of a property, looked for in `allOf` and every choice too.
    RuleIndex property(RuleIndex of, std::string_view name) const;
    /// The rule of one record: of the items below `path`, else of the items of a list at the top, else of the message.
    /// `none` where the schema has no list there.
    RuleIndex record(const std::vector<std::string>& path) const;

private:
    friend class JsonSchemaLoad;
    JsonSchema() = default;
    std::vector<Rule> rules_;
    std::vector<std::string> names_;
    RuleIndex root_ = none;
};

/// A schema in the numbers of one dialect's Vocabulary, for the records of its messages.
class JsonRules {
public:
    /// `ids` has the number of each of the schema's names.
    JsonRules(std::shared_ptr<const JsonSchema> schema, std::vector<NameId> ids, JsonSchema::RuleIndex record,
              const Vocabulary& names)
        : schema_(std::move(schema)), ids_(std::move(ids)), record_(record), names_(names) {}

    /// Errors: malformed at field and line - the first value that is not as the schema says: what was expected there,
    /// never what was met.
    Result<void> check(const Document& document) const;

private:
    Result<void> value(const Document& document, Document::Index at, JsonSchema::RuleIndex index) const;
    Result<void> object(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const;
    Result<void> properties(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const;
    Result<void> choice(const Document& document, Document::Index at, const JsonSchema::Choice& choice) const;
    Result<void> list(const Document& document, Document::Index at, const JsonSchema::Rule& rule) const;
    Error wrong(const Document& document, Document::Index at, Reason reason) const;

    std::shared_ptr<const JsonSchema> schema_;
    std::vector<NameId> ids_;
    JsonSchema::RuleIndex record_;
    const Vocabulary& names_;
};

}  // namespace haven
