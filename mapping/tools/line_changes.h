#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace haven {

/// One line of a comparison: '-' stands only before, '+' only after, ' ' in both.
struct LineChange {
    char kind;
    std::string line;
};

/// What changed between two texts, line by line, in order; with the lines that did not.
std::vector<LineChange> line_changes(const std::vector<std::string>& before, const std::vector<std::string>& after);

/// The lines of a text without their ends.
std::vector<std::string> lines_of_text(std::string_view text);

/// The changes as text, each with `indent` before it; of long stretches that did not change only the lines next to a
/// change.
std::string text_of_changes(const std::vector<LineChange>& changes, std::string_view indent);

}  // namespace haven
