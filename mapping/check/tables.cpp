#include "mapping/check/compile.h"
#include "mapping/language/parse.h"

namespace haven {

CodeTables code_tables(const std::vector<ast::CodeTable>& parsed) {
    CodeTables out;
    for (const auto& table : parsed) {
        std::vector<CodeRows::Row> rows;
        for (const auto& row : table.rows) { rows.push_back({row.partner.text, row.arrow, row.canonical.text}); }
        out.emplace_back(table.name, std::make_shared<CodeRows>(std::move(rows)));
    }
    return out;
}

CodeList::CodeList(std::string said, const std::string& name)
    : file("codes/" + name + ".codes"), text(std::move(said)) {
    auto parsed = parse_code_list(text, file);
    if (parsed) {
        tables = code_tables(*parsed);
    } else {
        problems = std::move(parsed).error();
    }
}

void MapCompiler::tables() {
    add_tables(code_tables(ast_.tables), file_);
}

void MapCompiler::add_tables(const CodeTables& tables, const std::string& file) {
    for (const auto& [name, rows] : tables) {
        if (!tables_.emplace(name.text, rows).second) {
            const auto& span = name.span;
            problems_.push_back({file, span.line, span.column, span.width, "two tables are called " + name.text});
        }
    }
}

// The list of that name whose year is nearest, as a map names it.
std::string MapCompiler::nearest_year(const ast::CodeList& list) const {
    constexpr int years_max = 10;
    for (int away = 1; code_lists_ && list.year > 0 && away <= years_max; ++away) {
        for (const int year : {list.year - away, list.year + away}) {
            if (code_lists_(list.name.text + "." + std::to_string(year)) == nullptr) { continue; }
            return list.name.text + " " + std::to_string(year);
        }
    }
    return {};
}

void MapCompiler::code_list(const ast::CodeList& list) {
    const auto name = list.name.text + (list.year > 0 ? "." + std::to_string(list.year) : "");
    if (name.find('/') != std::string::npos || name.starts_with('.')) {
        return problem(list.name.span, "a code list has a plain name and a year: codes NAME 2024");
    }
    const auto known = code_lists_ ? code_lists_(name) : nullptr;
    if (known == nullptr) {
        return problem(list.name.span, "no code list " + name + " in schemas/codes" + suggesting(nearest_year(list)));
    }
    problems_.insert(problems_.end(), known->problems.begin(), known->problems.end());
    add_tables(known->tables, known->file);
    hash_.update('\0' + name + '\0');
    hash_.update(known->text);
}

}  // namespace haven
