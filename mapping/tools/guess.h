#pragma once
#include <optional>
#include <set>
#include <string>

#include "mapping/map.h"
#include "mapping/tools/shape.h"

namespace haven {

/// What words a name is made of, in the words of the canonical schema: "VicDOB" is of "victim", "birth" and "date".
std::set<std::string> name_words(std::string_view name);

/// A canonical field that a partner's field may be.
struct FieldGuess {
    FieldNumber field{};
    std::string words;         ///< behind the path: "date(dd/MM/yyyy)"
    bool needs_table = false;  ///< its values are other codes than the canonical ones
    double score = 0;          ///< 1 where name and values both say so
};

/// How well a partner's field fits a canonical one, by its name and by what its values look like; nothing where it does
/// not. A place without a name is the value of what repeats: its kind of value says what it is.
std::optional<FieldGuess> guess(const Catalogue& catalogue, FieldNumber field, const std::set<std::string>& words,
                                const ShapePlace& place);

/// How well a name fits a canonical path, from 0 to 1.
double likeness(const std::set<std::string>& words, std::string_view canonical_path);
inline constexpr double like_enough = 0.6;

}  // namespace haven
