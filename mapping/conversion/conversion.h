#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalogue/field_type.h"
#include "mapping/language/ast.h"

namespace haven {

/// A named change of a spelling between a partner's text and the canonical one. Has no state; many threads share it.
class Conversion {
public:
    Conversion() = default;
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    virtual ~Conversion() = default;

    /// How many partner values make one canonical value.
    virtual std::size_t parts() const { return 1; }
    /// Whether it can be undone: what `in` made of a partner's text, `out` writes so that `in` makes the same again.
    virtual bool has_inverse() const { return true; }
    /// Whether nothing that `in` makes is refused by `FieldType::fits`, so that no value need be read again.
    virtual bool makes_only(const FieldType&) const { return false; }

    /// Adds the canonical text to `canonical`, or nothing where the parts mean "no value". Parts that are absent are
    /// empty; at least one is not.
    ///
    /// Errors: malformed - not a spelling that this conversion reads; unmapped - a code without a line.
    virtual Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const = 0;
    /// Writes the partner's parts; as many as `parts()`.
    virtual Result<void> out(std::string_view canonical, std::span<std::string> parts) const = 0;
};

/// A table of codes of one map, or of a code list of `schemas/codes`, shared by all lines that use it.
class CodeRows {
public:
    struct Row {
        std::string partner;
        ast::Arrow arrow = ast::Arrow::both;
        std::string canonical;
    };
    explicit CodeRows(std::vector<Row> rows);

    const std::vector<Row>& rows() const { return rows_; }
    /// What a code of the partner means, or how a canonical one is written; null where no row says so.
    const std::string* read(std::string_view partner) const;
    const std::string* written(std::string_view canonical) const;
    std::size_t read_count() const { return in_.size(); }
    /// What is wrong with the rows, for their author; empty where nothing is.
    const std::string& wrong() const { return wrong_; }

private:
    std::vector<Row> rows_;
    std::vector<std::size_t> in_;   // the rows that read, by the partner's code
    std::vector<std::size_t> out_;  // the rows that write, by the canonical code
    std::string wrong_;
};

/// What a conversion is made from.
struct ConversionRequest {
    std::string_view name;
    std::vector<std::string_view> arguments;
    std::size_t parts = 1;             ///< how many partner fields the line names
    const FieldType* field = nullptr;  ///< of the canonical side
    bool is_last = true;               ///< of the line's conversions: what it makes is the canonical text
    ast::Arrow arrow = ast::Arrow::both;
    std::string_view fallback = {};              ///< what the line's default says
    std::shared_ptr<const CodeRows> table = {};  ///< the one that `code(name)` names, where there is one
    std::vector<std::string_view> tables = {};   ///< where there is none: the names of all that there are
};

/// Makes a conversion by name. The error is for the author of the map and says what was expected.
tl::expected<std::unique_ptr<Conversion>, std::string> make_conversion(const ConversionRequest& request);

/// The names that `make_conversion` knows, for messages and the reference.
std::vector<std::string_view> conversion_names();

}  // namespace haven
