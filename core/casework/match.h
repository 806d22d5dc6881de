#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalogue/record.h"
#include "core/seal/blind_index.h"

namespace haven {

/// Whether two records are about the same victim. A match never widens what may be told.
enum class Match : std::uint8_t {
    same,
    unsure,  ///< a person decides, side by side
    different,
};
constexpr std::array<std::string_view, 3> code_names(Match) {
    return {"same", "unsure", "different"};
}

/// A name as it is compared: small letters without accents, spaces, hyphens or apostrophes. "O’Brien-Łuk" ->
/// "obrienluk".
std::string folded_name(std::string_view name);

/// What a blind index finds candidates by: its kind, and the value normalised.
struct BlindTerm {
    Indexed kind;
    std::string value;
    auto operator<=>(const BlindTerm&) const = default;
};

/// What of a victim matching looks at, folded for comparison.
struct MatchTerms {
    std::string family;
    std::string given;
    std::optional<Date> born{};
    std::vector<std::string> phones{};
    std::vector<std::string> identifiers{};  ///< issuer and value

    /// Family name with birth date (and with its day and month swapped), telephones, identifiers; never an address.
    /// In order, each once.
    std::vector<BlindTerm> blind_terms() const;
};

/// Rules, the first that decides:
/// 1. one identifier of one issuer in both: same; unsure where birth dates and family names both speak against it;
/// 2. family name, given name and birth date are equal: same;
/// 3. two of these agree: a telephone; family and given name; the birth date, be it with day and month swapped: unsure;
/// 4. else different.
Match compare(const MatchTerms& a, const MatchTerms& b);

/// The fields that matching reads, bound once by path.
class MatchFields {
public:
    /// Errors: missing or malformed at the path.
    static Result<MatchFields> bind(const Catalogue& catalogue);
    MatchTerms read(const Record& record) const;

private:
    template <class T>
    using F = std::optional<Field<T>>;
    MatchFields() = default;
    GroupNumber phone_{}, identifier_{};
    F<std::string> family_, given_, number_, issuer_, value_;
    F<Date> born_;
};

}  // namespace haven
