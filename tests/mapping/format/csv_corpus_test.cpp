#include <gtest/gtest.h>

#include "mapping/format/csv_reader.h"
#include "mapping/format/csv_row.h"
#include "mapping/format/json_reader.h"
#include "mapping/format/window.h"
#include "tests/mapping/format/reading.h"

// Files of others: https://github.com/maxogden/csv-spectrum and the government's social-housing returns (mhclg-core).

namespace haven {
namespace {

// Declares every name that stands in the header.
Vocabulary names_of(std::string text, int names_row) {
    text.append(Window::padding, '\0');
    std::string_view rest(text.data(), text.size() - Window::padding);
    if (rest.starts_with("\xef\xbb\xbf")) { rest.remove_prefix(3); }
    CsvRow row;
    for (int i = 1;; ++i) {
        if (CsvScanner(',').scan(rest, true, row) != CsvScanner::Found::row) { return {}; }
        if (i == names_row) { break; }
        rest.remove_prefix(row.bytes);
    }
    Vocabulary names;
    for (const auto& cell : row.cells) {
        std::string key(rest.substr(cell.at, cell.size));
        key.erase(0, key.find_first_not_of(" \t\r\n"));
        key.erase(key.find_last_not_of(" \t\r\n") + 1);
        if (!key.empty()) { names.add(key, Name::declare(key)); }
    }
    return names;
}

test::Read read(const std::string& text, const Vocabulary& names, const CsvShape& shape) {
    CsvReader reader(names, shape);
    auto all = test::read_all(reader, text, names);
    EXPECT_EQ(test::read_all(reader, text, names, 1), all);
    return all;
}

// The stored copies have lost the CR of their line ends.
std::string as_published(const std::filesystem::path& path) {
    auto stored = test::file_text(path);
    if (path.stem().string().find("crlf") == std::string::npos) { return stored; }
    std::string text;
    for (const char c : stored) { text += c == '\n' ? "\r\n" : std::string(1, c); }
    return text;
}

TEST(CsvSpectrum, ReadsEachFileAsItsJsonSays) {
    const auto folder = test::shared_data("hostile/csv-spectrum");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    int files = 0;
    for (const auto& path : test::files_in(*folder / "csvs", ".csv")) {
        const auto text = as_published(path);
        const auto names = names_of(text, 1);
        ASSERT_GT(names.size(), 1U) << path;
        const auto all = read(text, names, {});
        EXPECT_TRUE(all.good()) << path << '\n' << all;

        JsonReader json(names, {});
        auto expected = test::read_all(json, test::file_text(*folder / "json" / path.stem().concat(".json")), names);
        for (auto& record : expected.records) {  // an empty cell is absent
            for (NameId id = 1; id < names.size(); ++id) {
                const auto empty = json_string(names.key(id)) + ":\"\"";
                for (const auto& gone : {"," + empty, empty + ",", empty}) {
                    if (const auto at = record.find(gone); at != record.npos) { record.erase(at, gone.size()); }
                }
            }
        }
        EXPECT_EQ(all.records, expected.records) << path;
        ++files;
    }
    EXPECT_EQ(files, 11);
}

struct Expected {
    const char* file;
    std::size_t records;
    std::size_t held = 0;
    int header_rows = 1;
    int names_row = 1;
};

// What each file of a kind holds, by the end of its name; the first that fits counts.
const Expected expectations[] = {
    {"2022_23_sales_bulk_upload.csv", 1, 0, 5, 5},
    {"blank_bulk_upload_sales.csv", 0, 0, 5, 5},
    {"bulk_upload_empty_with_headers.csv", 0, 0, 8, 8},
    {"_bulk_upload.csv", 1, 0, 8, 8},
    {"_bulk_upload_invalid.csv", 1, 0, 8, 8},
    {"addresses_reimport.csv", 6},
    {"addresses_reimport_all_logs.csv", 6},
    {"2025_local_authorities.csv", 4},
    {"initial_local_authorities.csv", 389, 22},  // names with commas and without quotes
    {"local_authorities.csv", 5},
    {"local_authority_links_2022.csv", 14},
    {"local_authorities/local_authority_links_2023.csv", 34},
    {"local_authority_links_2023.csv", 5},
    {"local_authority_links_2025.csv", 4},
    {"organisations_group_profit_status_invalid.csv", 1, 1},  // a cell too few
    {"organisations_group_profit_status_valid.csv", 3},
    {"original_locations.csv", 4},
    {"updated_locations.csv", 5},
    {"original_schemes.csv", 5},
    {"updated_schemes.csv", 5},
    {"rent_ranges.csv", 5},
    {"sale_ranges.csv", 4},
    {"schemes_and_locations_csv_export.csv", 1},
    {"schemes_csv_export.csv", 1},
    {"locations_csv_export.csv", 1},
    {"general_needs_log.csv", 1},
};

std::optional<Expected> expectation(const std::string& path) {
    for (const auto& known : expectations) {
        if (path.ends_with(known.file)) { return known; }
    }
    // Exports of logs: a row of questions, a row of field names, one log.
    if (path.find("_csv_export_") != path.npos) { return Expected{"", 1, 0, 2, 2}; }
    return std::nullopt;
}

TEST(MhclgFiles, EachIsReadAsThisListSays) {
    const auto folder = test::shared_data("mhclg-core");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    int files = 0;
    for (const auto& path : test::files_in(*folder, ".csv")) {
        const auto text = test::file_text(path);
        const auto name = path.string();
        ++files;
        if (name.ends_with("excel_as_csv.csv")) {
            EXPECT_EQ(read(text, {}, {}).error, "expected text, got a ZIP or Excel file");
            continue;
        }
        if (name.find("variable_definitions") != name.npos) { continue; }  // below
        const auto expected = expectation(name);
        ASSERT_TRUE(expected) << name;
        CsvShape shape;
        shape.header_rows = expected->header_rows;
        shape.names_row = expected->names_row;
        const auto names = names_of(text, shape.names_row);
        ASSERT_GT(names.size(), 1U) << name;
        const auto all = read(text, names, shape);
        EXPECT_EQ(all.error, "") << name;
        EXPECT_EQ(all.records.size(), expected->records) << name;
        const auto held = std::count_if(all.records.begin(), all.records.end(),
                                        [](const std::string& r) { return r.starts_with("! "); });
        EXPECT_EQ(held, static_cast<std::ptrdiff_t>(expected->held)) << name << '\n' << all;
    }
    EXPECT_GT(files, 50);
}

TEST(MhclgFiles, CutAtAnyByteTheSmallOnesInventNoRecord) {
    const auto folder = test::shared_data("mhclg-core");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    int files = 0;
    for (const auto& path : test::files_in(*folder, ".csv")) {
        const auto text = test::file_text(path);
        if (text.size() > 1000) { continue; }
        ++files;
        const auto names = names_of(text, 1);
        CsvReader reader(names, {});
        const auto all = test::read_all(reader, text, names);
        for (std::size_t size = 0; size < text.size(); ++size) {
            const auto cut = test::read_all(reader, std::string_view(text).substr(0, size), names);
            ASSERT_LE(cut.records.size(), all.records.size()) << path << ' ' << size;
            for (std::size_t i = 0; i + 1 < cut.records.size(); ++i) { ASSERT_EQ(cut.records[i], all.records[i]); }
        }
    }
    EXPECT_GT(files, 15);
}

TEST(MhclgFiles, DefinitionsWithoutAHeaderHoldTheRowsThatHaveUnquotedCommas) {
    const auto folder = test::shared_data("mhclg-core/variable_definitions");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto names = test::vocabulary({"variable", "definition"});
    CsvShape shape;
    shape.header_rows = 0;
    shape.columns = {1, 2};
    const auto all = read(test::file_text(*folder / "lettings_download_23_24.csv"), names, shape);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records.size(), 209U);
    const auto held =
        std::count_if(all.records.begin(), all.records.end(), [](const std::string& r) { return r.starts_with("! "); });
    EXPECT_EQ(held, 16);
}

TEST(MhclgFiles, TheColumnsOfABulkUploadAreItsFieldNumbers) {
    const auto folder = test::shared_data("mhclg-core/files");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    Vocabulary names;
    names.add("Field number", Name::declare("Field number"));
    for (int i = 1; i <= 147; ++i) { names.add(std::to_string(i), Name::declare(std::to_string(i))); }
    CsvShape shape;
    shape.header_rows = 8;
    shape.names_row = 8;
    const auto all = read(test::file_text(*folder / "2026_27_lettings_bulk_upload.csv"), names, shape);
    ASSERT_TRUE(all.good()) << all;
    ASSERT_EQ(all.records.size(), 1U);
    EXPECT_TRUE(all.records[0].starts_with(R"({"1":"ORG1","2":"ORG1","3":"support@example.com","4":"1",)")) << all;
    EXPECT_TRUE(all.records[0].ends_with(R"("145":"0","146":"3"})")) << all;
}

}  // namespace
}  // namespace haven
