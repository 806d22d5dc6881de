#include "core/catalogue/field_type.h"

#include <algorithm>
#include <array>
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

// Without a way out of the loop, which the compiler then makes a few steps of many bytes.
bool plain_ascii(std::string_view text) {
    unsigned others = 0;
    for (const char c : text) { others |= static_cast<unsigned>(c < 0x20) | static_cast<unsigned>(c == 0x7F); }
    return others == 0;
}

Result<void> check_text(const FieldType& type, std::string_view text) {
    std::size_t length = text.size();
    if (!plain_ascii(text)) {
        if (!is_utf8(text)) { return fail(Fault::malformed, "expected UTF-8"); }
        if (std::any_of(text.begin(), text.end(), is_control)) {
            return fail(Fault::malformed, "expected text without control characters");
        }
        length = characters(text);
    }
    if (length < type.length_min || length > type.length_max) {
        return fail(Fault::malformed, Reason("expected ", type.length_min, " to ", type.length_max, " characters"));
    }
    return {};
}

Result<void> check_number(const FieldType& type, std::optional<std::int64_t> whole_part) {
    if (!whole_part) { return fail(Fault::malformed, "expected a number"); }
    if (*whole_part < type.value_min || *whole_part > type.value_max) {
        return fail(Fault::malformed, Reason("expected a number from ", type.value_min, " to ", type.value_max));
    }
    return {};
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

Result<void> FieldType::check(std::string_view text) const {
    const auto expect = [](bool ok, Literal what) -> Result<void> {
        if (ok) { return {}; }
        return fail(Fault::malformed, Reason(what));
    };
    switch (kind) {
        case ValueKind::text: return check_text(*this, text);
        case ValueKind::code:
            if (code_index(text)) { return {}; }
            return fail(Fault::malformed, Reason("expected one of ", codes.size(), " codes"));
        case ValueKind::date: return expect(parse_date(text).has_value(), "expected a day that exists, as YYYY-MM-DD");
        case ValueKind::instant:
            return expect(parse_instant(text).has_value(), "expected a moment in UTC, as YYYY-MM-DDTHH:MM:SSZ");
        case ValueKind::time: return expect(parse_time(text).has_value(), "expected a time, as HH:MM:SS");
        case ValueKind::integer: return check_number(*this, parse_integer(text));
        case ValueKind::decimal: return check_number(*this, parse_decimal_floor(text));
        case ValueKind::phone: return expect(is_e164(text), "expected a telephone number, as + and 7 to 15 digits");
        case ValueKind::email: return expect(is_email(text), "expected an e-mail address");
        case ValueKind::postcode: return expect(is_postcode(text), "expected a UK postcode");
        case ValueKind::uprn: return expect(is_uprn(text), "expected a UPRN of 1 to 12 digits");
    }
    return fail(Fault::broken, "a kind of value without a check");
}

}  // namespace haven
