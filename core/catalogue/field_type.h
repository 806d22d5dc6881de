#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "core/base/result.h"

namespace haven {

/// What a leaf says about a person. Agreements may name a class as a shorthand; `narrative` and `locator` never by
/// shorthand.
enum class FieldClass : std::uint8_t {
    identifier,
    name,
    demographic,
    contact,
    locator,
    relationship,
    risk,
    offence,
    health,
    housing,
    child,
    service,
    safety,
    narrative,
    administrative,
};
std::string_view name_of(FieldClass c);
std::optional<FieldClass> field_class_from(std::string_view text);

/// How the text of a value is written and checked.
enum class ValueKind : std::uint8_t {
    text,
    code,      ///< one of the listed words
    date,      ///< "2026-11-22"
    instant,   ///< "2026-11-22T17:40:00Z", always UTC
    time,      ///< "17:40:00", a wall time in Europe/London
    integer,   ///< "-12"
    decimal,   ///< "12.50"
    phone,     ///< "+447700900123", ITU-T E.164
    email,     ///< "name@host.example"
    postcode,  ///< "ZZ99 3VZ"
    uprn,      ///< "100023336956", no leading zero
};
std::string_view name_of(ValueKind kind);

/// One value that a code may take.
struct CodeValue {
    std::string text;
    std::string meaning;
};

/// A simple type of the schema: how its text is checked.
struct FieldType {
    Name name;
    ValueKind kind = ValueKind::text;
    std::size_t length_min = 0;  ///< characters, not bytes
    std::size_t length_max = limits::value_bytes_max;
    std::int64_t value_min = INT64_MIN;  ///< of integer and decimal
    std::int64_t value_max = INT64_MAX;
    std::vector<CodeValue> codes;

    /// Whether `text` is a value of this type in its canonical spelling.
    bool fits(std::string_view text) const;
    /// The same. Errors: malformed - says what was expected, never what was there.
    Result<void> check(std::string_view text) const;
    /// The position of a code, or nothing.
    std::optional<std::size_t> code_index(std::string_view text) const;
};

}  // namespace haven
