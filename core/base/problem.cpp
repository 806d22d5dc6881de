#include "core/base/problem.h"

namespace haven {

std::string_view line_of(std::string_view source, int line) {
    for (int n = 1; n < line; ++n) {
        const auto end = source.find('\n');
        if (end == std::string_view::npos) { return {}; }
        source.remove_prefix(end + 1);
    }
    return source.substr(0, source.find('\n'));
}

std::string text_of(const Problem& problem, std::string_view source) {
    std::string out = problem.file;
    if (problem.line > 0) { out += ":" + std::to_string(problem.line); }
    if (problem.column > 0) { out += ":" + std::to_string(problem.column); }
    out += ": " + problem.message;
    const auto given = problem.line > 0 ? line_of(source, problem.line) : std::string_view{};
    const auto line = problem.quoted.empty() ? given : std::string_view(problem.quoted);
    if (line.empty()) { return out; }
    out += "\n    ";
    out += line;
    if (problem.column > 0) {
        out += "\n    " + std::string(static_cast<std::size_t>(problem.column - 1), ' ') +
               std::string(static_cast<std::size_t>(problem.width), '^');
    }
    return out;
}

}  // namespace haven
