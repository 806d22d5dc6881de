#pragma once
#include "mapping/tools/dialect.h"
#include "mapping/tools/shape.h"

namespace haven {

/// Why a draft ignores a field until somebody has said why, or mapped it.
inline constexpr std::string_view say_why = "say why";

/// A first draft of a map: every partner field of a sample listed, what could be guessed as a line marked `# guess`,
/// all else ignored with the reason `say_why`. It passes `Map::compile`, or says at its end what is left to do. It
/// holds names of fields and no value of the sample.
///
/// `name` is the map's; `type` what a message becomes.
std::string draft_map(const Shape& shape, std::string_view name, RecordTypeNumber type, const Schemas& schemas);

/// The lines of a map that still have `say_why` for a reason, from 1; none where it is no map.
std::vector<int> lines_without_reason(std::string_view map);

}  // namespace haven
