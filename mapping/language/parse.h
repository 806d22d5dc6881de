#pragma once
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/problem.h"
#include "mapping/language/ast.h"

namespace haven {

/// What could be read of a map.
struct ParsedMap {
    ast::Map map;       ///< without the lines that have a problem
    Problems problems;  ///< one for a line at most, in order; none where all could be read
    bool lacks_a_basis =
        false;  ///< a line of the heading or a table is missing: what is said of the others may be wrong
};

/// Reads the text of a map. It goes on behind a line that it cannot read, and behind all that is indented below it,
/// and tells at most 50 problems, each with its line and column.
///
/// `file` is how the problems name it. The language is described in docs/reference/maps.md.
ParsedMap parse_map(std::string_view text, std::string_view file);

/// Reads a code list: tables as a map has them, and nothing else.
tl::expected<std::vector<ast::CodeTable>, Problems> parse_code_list(std::string_view text, std::string_view file);

}  // namespace haven
