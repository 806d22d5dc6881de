#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/catalogue/versions.h"

namespace haven {

/// The text of a map whose partner side is the canonical schema itself, in JSON: a key for each step of a path, a list
/// for each group that repeats. For partners without a dialect of their own, and for the hub's own answers.
///
/// `outward_only` for what is shown and never read back.
std::string identity_map(const Catalogue& catalogue, RecordTypeNumber type, bool outward_only);

/// A record type as a partner's file names it.
struct CanonicalType {
    std::shared_ptr<const Catalogue> catalogue;
    RecordTypeNumber type;
};
/// What "haven/RECORD-TYPE", of the hub's own version, or "haven/RECORD-TYPE/N" names; nothing where it names no record
/// type of a version that is exchanged.
std::optional<CanonicalType> canonical_type(std::string_view map_name, const Versions& versions);

}  // namespace haven
