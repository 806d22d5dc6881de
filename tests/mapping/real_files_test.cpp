#include <cstdlib>

#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"

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
};

std::string shared_data() {
    const auto* given = std::getenv("HAVEN_SHARED_DATA");
    return given != nullptr ? given : HAVEN_SOURCE_DIR "/../shared/data";
}

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
    const auto folder = shared_data();
    if (!std::filesystem::exists(folder)) { GTEST_SKIP() << "skipped: no shared data"; }
    for (const auto& row : rows) {
        SCOPED_TRACE(std::string(row.file) + " by " + std::string(row.map));
        const auto message = test::text_of_file(folder + "/" + std::string(row.file));
        ASSERT_FALSE(message.empty());
        EXPECT_EQ(fate(*shipped(row.map), message), row.result);
    }
}

TEST(RealFiles, AreEachStatedInAdvance) {
    const auto folder = shared_data();
    if (!std::filesystem::exists(folder)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto stated = [](const std::string& file) {
        return std::any_of(std::begin(rows), std::end(rows), [&](const Row& row) { return row.file == file; });
    };
    for (const auto& path : test::files_below(folder + "/mhclg-core/exports", ".xml")) {
        EXPECT_TRUE(stated("mhclg-core/exports/" + path.filename().string())) << path.filename();
    }
    for (const auto& path : test::files_below(folder + "/mhclg-core/files", ".csv")) {
        const auto name = path.filename().string();
        const bool of_logs = name.find("logs_csv_export") != name.npos || name.find("log_csv_export") != name.npos;
        if (!of_logs && name.find("bulk_upload") == name.npos && name != "excel_as_csv.csv") { continue; }
        EXPECT_TRUE(stated("mhclg-core/files/" + name)) << name;
    }
}

// The order in which the README of lettings-log-xml tells a site to name them.
TEST(RealFiles, AreReadByTheMapOfTheirYear) {
    const auto folder = shared_data() + "/mhclg-core/exports/general_needs_log";
    if (!std::filesystem::exists(folder + ".xml")) { GTEST_SKIP() << "skipped: no shared data"; }
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
    const auto file = shared_data() + "/mhclg-core/exports/general_needs_log_26_27.xml";
    if (!std::filesystem::exists(file)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto records = test::read_with(*shipped("lettings-log-xml/letting-2026"), test::text_of_file(file));
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
