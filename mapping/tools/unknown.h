#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "mapping/tools/dialect.h"

namespace haven {

/// The names in a sample that hold something and that no line of the map knows, as a map writes them, each once. An
/// error never tells them, for they are a partner's text; a sample is fictional, so its author may be told.
///
/// None where the map knows no name of the sample at all: it is of another layout, or its names stand elsewhere.
std::vector<std::string> unknown_names(const DialectMap& map, std::string_view sample);

}  // namespace haven
