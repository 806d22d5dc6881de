#include "core/catalogue/field_type.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/encoding.h"
#include "core/catalogue/value.h"

namespace haven {
namespace {

constexpr std::array<std::string_view, 15> class_names{
    "identifier", "name",    "demographic", "contact", "locator", "relationship", "risk",          "offence",
    "health",     "housing", "child",       "service", "safety",  "narrative",    "administrative"};

constexpr std::array<std::string_view, 11> kind_names{"text",    "code",  "date",  "instant",  "time", "integer",
                                                      "decimal", "phone", "email", "postcode", "uprn"};

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_control(char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\n' && c != '\t' && c != '\r') || u == 0x7F;
}

// Whether it is printable ASCII alone, as most text is: eight bytes at a time.
bool plain_ascii(std::string_view text) {
    constexpr std::uint64_t each = 0x0101010101010101U;
    std::uint64_t others = 0;  // the high bit of each byte under 0x20, 0x7F, or over it
    std::uint64_t word = 0;
    for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        others |= word | (word - 0x20 * each) | (word + each);
    }
    for (const char c : text) { others |= static_cast<std::uint64_t>(c < 0x20 || c == 0x7F) << 7U; }
    return (others & 0x80 * each) == 0;
}

bool is_text(std::string_view text) {
    return is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

bool text_fits(const FieldType& type, std::string_view text) {
    const bool plain = plain_ascii(text);
    const auto length = plain ? text.size() : characters(text);
    return length >= type.length_min && length <= type.length_max && (plain || is_text(text));
}

bool within(const FieldType& type, std::optional<std::int64_t> whole_part) {
    return whole_part && *whole_part >= type.value_min && *whole_part <= type.value_max;
}

Reason expected_text(const FieldType& type, std::string_view text) {
    if (!is_utf8(text)) { return "expected UTF-8"; }
    if (!is_text(text)) { return "expected text without control characters"; }
    return {"expected ", type.length_min, " to ", type.length_max, " characters"};
}

Reason expected_number(const FieldType& type, std::optional<std::int64_t> whole_part) {
    if (!whole_part) { return "expected a number"; }
    return {"expected a number from ", type.value_min, " to ", type.value_max};
}

Reason expected(const FieldType& type, std::string_view text) {
    switch (type.kind) {
        case ValueKind::text: return expected_text(type, text);
        case ValueKind::code: return {"expected one of ", type.codes.size(), " codes"};
        case ValueKind::date: return "expected a day that exists, as YYYY-MM-DD";
        case ValueKind::instant: return "expected a moment in UTC, as YYYY-MM-DDTHH:MM:SSZ";
        case ValueKind::time: return "expected a time, as HH:MM:SS";
        case ValueKind::integer: return expected_number(type, parse_integer(text));
        case ValueKind::decimal: return expected_number(type, parse_decimal_floor(text));
        case ValueKind::phone: return "expected a telephone number, as + and 7 to 15 digits";
        case ValueKind::email: return "expected an e-mail address";
        case ValueKind::postcode: return "expected a UK postcode";
        case ValueKind::uprn: return "expected a UPRN of 1 to 12 digits";
    }
    return "expected a kind of value that has a check";
}

}  // namespace

std::string_view name_of(FieldClass c) {
    return class_names.at(static_cast<std::size_t>(c));
}

std::optional<FieldClass> field_class_from(std::string_view text) {
    const auto found = std::find(class_names.begin(), class_names.end(), text);
    if (found == class_names.end()) { return std::nullopt; }
    return static_cast<FieldClass>(found - class_names.begin());
}

std::string_view name_of(ValueKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<std::size_t> FieldType::code_index(std::string_view text) const {
    const auto found = std::find_if(codes.begin(), codes.end(), [&](const CodeValue& c) { return c.text == text; });
    if (found == codes.end()) { return std::nullopt; }
    return static_cast<std::size_t>(found - codes.begin());
}

bool FieldType::fits(std::string_view text) const {
    switch (kind) {
        case ValueKind::text: return text_fits(*this, text);
        case ValueKind::code: return code_index(text).has_value();
        case ValueKind::date: return parse_date(text).has_value();
        case ValueKind::instant: return parse_instant(text).has_value();
        case ValueKind::time: return parse_time(text).has_value();
        case ValueKind::integer: return within(*this, parse_integer(text));
        case ValueKind::decimal: return within(*this, parse_decimal_floor(text));
        case ValueKind::phone: return is_e164(text);
        case ValueKind::email: return is_email(text);
        case ValueKind::postcode: return is_postcode(text);
        case ValueKind::uprn: return is_uprn(text);
    }
    return false;
}

Result<void> FieldType::check(std::string_view text) const {
    if (fits(text)) { return {}; }
    return fail(Fault::malformed, expected(*this, text));
}

}  // namespace haven
