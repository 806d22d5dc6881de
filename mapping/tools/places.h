#pragma once
#include <string>
#include <vector>

#include "mapping/map.h"

namespace haven {

/// One partner field that a map knows: a column, or a place of the tree. Also what a predicate alone asks, where no
/// line reads anything there or below ("Person[risk=HIGH]" over constants).
struct PartnerPlace {
    std::string path;  ///< "Person.Phone[kind=MOB].Number"
    const program::Match* match = nullptr;
    int line = 0;          ///< of the map
    bool is_read = false;  ///< by a line that goes inward
    bool ignored = false;
};

/// Every partner field of a map, in the order of its lines.
std::vector<PartnerPlace> partner_places(const Map& map);

/// The places of a document that the map wrote which have text or fit a predicate, as `partner_places` names them.
std::vector<const program::Match*> places_in(const Map& map, const Document& document);

/// What stands behind the canonical path of a line of a map: "date(dd/MM/yyyy) required"; "" where nothing does.
std::string words_of(std::string_view map_text, const program::Line& line);

}  // namespace haven
