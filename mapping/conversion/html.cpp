#include <algorithm>
#include <array>
#include <charconv>

#include "mapping/conversion/make.h"

namespace haven {
namespace {

struct Entity {
    std::string_view name;
    std::string_view text;
};

// Those that are met in British texts. Source: the HTML Standard, section 13.5, named character references.
constexpr std::array entities{
    Entity{"amp", "&"},         Entity{"lt", "<"},          Entity{"gt", ">"},          Entity{"quot", "\""},
    Entity{"apos", "'"},        Entity{"nbsp", "\u00a0"},   Entity{"pound", "\u00a3"},  Entity{"euro", "\u20ac"},
    Entity{"copy", "\u00a9"},   Entity{"reg", "\u00ae"},    Entity{"deg", "\u00b0"},    Entity{"frac12", "\u00bd"},
    Entity{"ndash", "\u2013"},  Entity{"mdash", "\u2014"},  Entity{"lsquo", "\u2018"},  Entity{"rsquo", "\u2019"},
    Entity{"ldquo", "\u201c"},  Entity{"rdquo", "\u201d"},  Entity{"hellip", "\u2026"}, Entity{"bull", "\u2022"},
    Entity{"aacute", "\u00e1"}, Entity{"agrave", "\u00e0"}, Entity{"ccedil", "\u00e7"}, Entity{"eacute", "\u00e9"},
    Entity{"egrave", "\u00e8"}, Entity{"euml", "\u00eb"},   Entity{"iacute", "\u00ed"}, Entity{"ntilde", "\u00f1"},
    Entity{"oacute", "\u00f3"}, Entity{"ouml", "\u00f6"},   Entity{"uacute", "\u00fa"}, Entity{"uuml", "\u00fc"},
};
constexpr std::size_t entity_chars_max = 12;

bool append_utf8(std::string& out, std::uint32_t c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (c == 0 || c > 0x10FFFF || surrogate) { return false; }
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | (c >> 6U));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | (c >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (c >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
    return true;
}

// "#39", "#x27" or "amp".
bool append_entity(std::string& out, std::string_view entity) {
    if (!entity.starts_with('#')) {
        const auto found =
            std::find_if(entities.begin(), entities.end(), [&](const Entity& e) { return e.name == entity; });
        if (found == entities.end()) { return false; }
        out += found->text;
        return true;
    }
    entity.remove_prefix(1);
    const bool hex = entity.starts_with('x') || entity.starts_with('X');
    if (hex) { entity.remove_prefix(1); }
    std::uint32_t c = 0;
    const auto* const end = entity.data() + entity.size();
    const auto [at, error] = std::from_chars(entity.data(), end, c, hex ? 16 : 10);
    return error == std::errc{} && at == end && append_utf8(out, c);
}

/// Texts that a web page's author wrote into a record: "Lover&#39;s spouse". Decoded once; an ampersand that begins no
/// entity stays one.
class Html : public Conversion {
public:
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        auto rest = parts[0];
        while (!rest.empty()) {
            const auto mark = std::min(rest.find('&'), rest.size());
            canonical += rest.substr(0, mark);
            rest.remove_prefix(mark);
            if (rest.empty()) { break; }
            const auto end = rest.substr(0, entity_chars_max).find_first_of("; &\t\n", 1);
            if (end == std::string_view::npos || rest[end] != ';' || end == 1) {
                canonical += '&';
                rest.remove_prefix(1);
                continue;
            }
            if (!append_entity(canonical, rest.substr(1, end - 1))) {
                return fail(Fault::malformed, "an HTML entity that is not known");
            }
            rest.remove_prefix(end + 1);
        }
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0].clear();
        for (const char c : canonical) {
            switch (c) {
                case '&': parts[0] += "&amp;"; break;
                case '<': parts[0] += "&lt;"; break;
                case '>': parts[0] += "&gt;"; break;
                case '"': parts[0] += "&quot;"; break;
                case '\'': parts[0] += "&#39;"; break;
                default: parts[0] += c;
            }
        }
        return {};
    }
};

}  // namespace

MadeConversion make_html(const ConversionRequest& request) {
    if (!request.arguments.empty()) { return wrong("html takes no arguments"); }
    return std::make_unique<Html>();
}

}  // namespace haven
