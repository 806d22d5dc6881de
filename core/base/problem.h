#pragma once
#include <string>
#include <vector>

namespace haven {

/// What is wrong with a file that a person wrote (a map, a schema, a site file), where, and what to do.
///
/// Such files hold no person's data, so the text may quote them.
struct Problem {
    std::string file;
    int line = 0;    ///< from 1; 0 where the whole file is meant
    int column = 0;  ///< from 1, in bytes; 0 where the whole line is meant
    int width = 1;   ///< how many bytes the caret underlines
    std::string message;
    std::string quoted{};  ///< that line, where whoever found it had it at hand

    bool operator==(const Problem&) const = default;
};
using Problems = std::vector<Problem>;

/// "eastford/offer.map:7:24: no field victim/adress; did you mean victim/address?", and below it the line with a
/// caret, where the problem quotes it or `source` (the whole file) is given.
std::string text_of(const Problem& problem, std::string_view source = {});
/// Line `line` of a text, without its end; nothing where there is none.
std::string_view line_of(std::string_view source, int line);

}  // namespace haven
