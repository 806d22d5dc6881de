#pragma once
#include <optional>

#include "mapping/language/cursor.h"

/// The lines that a map's body is made of. Each gives nothing where it has told a problem.
namespace haven {

/// "Persons.Person[@role=VICTIM]@id", or "." for the value itself.
std::optional<ast::PartnerPath> parse_path(Cursor& in);
/// "A, B <-> path conversion(arguments) required default x".
std::optional<ast::FieldLine> parse_field(Cursor& in);
/// "each A.B -> group", without the lines below it.
std::optional<ast::Each> parse_each(Cursor& in);
/// "A ignore "why""; "A1..6 ignore "why"" is a line for each number.
std::optional<std::vector<ast::IgnoreLine>> parse_ignore(Cursor& in);

}  // namespace haven
