#include <map>
#include <set>

#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"
#include "tests/support/shared_data.h"

namespace haven {
namespace {

// Files that nobody here wrote, by the shipped maps: each is taken whole, or refused for the reason that stands here.
struct Row {
    std::string_view map;
    std::string_view file;
    std::string_view result;
};

constexpr std::string_view taken = "taken";
constexpr Row rows[] = {
    {"lettings-log-xml/letting-2022", "mhclg-core/exports/general_needs_log.xml", taken},
    {"lettings-log-xml/letting-2023", "mhclg-core/exports/general_needs_log_23_24.xml", taken},
    {"lettings-log-xml/letting-2024", "mhclg-core/exports/general_needs_log_24_25.xml", taken},
    {"lettings-log-xml/letting-2025", "mhclg-core/exports/general_needs_log_25_26.xml", taken},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/general_needs_log_26_27.xml", taken},
    // What two years ask is the same but for what these files hold; the order of a partner's maps decides, below.
    {"lettings-log-xml/letting-2023", "mhclg-core/exports/general_needs_log.xml", taken},
    {"lettings-log-xml/letting-2025", "mhclg-core/exports/general_needs_log_24_25.xml", taken},
    {"lettings-log-xml/letting-2024", "mhclg-core/exports/general_needs_log_25_26.xml", taken},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2026_27_lettings_bulk_upload.csv", taken},
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_codes_25.csv", taken},
    {"lettings-log-csv/export-2026", "mhclg-core/files/lettings_log_csv_export_codes_26.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_labels_23.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_labels_24.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_labels_25.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_labels_26.csv", taken},
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_non_support_codes_25.csv", taken},
    {"lettings-log-csv/export-2026", "mhclg-core/files/lettings_log_csv_export_non_support_codes_26.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_non_support_labels_23.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_non_support_labels_24.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_non_support_labels_25.csv", taken},
    {"lettings-log-csv/export-labels", "mhclg-core/files/lettings_log_csv_export_non_support_labels_26.csv", taken},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/service_full.json", taken},
    {"open-referral-uk/services", "openreferral-uk-profile/examples/service_list.json", taken},
    // Refused: supported housing has fields of its own.
    {"lettings-log-xml/letting-2022", "mhclg-core/exports/supported_housing_logs.xml",
     "record 1: line 160: column 18: expected an element that the schema declares"},
    // Refused: how many records another file holds.
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/manifest.xml",
     "line 2: expected the root element that the dialect declares"},
    // Refused: not of lettings.
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/organisation.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/organisation_new_name.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/user.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    // Refused: sales, not lettings.
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/sales_log.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/sales_log_2024.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/sales_log_25_26.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/sales_log_26_27.xml",
     "record 1: line 4: column 9: expected an element that the schema declares"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2022_23_sales_bulk_upload.csv", "expected 8 header rows, got 6"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2023_24_sales_bulk_upload.csv",
     "line 11: 136: expected this column in the header; missing: 12"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2023_24_sales_bulk_upload_invalid.csv",
     "line 11: 136: expected this column in the header; missing: 12"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2026_27_sales_bulk_upload.csv",
     "line 24: 137: expected this column in the header; missing: 11"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/blank_bulk_upload_sales.csv", "expected 8 header rows, got 5"},
    {"lettings-log-csv/export-2025", "mhclg-core/files/sales_logs_csv_export_codes_24.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2025", "mhclg-core/files/sales_logs_csv_export_codes_25.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/sales_logs_csv_export_codes_26.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_labels_24.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_labels_25.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_labels_26.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/sales_logs_csv_export_non_support_codes_26.csv",
     "line 2: renewal: expected this column in the header; missing: 4"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_non_support_labels_24.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_non_support_labels_25.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    {"lettings-log-csv/export-labels", "mhclg-core/files/sales_logs_csv_export_non_support_labels_26.csv",
     "line 2: renewal: expected this column in the header; missing: 3"},
    // Refused: a bulk upload of a year that no map names.
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2023_24_lettings_bulk_upload.csv",
     "line 49: Field number: expected this column in the header; missing: 14"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2023_24_lettings_bulk_upload_empty_with_headers.csv",
     "line 49: Field number: expected this column in the header; missing: 14"},
    {"lettings-log-csv/upload-2026", "mhclg-core/files/2023_24_lettings_bulk_upload_invalid.csv",
     "line 49: Field number: expected this column in the header; missing: 14"},
    // Refused: a spreadsheet under another name.
    {"lettings-log-csv/upload-2026", "mhclg-core/files/excel_as_csv.csv", "expected text, got a ZIP or Excel file"},
    // Refused: a year that the map does not name.
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_codes_23.csv",
     "line 3: a field that no line of the map reads or ignores"},
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_codes_24.csv",
     "line 3: collection_start_year: expected the constant that the map names"},
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_non_support_codes_23.csv",
     "line 3: a field that no line of the map reads or ignores"},
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_non_support_codes_24.csv",
     "line 3: collection_start_year: expected the constant that the map names"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/lettings_log_csv_export_codes_25.csv",
     "line 3: a field that no line of the map reads or ignores"},
    {"lettings-log-xml/letting-2026", "mhclg-core/exports/general_needs_log_25_26.xml",
     "line 7: form: a field that no line of the map reads or ignores"},
    // Refused: the answers in words, by the map of the codes.
    {"lettings-log-csv/export-2025", "mhclg-core/files/lettings_log_csv_export_labels_25.csv",
     "line 3: renewal: expected one of the 1 codes of its table"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/lettings_log_csv_export_labels_26.csv",
     "line 3: renewal: expected one of the 1 codes of its table"},
    // Refused: another thing of a directory than a service.
    {"open-referral-uk/service", "openreferral-uk-profile/examples/organization_full.json",
     "record 1: line 2: status: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/organization_list.json",
     "record 1: line 2: id: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/service_at_location_full.json",
     "record 1: line 2: name: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/taxonomy.json",
     "record 1: line 2: status: expected a value, which the schema requires"},
    // Refused: it has a column twice, in a layout that no map names.
    {"lettings-log-csv/export-2026", "mhclg-core/exports/general_needs_log.csv",
     "line 2: column 5: expected each column name once"},
    // Refused: addresses, authorities, schemes and rents, no lettings.
    {"lettings-log-csv/export-2026", "mhclg-core/files/addresses_reimport.csv",
     "line 2: column 8: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/addresses_reimport_all_logs.csv",
     "line 2: column 7: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/local_authorities.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/local_authority_links_2023.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/locations_csv_export.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/organisations_group_profit_status_invalid.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/organisations_group_profit_status_valid.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/original_locations.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/original_schemes.csv",
     "line 2: column 6: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/rent_ranges.csv",
     "line 2: column 2: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/sale_ranges.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/sales_addresses_reimport.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/sales_addresses_reimport_all_logs.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/schemes_and_locations_csv_export.csv",
     "line 2: column 10: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/schemes_csv_export.csv",
     "line 2: column 10: expected each column name once"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/updated_locations.csv",
     "line 2: collection_start_year: expected this column in the header; missing: 6"},
    {"lettings-log-csv/export-2026", "mhclg-core/files/updated_schemes.csv",
     "line 2: column 6: expected each column name once"},
    // Refused: another thing of a directory than a service.
    {"open-referral-uk/service", "openreferral-uk-profile/examples/service_at_location_list.json",
     "record 1: line 2: id: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/taxonomy_list.json",
     "record 1: line 2: id: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/taxonomy_term.json",
     "record 1: line 2: status: expected a value, which the schema requires"},
    {"open-referral-uk/service", "openreferral-uk-profile/examples/taxonomy_term_list.json",
     "record 1: line 2: id: expected a value, which the schema requires"},
};

std::shared_ptr<const Map> shipped(std::string_view name) {
    return test::shipped_map(std::string(name));
}

/// What became of a message's records: one word where all fared alike.
std::string fate(const Map& map, const std::string& message) {
    std::string out;
    for (const auto& record : test::read_with(map, message)) {
        const auto one = test::told(record);
        if (out != one) { out += (out.empty() ? "" : "; ") + one; }
    }
    return out.empty() ? "no records" : out;
}

TEST(RealFiles, AreTakenWholeOrRefusedForAReasonThatIsStatedInAdvance) {
    if (!test::shared_data("mhclg-core")) { GTEST_SKIP() << "skipped: no shared data"; }
    for (const auto& row : rows) {
        const auto file = test::shared_data(std::string(row.file));
        ASSERT_TRUE(file) << row.file;
        SCOPED_TRACE(std::string(row.file) + " by " + std::string(row.map));
        const auto message = test::text_of_file(*file);
        ASSERT_FALSE(message.empty());
        EXPECT_EQ(fate(*shipped(row.map), message), row.result);
    }
}

/// The dialects that read what lies in a folder of the real files.
struct Kind {
    std::string folder;
    std::string extension;
    std::string dialect;
};
const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {"mhclg-core/exports", ".xml", "lettings-log-xml"},
        {"mhclg-core/exports", ".csv", "lettings-log-csv"},
        {"mhclg-core/files", ".csv", "lettings-log-csv"},
        {"openreferral-uk-profile/examples", ".json", "open-referral-uk"},
    };
    return all;
}

// A file that is new there fails here until a row says by which map it is taken, or why by none.
TEST(RealFiles, AreEachStatedInAdvance) {
    if (!test::shared_data("mhclg-core")) { GTEST_SKIP() << "skipped: no shared data"; }
    std::set<std::string> there;
    std::set<std::string> stated;
    for (const auto& kind : kinds()) {
        const auto folder = test::shared_data(kind.folder);
        ASSERT_TRUE(folder) << kind.folder;
        for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
            if (entry.is_regular_file()) { there.insert(kind.folder + "/" + entry.path().filename().string()); }
        }
    }
    for (const auto& row : rows) { stated.emplace(row.file); }
    EXPECT_EQ(there, stated);
}

// What a row says is refused by one map is taken by no other either, unless another row says so.
TEST(RealFiles, AreTakenByThoseMapsAloneOfWhichThatIsStated) {
    if (!test::shared_data("mhclg-core")) { GTEST_SKIP() << "skipped: no shared data"; }
    std::set<std::string> found;
    std::set<std::string> stated;
    for (const auto& row : rows) {
        if (row.result == taken) { stated.insert(std::string(row.file) + " by " + std::string(row.map)); }
    }
    for (const auto& kind : kinds()) {
        const auto folder = test::shared_data(kind.folder);
        ASSERT_TRUE(folder) << kind.folder;
        for (const auto& path : test::files_below(HAVEN_SOURCE_DIR "/schemas/dialects/" + kind.dialect, ".map")) {
            const auto name = kind.dialect + "/" + path.stem().string();
            const auto map = shipped(name);
            for (const auto& file : test::files_below(folder->string(), kind.extension)) {
                if (file.parent_path() != *folder) { continue; }
                if (fate(*map, test::text_of_file(file)) != taken) { continue; }
                found.insert(kind.folder + "/" + file.filename().string() + " by " + name);
            }
        }
    }
    EXPECT_EQ(found, stated);
}

// The order in which the README of lettings-log-xml tells a site to name them.
TEST(RealFiles, AreReadByTheMapOfTheirYear) {
    const auto exports = test::shared_data("mhclg-core/exports");
    if (!exports) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto folder = (*exports / "general_needs_log").string();
    const std::vector<std::string> in{"2026", "2025", "2024", "2022", "2023"};
    const auto claimed_by = [&](const std::string& message) {
        std::string first;
        for (const auto& year : in) {
            const auto map = shipped("lettings-log-xml/letting-" + year);
            MemorySource source(message);
            (void)map->reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
                if (first.empty() && read.document && map->claims(**read.document)) { first = year; }
                return {};
            });
        }
        return first;
    };
    EXPECT_EQ(claimed_by(test::text_of_file(folder + ".xml")), "2022");
    EXPECT_EQ(claimed_by(test::text_of_file(folder + "_23_24.xml")), "2023");
    EXPECT_EQ(claimed_by(test::text_of_file(folder + "_24_25.xml")), "2024");
    EXPECT_EQ(claimed_by(test::text_of_file(folder + "_25_26.xml")), "2025");
    EXPECT_EQ(claimed_by(test::text_of_file(folder + "_26_27.xml")), "2026");
}

TEST(RealFiles, GiveTheOutcomeOfARehousing) {
    const auto file = test::shared_data("mhclg-core/exports/general_needs_log_26_27.xml");
    if (!file) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto records = test::read_with(*shipped("lettings-log-xml/letting-2026"), test::text_of_file(*file));
    ASSERT_EQ(records.size(), 1U);
    ASSERT_TRUE(records[0]) << test::told(records[0]);
    EXPECT_EQ(test::value(*records[0], "outcome/kind"), "rehoused");
    EXPECT_EQ(test::value(*records[0], "outcome/tenancy-started"), "2026-04-03");
    EXPECT_EQ(test::value(*records[0], "outcome/from-sleeping-place"), "supported-housing");
    EXPECT_EQ(test::value(*records[0], "outcome/main-reason"), "tied-home-lost");
    EXPECT_EQ(test::value(*records[0], "outcome/place/postcode"), "-")
        << "the new address is nobody's to learn this way";
}

}  // namespace
}  // namespace haven
