#include "mapping/check/compile.h"
#include "mapping/language/parse.h"

namespace haven {

void MapCompiler::tables() {
    add_tables(ast_.tables, file_);
}

void MapCompiler::add_tables(const std::vector<ast::CodeTable>& tables, const std::string& file) {
    for (const auto& table : tables) {
        CodeRows rows;
        for (const auto& row : table.rows) { rows.rows.push_back({row.partner.text, row.arrow, row.canonical.text}); }
        if (!tables_.emplace(table.name.text, std::move(rows)).second) {
            const auto& span = table.name.span;
            problems_.push_back({file, span.line, span.column, span.width, "two tables are called " + table.name.text});
        }
    }
}

void MapCompiler::code_list(const ast::CodeList& list) {
    const auto name = list.name.text + (list.year > 0 ? "." + std::to_string(list.year) : "");
    if (name.find('/') != std::string::npos || name.starts_with('.')) {
        return problem(list.name.span, "a code list has a plain name and a year: codes NAME 2024");
    }
    const auto text = code_lists_ ? code_lists_(name) : std::nullopt;
    if (!text) { return problem(list.name.span, "no code list " + name + " in schemas/codes"); }
    const auto file = "codes/" + name + ".codes";
    auto tables = parse_code_list(*text, file);
    if (!tables) {
        problems_.insert(problems_.end(), tables.error().begin(), tables.error().end());
        return;
    }
    add_tables(*tables, file);
    hash_.update('\0' + name + '\0');
    hash_.update(*text);
}

}  // namespace haven
