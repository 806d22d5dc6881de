#include "core/base/problem.h"

namespace haven {
namespace {

std::string_view line_of(std::string_view source, int line) {
    for (int n = 1; n < line; ++n) {
        const auto end = source.find('\n');
        if (end == std::string_view::npos) { return {}; }
        source.remove_prefix(end + 1);
    }
    return source.substr(0, source.find('\n'));
}

}  // namespace

std::string text_of(const Problem& problem, std::string_view source) {
    std::string out = problem.file;
    if (problem.line > 0) { out += ":" + std::to_string(problem.line); }
    if (problem.column > 0) { out += ":" + std::to_string(problem.column); }
    out += ": " + problem.message;
    const auto line = problem.line > 0 ? line_of(source, problem.line) : std::string_view{};
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
