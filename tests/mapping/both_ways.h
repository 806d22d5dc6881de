#pragma once
#include <map>
#include <regex>
#include <sstream>

#include "tests/mapping/shipped_maps.h"

namespace haven::test {

/// A shipped map whose lines go both ways wherever they can be undone, so that what it writes can be read back.
struct BothWays {
    std::string name;  ///< "charity-xml/answer"
    std::shared_ptr<const Map> map;
};

/// The lines of a map without what makes it read only (a trailer's count, further header rows, in JSON what stands
/// around the records) and without its schema, which allows less than the laws hold for; each turned to `<->` unless it
/// is of a table, a constant of the canonical side, or one of several that read one group: written, its instances would
/// stand under each of them.
class Turned {
public:
    explicit Turned(const std::string& text) {
        std::istringstream lines(text);
        bool in_table = false;
        for (std::string line; std::getline(lines, line);) {
            line = without_what_only_reads(line);
            in_table = line.starts_with("code ") || (in_table && line.starts_with(' '));
            auto turned = line;
            if (!in_table && !line.starts_with("constant ")) { turn(turned); }
            if (const auto group = group_of(line); !group.empty()) { ++readers_[group]; }
            lines_.push_back({line, turned});
        }
        for (auto& line : lines_) {
            const auto group = group_of(line.as_written);
            if (!group.empty() && readers_[group] > 1) { line.now = line.as_written; }
        }
    }
    /// Turns the line back; false where it stands as it was written.
    bool turn_back(int number) {
        if (number < 1 || static_cast<std::size_t>(number) > lines_.size()) { return false; }
        auto& line = lines_[static_cast<std::size_t>(number) - 1];
        const bool was = line.now != line.as_written;
        line.now = line.as_written;
        return was;
    }
    std::string text() const {
        std::string out;
        for (const auto& line : lines_) { out += line.now + "\n"; }
        return out;
    }

private:
    struct Line {
        std::string as_written;
        std::string now;
    };
    std::string without_what_only_reads(const std::string& line) {
        static const std::regex schema(R"( schema "[^"]*")");
        static const std::regex header(R"( header \d+ names \d+)");
        if (line.starts_with("dialect")) {
            is_json_ = line.find("json") != std::string::npos;
            return std::regex_replace(std::regex_replace(line, schema, ""), header, "");
        }
        static const std::regex held(R"( hold +")");  // of a field that the schema has, which is gone here
        const bool around = is_json_ && line.starts_with("split ");
        return around || line.starts_with("count ") || std::regex_search(line, held) ? "" : line;
    }
    // A constant that is only read tells how many elements a predicate took, and what it would write, the predicate
    // does.
    static void turn(std::string& line) {
        for (const std::string arrow : {" <- ", " -> "}) {
            const auto at = line.find(arrow);
            if (at == std::string::npos) { continue; }
            const auto behind = line.find_first_not_of(' ', at + arrow.size());
            if (arrow == " -> " && line.compare(behind, 9, "constant ") == 0) { continue; }
            line.replace(at, arrow.size(), " <-> ");
        }
    }
    // The canonical group of an each that reads; "" for any other line.
    static std::string group_of(const std::string& line) {
        const auto word = line.find_first_not_of(' ');
        const auto arrow = line.find("-> ");
        if (word == std::string::npos || line.compare(word, 5, "each ") != 0 || arrow == std::string::npos) {
            return {};
        }
        return line.substr(line.find_first_not_of(' ', arrow + 3));
    }
    std::vector<Line> lines_;
    std::map<std::string, int> readers_;
    bool is_json_ = false;
};

inline std::vector<BothWays> maps_both_ways() {
    std::vector<BothWays> out;
    const auto lists = code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes");
    auto files = files_below(HAVEN_SOURCE_DIR "/schemas/dialects", ".map");
    for (const auto& ours : files_below(HAVEN_SOURCE_DIR "/tests/mapping/lawful", ".map")) { files.push_back(ours); }
    for (const auto& path : files) {
        Turned turned(text_of_file(path));
        const auto name = path.parent_path().filename().string() + "/" + path.stem().string();
        for (bool again = true; again;) {
            auto made = Map::compile(turned.text(), name, catalogue(), lists);
            again = false;
            if (made) {
                out.push_back({name, *made});
            } else {
                for (const auto& problem : made.error()) { again = turned.turn_back(problem.line) || again; }
                if (!again) { ADD_FAILURE() << name << ": " << text_of(made.error().front()); }
            }
        }
    }
    return out;
}

}  // namespace haven::test
