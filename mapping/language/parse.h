#pragma once
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/problem.h"
#include "mapping/language/ast.h"

namespace haven {

/// Reads the text of a map. All problems are told at once, each with its line and column.
///
/// `file` is how the problems name it. The language is described in docs/reference/maps.md.
tl::expected<ast::Map, Problems> parse_map(std::string_view text, std::string_view file);

/// Reads a code list: tables as a map has them, and nothing else.
tl::expected<std::vector<ast::CodeTable>, Problems> parse_code_list(std::string_view text, std::string_view file);

}  // namespace haven
