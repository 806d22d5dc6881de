#include <algorithm>
#include <array>

#include "core/catalogue/value.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A conversion of one part that writes outward what it finds.
class OnePart : public Conversion {
public:
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = canonical;
        return {};
    }
};

class Trim : public OnePart {
public:
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        canonical += trimmed(parts[0]);
        return {};
    }
};

template <char (*change)(char)>
class ChangeCase : public OnePart {
public:
    bool has_inverse() const override { return false; }
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        std::transform(parts[0].begin(), parts[0].end(), std::back_inserter(canonical), change);
        return {};
    }
};

tl::unexpected<Error> not_a_number() {
    return fail(Fault::malformed, "expected a telephone number with its dialling code");
}

/// Telephone numbers as people write them. Outward in the national spelling where that is what the partner's country
/// writes: "07700900123".
class PhoneGb : public Conversion {
public:
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        constexpr std::string_view between = " ()-.\xc2\xa0/";
        constexpr std::size_t digits_max = 18;  // more have no spelling: E.164 has 15, and 440 or 00 stand before them
        auto text = trimmed(parts[0]);
        std::array<char, digits_max> digits{};
        std::size_t count = 0;
        const bool plus = text.starts_with('+');
        for (char c : text.substr(plus ? 1 : 0)) {
            if (is_digit(c)) {
                if (count < digits_max) { digits[count] = c; }
                ++count;
            } else if (between.find(c) == std::string_view::npos) {
                return fail(Fault::malformed, "expected a telephone number: digits, spaces and one plus");
            }
        }
        if (count > digits_max) { return not_a_number(); }
        const std::string_view all(digits.data(), count);
        const auto before = canonical.size();
        if (plus) {
            canonical.append(all.starts_with("440") ? "+44" : "+").append(all.substr(all.starts_with("440") ? 3 : 0));
        } else if (all.starts_with("00")) {
            canonical.append("+").append(all.substr(2));
        } else if (all.starts_with('0')) {
            canonical.append("+44").append(all.substr(1));
        }
        // UK numbers have 9 or 10 digits after the country code. Source: Ofcom, National Telephone Numbering Plan.
        const auto number = std::string_view(canonical).substr(before);
        const bool uk = number.starts_with("+44");
        const bool fits = uk ? number.size() == 12 || number.size() == 13 : is_e164(number);
        if (!fits) { return not_a_number(); }
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = canonical.starts_with("+44") ? "0" + std::string(canonical.substr(3)) : std::string(canonical);
        return {};
    }
};

class Postcode : public OnePart {
public:
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        constexpr std::size_t packed_max = 7;
        std::array<char, packed_max + 1> text{};
        std::size_t count = 0;
        for (char c : parts[0]) {
            if (is_space(c)) { continue; }
            if (count < packed_max) { text[count] = to_upper(c); }
            ++count;
        }
        if (count == 0) { return {}; }
        if (count < 5 || count > packed_max) { return fail(Fault::malformed, "expected a UK postcode"); }
        auto* const inward = text.data() + count - 3;
        std::copy_backward(inward, inward + 3, inward + 4);
        *inward = ' ';
        const std::string_view spelled(text.data(), count + 1);
        if (!is_postcode(spelled)) { return fail(Fault::malformed, "expected a UK postcode"); }
        canonical += spelled;
        return {};
    }
    bool makes_only(const FieldType& type) const override { return type.kind == ValueKind::postcode; }
};

/// Three spellings are met: a number, and digits with leading zeros up to eleven or twelve. Canonical is without
/// leading zeros.
class Uprn : public Conversion {
public:
    explicit Uprn(std::size_t width) : width_(width) {}
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        auto text = trimmed(parts[0]);
        while (text.size() > 1 && text.front() == '0') { text.remove_prefix(1); }
        if (text == "0") { return fail(Fault::malformed, "expected a UPRN from 1"); }
        if (!text.empty() && !is_uprn(text)) { return fail(Fault::malformed, "expected a UPRN of 1 to 12 digits"); }
        canonical += text;
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = canonical;
        if (parts[0].size() < width_) { parts[0].insert(0, width_ - parts[0].size(), '0'); }
        return {};
    }

private:
    std::size_t width_;
};

MadeConversion without_arguments(const ConversionRequest& request, std::unique_ptr<Conversion> made) {
    if (request.arguments.empty()) { return made; }
    return wrong(std::string(request.name) + " takes no arguments");
}

}  // namespace

MadeConversion make_trim(const ConversionRequest& request) {
    return without_arguments(request, std::make_unique<Trim>());
}
MadeConversion make_upper(const ConversionRequest& request) {
    return without_arguments(request, std::make_unique<ChangeCase<to_upper>>());
}
MadeConversion make_lower(const ConversionRequest& request) {
    return without_arguments(request, std::make_unique<ChangeCase<to_lower>>());
}
MadeConversion make_postcode(const ConversionRequest& request) {
    if (request.is_last && request.field->kind != ValueKind::postcode) {
        return wrong("postcode needs a canonical field of a postcode");
    }
    return without_arguments(request, std::make_unique<Postcode>());
}

MadeConversion make_phone(const ConversionRequest& request) {
    if (request.is_last && request.field->kind != ValueKind::phone) {
        return wrong("phone needs a canonical field of a telephone number");
    }
    if (request.arguments.size() == 1 && request.arguments[0] == "GB") { return std::make_unique<PhoneGb>(); }
    return wrong("phone takes a country whose spelling it knows: phone(GB)");
}

MadeConversion make_uprn(const ConversionRequest& request) {
    if (request.is_last && request.field->kind != ValueKind::uprn) {
        return wrong("uprn needs a canonical field of a UPRN");
    }
    if (request.arguments.empty()) { return std::make_unique<Uprn>(0); }
    if (request.arguments.size() == 1 && request.arguments[0] == "11") { return std::make_unique<Uprn>(11); }
    if (request.arguments.size() == 1 && request.arguments[0] == "12") { return std::make_unique<Uprn>(12); }
    return wrong("uprn takes no argument, or 11 or 12 for so many digits with leading zeros");
}

}  // namespace haven
