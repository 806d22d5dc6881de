#include "mapping/tools/line_changes.h"

#include <algorithm>

namespace haven {
namespace {

constexpr std::size_t cells_max = 4'000'000;  // of the table below: 2,000 lines against 2,000
constexpr std::size_t around = 2;             // unchanged lines that are shown beside a change

}  // namespace

std::vector<std::string> lines_of_text(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// The longest common subsequence, by the table of its lengths from each pair of lines to the ends.
std::vector<LineChange> line_changes(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    std::vector<LineChange> out;
    const auto width = after.size() + 1;
    const bool too_long = (before.size() + 1) * width > cells_max;
    std::vector<std::uint32_t> common(too_long ? 0 : (before.size() + 1) * width);
    for (auto i = before.size(); i-- > 0 && !too_long;) {
        for (auto k = after.size(); k-- > 0;) {
            common[i * width + k] = before[i] == after[k]
                                        ? common[(i + 1) * width + k + 1] + 1
                                        : std::max(common[(i + 1) * width + k], common[i * width + k + 1]);
        }
    }
    std::size_t i = 0;
    std::size_t k = 0;
    while (i < before.size() || k < after.size()) {
        if (i < before.size() && k < after.size() && before[i] == after[k]) {
            out.push_back({' ', before[i++]});
            ++k;
        } else if (k == after.size() ||
                   (i < before.size() && !too_long && common[(i + 1) * width + k] >= common[i * width + k + 1])) {
            out.push_back({'-', before[i++]});
        } else {
            out.push_back({'+', after[k++]});
        }
    }
    return out;
}

std::string text_of_changes(const std::vector<LineChange>& changes, std::string_view indent) {
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto from = i < around ? 0 : i - around;
        const auto to = std::min(i + around + 1, changes.size());
        const bool near = std::any_of(changes.begin() + static_cast<std::ptrdiff_t>(from),
                                      changes.begin() + static_cast<std::ptrdiff_t>(to),
                                      [](const LineChange& c) { return c.kind != ' '; });
        if (!near) {
            gap = !out.empty();
            continue;
        }
        if (gap) { out += std::string(indent) + "...\n"; }
        gap = false;
        out += std::string(indent) + changes[i].kind + " " + changes[i].line + "\n";
    }
    return out;
}

}  // namespace haven
