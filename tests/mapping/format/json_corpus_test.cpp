#include <gtest/gtest.h>

#include <set>

#include "mapping/format/json_reader.h"
#include "tests/mapping/format/reading.h"

// JSONTestSuite by Nicolas Seriot (https://github.com/nst/JSONTestSuite): y_ must be taken, n_ refused, i_ is free.

namespace haven {
namespace {

// What the standard lets pass and Haven refuses: two readers may understand it differently.
const std::set<std::string> stricter = {
    "y_object_duplicated_key.json",            // keys stand once
    "y_object_duplicated_key_and_value.json",  // the same
    "y_object_escaped_null_in_key.json",       // no \u0000
    "y_string_null_escape.json",               // the same
};

// Where the standard leaves the choice, what Haven takes; it refuses every other i_ file.
const std::set<std::string> taken = {
    "i_number_double_huge_neg_exp.json",        // 123.456e-789 keeps its text, however small
    "i_number_real_underflow.json",             // the same
    "i_structure_UTF-8_BOM_empty_object.json",  // a mark at the front is removed
};

TEST(JsonTestSuite, EachFileIsTakenOrRefusedAsItsNameSays) {
    const auto folder = test::shared_data("hostile/json-testsuite/test_parsing");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto names = test::vocabulary({"a"});
    int files = 0;
    for (const auto& path : test::files_in(*folder, ".json")) {
        const auto name = path.filename().string();
        const bool expected = name[0] == 'y' ? !stricter.contains(name) : taken.contains(name);
        const auto text = test::file_text(path);
        JsonReader reader(names, {});
        const auto all = test::read_all(reader, text, names);
        EXPECT_EQ(all.good(), expected) << name << '\n' << all;
        EXPECT_EQ(test::read_all(reader, text, names, 1).good(), expected) << name << " in pieces of 1 byte";
        EXPECT_EQ(test::read_all(reader, text, names, 3).good(), expected) << name << " in pieces of 3 bytes";
        ++files;
    }
    EXPECT_EQ(files, 318);
}

TEST(JsonTestSuite, TransformationsKeepWhatIsWritten) {
    const auto folder = test::shared_data("hostile/json-testsuite/test_transform");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto names = test::vocabulary({"a"});
    const std::pair<const char*, const char*> cases[] = {
        {"number_1.0.json", "1.0"},
        {"number_1e6.json", "1E6"},
        {"number_1.000000000000000005.json", "1.000000000000000005"},
        {"number_-9223372036854775808.json", "-9223372036854775808"},
        {"number_10000000000000000999.json", "10000000000000000999"},
    };
    for (const auto& [file, expected] : cases) {
        JsonReader reader(names, {});
        const auto all = test::read_all(reader, test::file_text(*folder / file), names);
        ASSERT_EQ(all.records.size(), 1U) << file;
        EXPECT_EQ(all.records[0], expected) << file;
    }
}

TEST(SharedJson, EveryOtherFileIsReadToItsEnd) {
    const auto folder = test::shared_data("README.md");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const Vocabulary names;
    int files = 0;
    for (const auto& path : test::files_in(folder->parent_path(), ".json")) {
        if (path.string().find("json-testsuite") != std::string::npos) { continue; }
        JsonReader reader(names, {});
        const auto all = test::read_all(reader, test::file_text(path), names);
        // The profile's own schema of a schedule says "timezone" and two more twice.
        const bool repeats = path.string().ends_with("openreferral-uk-profile/profile/schedule.json");
        EXPECT_EQ(all.good(), !repeats) << path << '\n' << all.error;
        ++files;
    }
    EXPECT_GT(files, 40);
}

}  // namespace
}  // namespace haven
