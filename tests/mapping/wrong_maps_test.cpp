#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

const std::string wrong = HAVEN_SOURCE_DIR "/tests/mapping/wrong";

/// All problems of a map as its author sees them: place, message, the line and the caret.
std::string shown(const std::string& text, const std::string& file,
                  const DialectSchemas& schemas = dialect_schemas_of(wrong)) {
    const auto made = Map::compile(text, file, test::catalogue(), code_lists_of(wrong), schemas);
    std::string out;
    if (made) { return out; }
    for (const auto& problem : made.error()) {
        const bool of_list = problem.file.starts_with("codes/");
        out += text_of(problem, of_list ? test::text_of_file(wrong + problem.file.substr(5)) : text) + "\n";
    }
    return out;
}

// Each map of tests/mapping/wrong beside what is said of it.
TEST(WrongMaps, AreRefusedInTheseWords) {
    const auto maps = test::files_below(wrong, ".map");
    EXPECT_GE(maps.size(), 60U);
    for (const auto& map : maps) {
        auto expected = map;
        expected.replace_extension(".txt");
        EXPECT_EQ(shown(test::text_of_file(map), map.filename().string()), test::text_of_file(expected)) << map;
    }
}

// What was looked up in a schema for one map serves the next: a site of 300 partners reads it once.
TEST(WrongMaps, AreRefusedInTheSameWordsWhereManyShareASchema) {
    const auto schemas = dialect_schemas_of(wrong);
    for (int round = 0; round < 2; ++round) {
        for (const auto& map : test::files_below(wrong, ".map")) {
            auto expected = map;
            expected.replace_extension(".txt");
            EXPECT_EQ(shown(test::text_of_file(map), map.filename().string(), schemas), test::text_of_file(expected))
                << map;
        }
    }
    EXPECT_EQ((*schemas("core.xsd"))->places, (*schemas("core.xsd"))->places);
    EXPECT_NE((*schemas("core.xsd"))->places, nullptr);
}

/// Maps that are too long to keep, and what is said of each.
struct Long {
    std::string text;
    std::string said;
};

std::vector<Long> too_long() {
    const std::string heading = "map m 1\ndialect csv\nrecord incident-report 1\n";
    std::string lines = heading;
    for (int i = 0; i < 20'000; ++i) { lines += "A ignore \"x\"\n"; }
    std::string no_map;
    for (int i = 0; i < 60; ++i) { no_map += "Ref;Name;Notes\n"; }
    auto columns = heading + "each P1..1000 -> perpetrator\n  Name -> perpetrator/name/family\n";
    for (int i = 0; i < 70; ++i) { columns += "  X" + std::to_string(i) + " ignore \"x\"\n"; }
    return {{columns, "long.map:70:3: too many numbered columns, all lines together\n"},
            {no_map, "long.map: 10 more lines cannot be read\n"},
            {lines, "long.map: a map has at most 20000 lines\n"},
            {heading + "A ignore \"" + std::string(2'000, 'x') + "\"\n",
             "long.map:4: a line is at most 2000 characters long\n"}};
}

TEST(WrongMaps, AreRefusedWhereTheyAreTooLong) {
    for (const auto& map : too_long()) { EXPECT_NE(shown(map.text, "long.map").find(map.said), std::string::npos); }
}

/// C++ without comments and without what `fail` and `Reason` say: those speak of a message, not of a map.
std::string of_maps(const std::string& code) {
    std::string out;
    for (std::size_t at = 0; at < code.size();) {
        const auto rest = std::string_view(code).substr(at);
        if (rest.starts_with("//")) {
            at = std::min(code.find('\n', at), code.size());
            continue;
        }
        if (rest.starts_with("'\"'")) {  // a quote as a character
            at += 3;
            continue;
        }
        const bool call = rest.starts_with("fail(") || rest.starts_with("Reason(");
        if (!call) {
            out += code[at++];
            continue;
        }
        int depth = 0;
        bool quoted = false;
        for (at += rest.find('('); at < code.size(); ++at) {
            const char c = code[at];
            if (c == '"' && code[at - 1] != '\\') { quoted = !quoted; }
            if (quoted) { continue; }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) { break; }
        }
    }
    return out;
}

/// The texts of several words between quotes, without escapes; two that stand side by side are one.
std::vector<std::string> sentences(const std::string& code) {
    std::vector<std::string> out;
    std::string text;
    bool begun = false;
    const auto end = [&] {
        const auto word = text.find_first_of("abcdefghijklmnopqrstuvwxyz");
        if (word != std::string::npos && text.find(' ', word) < text.size() - 1) { out.push_back(text); }
        text.clear();
        begun = false;
    };
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (code[at] != '"') {
            if (begun && std::string_view(" \n").find(code[at]) == std::string_view::npos) { end(); }
            continue;
        }
        begun = true;
        for (++at; at < code.size() && code[at] != '"'; ++at) {
            if (code[at] == '\\') { ++at; }
            text += code[at];
        }
    }
    return out;
}

// What no wrong map shows, nobody has read: the list of refusals cannot rot.
TEST(WrongMaps, ShowEveryRefusalOfTheLanguage) {
    std::string said;
    for (const auto& file : test::files_below(wrong, ".txt")) { said += test::text_of_file(file); }
    for (const auto& map : too_long()) { said += map.said; }
    std::size_t refusals = 0;
    for (const std::string folder : {"check", "language", "conversion"}) {
        for (const auto& file : test::files_below(HAVEN_SOURCE_DIR "/mapping/" + folder, ".cpp")) {
            for (const auto& sentence : sentences(of_maps(test::text_of_file(file)))) {
                ++refusals;
                EXPECT_NE(said.find(sentence), std::string::npos)
                    << file.filename() << ": no wrong map shows: " << sentence;
            }
        }
    }
    EXPECT_GE(refusals, 150U);
}

}  // namespace
}  // namespace haven
