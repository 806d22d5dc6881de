#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/problem.h"
#include "mapping/conversion/conversion.h"
#include "mapping/language/ast.h"

namespace haven {

/// Tables of codes by their names, shared by the maps that name them.
using CodeTables = std::vector<std::pair<ast::Word, std::shared_ptr<const CodeRows>>>;

CodeTables code_tables(const std::vector<ast::CodeTable>& parsed);

/// A list of `schemas/codes`, read once for all maps that name it.
struct CodeList {
    /// `name` is that of the list: "mhclg-core.2024".
    CodeList(std::string said, const std::string& name);

    std::string file;  ///< how problems name it
    std::string text;  ///< counts into the digest of each map
    CodeTables tables;
    Problems problems;  ///< with one there are no tables
};

}  // namespace haven
