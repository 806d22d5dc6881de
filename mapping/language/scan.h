#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.h"
#include "mapping/language/ast.h"

namespace haven {

/// One token of a line of a map.
struct Token {
    enum class Kind : std::uint8_t { word, quoted, arrow, comma, equals, open, close, open_square, close_square, dot };
    Kind kind;
    std::string_view text;
    ast::Span span;
    bool touches_next = false;  ///< no space between it and the next token
};

/// One line of a map, without its comment.
struct ScannedLine {
    int number = 0;
    int indent = 0;  ///< leading spaces
    std::vector<Token> tokens;
};

/// The lines of a map with what they point to, but for the map's text, which must outlive it.
struct ScannedMap {
    std::vector<ScannedLine> lines;
    std::deque<std::string> unquoted;  ///< texts that say something else than the map has between the quotes
};

/// Cuts a map into lines and tokens. Blank lines and comments are gone.
///
/// A comment begins with "#" at the start of the line or after a space, and a space or the end after it: "age#" is a
/// name. A quoted text may hold anything but a quote; "\"" writes one.
ScannedMap scan_map(std::string_view text, std::string_view file, Problems& problems);

}  // namespace haven
