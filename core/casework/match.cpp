#include "core/casework/match.h"

#include <algorithm>

namespace haven {
namespace {

// Base letters of U+00C0 to U+017F; a space where there is none. Letters written as two (ß, æ, ø with e) keep their
// first. Source: Unicode, blocks Latin-1 Supplement and Latin Extended-A.
constexpr char32_t folded_first = 0xC0;
constexpr std::string_view folded_letters =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(folded_letters.size() == 0x180 - folded_first);
constexpr char32_t apostrophe = 0x2019;

struct CodePoint {
    char32_t value;
    std::size_t size;
};

// The text is well-formed UTF-8: every record's is.
CodePoint code_point(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<char32_t>(static_cast<unsigned char>(text[i])) : char32_t{0};
    };
    const auto first = byte(0);
    if (first < 0x80) { return {first, 1}; }
    if (first < 0xE0) { return {((first & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2}; }
    if (first < 0xF0) { return {((first & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3}; }
    return {0x10000, 4};
}

// Identifiers are opaque: only case and white space do not count.
std::string folded_identifier(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\t') { continue; }
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

std::optional<Date> swapped(const Date& date) {
    const auto day = static_cast<unsigned>(date.day());
    const Date other{date.year(), std::chrono::month{day}, std::chrono::day{static_cast<unsigned>(date.month())}};
    if (day > 12 || !other.ok()) { return std::nullopt; }
    return other;
}

bool share_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const auto& x) { return std::find(b.begin(), b.end(), x) != b.end(); });
}

}  // namespace

std::string folded_name(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const auto [c, size] = code_point(name);
        if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        } else if (c >= folded_first && c < folded_first + folded_letters.size()) {
            const char base = folded_letters[c - folded_first];
            if (base != ' ') { out += base; }
        } else if ((c >= 'a' && c <= 'z') || (c >= 0x80 && c != apostrophe)) {
            out.append(name.substr(0, size));  // another script stays as it is
        }
        name.remove_prefix(std::min(size, name.size()));
    }
    return out;
}

std::vector<BlindTerm> MatchTerms::blind_terms() const {
    std::vector<BlindTerm> out;
    if (born && !family.empty()) {
        const auto add = [&](const Date& date) {
            out.push_back({Indexed::name_and_birth_date, family + "|" + date_text(date)});
        };
        add(*born);
        if (const auto other = swapped(*born)) { add(*other); }
    }
    for (const auto& phone : phones) { out.push_back({Indexed::phone, phone}); }
    for (const auto& identifier : identifiers) { out.push_back({Indexed::reference, identifier}); }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Match compare(const MatchTerms& a, const MatchTerms& b) {
    const bool family_known = !a.family.empty() && !b.family.empty();
    const bool same_family = family_known && a.family == b.family;
    const bool same_name = same_family && !a.given.empty() && a.given == b.given;
    const bool same_birth = a.born && a.born == b.born;
    const bool swapped_birth = a.born && b.born && swapped(*a.born) == b.born;
    if (share_one(a.identifiers, b.identifiers)) {
        const bool against = family_known && !same_family && a.born && b.born && !same_birth && !swapped_birth;
        return against ? Match::unsure : Match::same;
    }
    if (same_name && same_birth) { return Match::same; }
    const int agree =
        (share_one(a.phones, b.phones) ? 1 : 0) + (same_name ? 1 : 0) + (same_birth || swapped_birth ? 1 : 0);
    return agree >= 2 ? Match::unsure : Match::different;
}

Result<MatchFields> MatchFields::bind(const Catalogue& catalogue) {
    MatchFields f;
    FieldBinder b(catalogue);
    b.to(f.family_, "victim/name/family");
    b.to(f.given_, "victim/name/given");
    b.to(f.born_, "victim/birth-date");
    b.to(f.phone_, "victim/phone");
    b.to(f.number_, "victim/phone/number");
    b.to(f.identifier_, "victim/identifier");
    b.to(f.issuer_, "victim/identifier/issuer");
    b.to(f.value_, "victim/identifier/value");
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return f;
}

MatchTerms MatchFields::read(const Record& record) const {
    MatchTerms out;
    out.family = folded_name(record.get(*family_).value_or(""));
    out.given = folded_name(record.get(*given_).value_or(""));
    out.born = record.get(*born_);
    for (const auto in : record.instances(phone_)) {
        if (auto number = record.get(*number_, in)) { out.phones.push_back(std::move(*number)); }
    }
    for (const auto in : record.instances(identifier_)) {
        const auto issuer = record.get(*issuer_, in);
        const auto value = record.get(*value_, in);
        if (issuer && value) {
            out.identifiers.push_back(folded_identifier(*issuer) + "|" + folded_identifier(*value));
        }
    }
    return out;
}

}  // namespace haven
