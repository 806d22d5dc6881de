#include <charconv>
#include <optional>

#include "core/catalogue/value.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

constexpr int age_max = 130;

struct Band {
    int from;
    int to;
    std::string code;
};

std::optional<int> take_number(std::string_view& text) {
    int n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{}) { return std::nullopt; }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return n;
}

// "under-5", "5-11", "65-and-over".
std::optional<Band> band_of(const std::string& code) {
    std::string_view text = code;
    const bool under = text.starts_with("under-");
    if (under) { text.remove_prefix(6); }
    const auto first = take_number(text);
    if (!first) { return std::nullopt; }
    if (under) { return text.empty() ? std::optional(Band{0, *first - 1, code}) : std::nullopt; }
    if (text == "-and-over") { return Band{*first, age_max, code}; }
    if (!text.starts_with('-')) { return std::nullopt; }
    text.remove_prefix(1);
    const auto last = take_number(text);
    if (!last || !text.empty()) { return std::nullopt; }
    return Band{*first, *last, code};
}

/// Years of age to the band of the canonical code list that holds them. The years are gone: no way back.
class AgeBand : public Conversion {
public:
    explicit AgeBand(std::vector<Band> bands) : bands_(std::move(bands)) {}
    bool has_inverse() const override { return false; }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto years = parse_integer(trimmed(parts[0]));
        for (const auto& band : bands_) {
            if (years && *years >= band.from && *years <= band.to) {
                canonical += band.code;
                return {};
            }
        }
        return fail(Fault::malformed, Reason("expected an age in years, from 0 to ", age_max));
    }
    Result<void> out(std::string_view, std::span<std::string>) const override {
        return fail(Fault::broken, "an age band cannot be written as years");
    }

private:
    std::vector<Band> bands_;
};

}  // namespace

MadeConversion make_age_band(const ConversionRequest& request) {
    if (!request.arguments.empty()) { return wrong("age_band takes no arguments"); }
    std::vector<Band> bands;
    for (const auto& code : request.field->codes) {
        if (auto band = band_of(code.text)) { bands.push_back(std::move(*band)); }
    }
    if (bands.empty()) { return wrong("age_band needs a canonical field of age bands"); }
    return std::make_unique<AgeBand>(std::move(bands));
}

}  // namespace haven
