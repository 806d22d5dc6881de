#include "mapping/tools/map_diff.h"

#include "mapping/tools/canonical_json.h"
#include "mapping/tools/line_changes.h"
#include "mapping/tools/translate.h"

namespace haven {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view held = "held: ";

bool is_held(const Lines& lines) {
    return lines.size() == 1 && lines[0].starts_with(held);
}

// A record that is held on one side alone: its values are not told one by one.
Lines in_short(const Lines& lines, const Lines& other) {
    if (is_held(lines) || !is_held(other) || lines.empty()) { return lines; }
    return {"taken, with " + std::to_string(lines.size()) + " values"};
}

/// The lines of each record of a message by its number; 0 is the message as a whole.
std::map<std::int64_t, Lines> lines_by_record(const Map& map, std::string_view message) {
    std::map<std::int64_t, Lines> out;
    const auto done = read_message(map, message, [&](const ReadRecord& read, const Result<std::vector<Record>>& made) {
        auto& lines = out[read.number];
        if (!made) { return lines.push_back(std::string(held) + told_error(read.number, made.error())); }
        for (std::size_t i = 0; i < made->size(); ++i) {
            if (made->size() > 1) { lines.push_back("victim " + std::to_string(i + 1)); }
            for (auto& line : value_lines((*made)[i])) { lines.push_back(std::move(line)); }
        }
    });
    if (!done) { out[0].push_back("the message is held: " + done.error().message()); }
    return out;
}

// "victim/phone[2]/number = x" is of the field victim/phone/number.
std::optional<FieldNumber> field_of(const Catalogue& catalogue, std::string_view line) {
    std::string path;
    bool inside = false;
    for (const char c : line.substr(0, line.find(" = "))) {
        inside = c == '[' || (inside && c != ']');
        if (!inside && c != ']') { path += c; }
    }
    return catalogue.find(path);
}

}  // namespace

std::string inward_diff(const Map& before, const Map& after, std::string_view message, const Listeners& listeners) {
    auto old_lines = lines_by_record(before, message);
    auto new_lines = lines_by_record(after, message);
    for (const auto& [number, lines] : new_lines) { old_lines.try_emplace(number); }
    std::string out;
    for (const auto& [number, lines] : old_lines) {
        std::string changed;
        const auto& now = new_lines[number];
        for (const auto& change : line_changes(in_short(lines, now), in_short(now, lines))) {
            if (change.kind == ' ') { continue; }
            changed += std::string("  ") + change.kind + " " + change.line + "\n";
            const auto field = field_of(*after.catalogue(), change.line);
            if (field) { changed += told_to(listeners, after.hub_field(*field), "      "); }
        }
        if (changed.empty()) { continue; }
        out += (number > 0 ? "record " + std::to_string(number) : std::string("message")) + "\n" + changed;
    }
    return out;
}

std::string outward_diff(const Map& before, const Map& after, std::string_view json) {
    const auto changes =
        line_changes(lines_of_text(told_outward(before, json)), lines_of_text(told_outward(after, json)));
    return text_of_changes(changes, "  ");
}

}  // namespace haven
