#include "mapping/conversion/conversion.h"

#include <algorithm>
#include <array>

#include "core/catalogue/catalogue.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

using Make = tl::expected<std::unique_ptr<Conversion>, std::string> (*)(const ConversionRequest&);

struct Entry {
    std::string_view name;
    Make make;
};

constexpr std::array entries{
    Entry{"age_band", make_age_band}, Entry{"code", make_code},       Entry{"date", make_date},
    Entry{"html", make_html},         Entry{"instant", make_instant}, Entry{"lower", make_lower},
    Entry{"part", make_part},         Entry{"phone", make_phone},     Entry{"postcode", make_postcode},
    Entry{"time", make_time},         Entry{"trim", make_trim},       Entry{"upper", make_upper},
    Entry{"uprn", make_uprn},         Entry{"words", make_words},     Entry{"yes_no", make_yes_no},
};

}  // namespace

std::vector<std::string_view> conversion_names() {
    std::vector<std::string_view> names;
    for (const auto& entry : entries) { names.push_back(entry.name); }
    return names;
}

tl::expected<std::unique_ptr<Conversion>, std::string> make_conversion(const ConversionRequest& request) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == request.name; });
    if (found != entries.end()) { return found->make(request); }
    auto words = conversion_names();  // and the other words that stand there
    words.insert(words.end(), {"required", "default", "text", "number", "boolean"});
    const auto near = nearest_word(request.name, words);
    std::string message = "no conversion " + std::string(request.name);
    if (!near.empty()) { message += "; did you mean " + std::string(near) + "?"; }
    return tl::unexpected(std::move(message));
}

}  // namespace haven
