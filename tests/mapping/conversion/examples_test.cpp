#include <random>
#include <set>
#include <sstream>

#include "mapping/conversion/conversion.h"
#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

std::vector<std::string> cut(std::string_view text, std::string_view separator) {
    std::vector<std::string> out;
    while (true) {
        const auto end = text.find(separator);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) { return out; }
        text.remove_prefix(end + separator.size());
    }
}

/// One line of mapping/conversion/examples.txt.
struct Example {
    std::string line;
    std::string name;
    std::vector<std::string> arguments;
    FieldNumber field;
    std::vector<std::string> parts;
    std::string canonical;
    std::string back;

    std::unique_ptr<Conversion> make() const {
        ConversionRequest request{.name = name, .parts = parts.size(), .field = test::catalogue()->field(field).type};
        for (const auto& argument : arguments) { request.arguments.emplace_back(argument); }
        auto made = make_conversion(request);
        EXPECT_TRUE(made) << line << ": " << (made ? "" : made.error());
        return made ? std::move(*made) : nullptr;
    }
    bool is_refused() const { return canonical.starts_with("! "); }
};

std::vector<Example> examples() {
    std::vector<Example> out;
    std::istringstream file(test::text_of_file(HAVEN_SOURCE_DIR "/mapping/conversion/examples.txt"));
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) { continue; }
        const auto columns = cut(line, " | ");
        if (columns.size() != 5) {
            ADD_FAILURE() << "expected five columns: " << line;
            continue;
        }
        Example made{.line = line,
                     .name = columns[0].substr(0, columns[0].find('(')),
                     .field = test::field(columns[1]),
                     .parts = cut(columns[2], " + "),
                     .canonical = columns[3],
                     .back = columns[4]};
        if (const auto open = columns[0].find('('); open != std::string::npos) {
            made.arguments = cut(columns[0].substr(open + 1, columns[0].size() - open - 2), ", ");
            for (auto& argument : made.arguments) { std::erase(argument, '"'); }
        }
        out.push_back(std::move(made));
    }
    return out;
}

std::string in(const Conversion& conversion, const std::vector<std::string>& parts) {
    const std::vector<std::string_view> views(parts.begin(), parts.end());
    std::string canonical;
    const auto done = conversion.in(views, canonical);
    return done ? canonical : "! " + done.error().reason.text();
}

TEST(ConversionExamples, HoldAndAreOfTheFieldsType) {
    for (const auto& example : examples()) {
        const auto conversion = example.make();
        ASSERT_TRUE(conversion);
        EXPECT_EQ(in(*conversion, example.parts), example.canonical) << example.line;
        if (example.is_refused() || example.canonical.empty()) { continue; }
        EXPECT_TRUE(test::catalogue()->field(example.field).type->check(example.canonical)) << example.line;
    }
}

TEST(ConversionExamples, WriteBackWhatIsReadTheSameAgain) {
    for (const auto& example : examples()) {
        const auto conversion = example.make();
        if (example.back == "-") {
            EXPECT_TRUE(example.is_refused() || !conversion->has_inverse()) << example.line;
            continue;
        }
        EXPECT_TRUE(conversion->has_inverse()) << example.line;
        std::vector<std::string> parts(example.parts.size());
        ASSERT_TRUE(conversion->out(example.canonical, parts)) << example.line;
        EXPECT_EQ(in(*conversion, parts), example.canonical) << example.line << ": in(out(c)) = c";
        EXPECT_EQ(parts, example.back == "=" ? example.parts : cut(example.back, " + ")) << example.line;
    }
}

// Rounded, a window to call her in would open before its time.
TEST(ConversionExamples, ATimeWithSecondsIsNotWrittenInASpellingWithout) {
    const auto all = examples();
    const auto whole = std::find_if(all.begin(), all.end(), [](const Example& e) { return e.name == "time"; });
    const auto minutes = std::find_if(all.begin(), all.end(), [](const Example& e) {
        return e.name == "time" && e.arguments == std::vector<std::string>{"HH:mm"};
    });
    std::vector<std::string> parts(1);
    ASSERT_TRUE(whole->make()->out("09:00:45", parts));
    EXPECT_EQ(parts[0], "09:00:45");
    ASSERT_TRUE(minutes->make()->out("09:00:00", parts));
    EXPECT_EQ(parts[0], "09:00");
    const auto refused = minutes->make()->out("09:00:45", parts);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "a time with seconds, which the partner's spelling cannot say");
}

// A text with some of its characters put in other places, taken twice or changed to a digit.
std::string shaken(std::string text, std::mt19937& random) {
    for (auto turns = random() % 3; turns > 0 && !text.empty(); --turns) {
        const auto at = random() % text.size();
        switch (random() % 3) {
            case 0: std::swap(text[at], text[random() % text.size()]); break;
            case 1: text.insert(at, 1, text[at]); break;
            default: text[at] = static_cast<char>('0' + random() % 10);
        }
    }
    return text;
}

// Its values are not read again when they are kept.
TEST(ConversionExamples, WhatSaysThatItMakesOnlyTextsOfTheTypeMakesNoOther) {
    std::mt19937 random(7);
    std::size_t made = 0;
    std::set<std::string> claiming;
    for (const auto& example : examples()) {
        const auto conversion = example.make();
        const auto& type = *test::catalogue()->field(example.field).type;
        for (int i = 0; i < 2'000 && conversion->makes_only(type); ++i) {
            auto parts = example.parts;
            for (auto& part : parts) { part = shaken(std::move(part), random); }
            const auto canonical = in(*conversion, parts);
            if (canonical.empty() || canonical.starts_with("! ")) { continue; }
            ASSERT_TRUE(type.fits(canonical)) << example.line << ": " << canonical;
            claiming.insert(example.name);
            ++made;
        }
    }
    EXPECT_EQ(claiming, (std::set<std::string>{"date", "instant", "postcode", "yes_no"}));
    EXPECT_GT(made, 5'000U);
}

TEST(ConversionExamples, CoverEveryConversion) {
    const auto all = examples();
    for (const auto name : conversion_names()) {
        if (name == "code") { continue; }  // its tables are the map's: map_test
        const auto count = std::count_if(all.begin(), all.end(), [&](const Example& e) { return e.name == name; });
        EXPECT_GE(count, 2) << name;
    }
}

}  // namespace
}  // namespace haven
