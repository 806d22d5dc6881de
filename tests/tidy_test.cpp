// The house's own rules, checked on the source tree alone: nothing here is run but text comparison.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "tests/support/source_tree.h"

namespace haven::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;
constexpr int file_lines_max = 400;
constexpr int function_lines_max = 70;

std::string lines_of(const Words& all) {
    std::string out;
    for (const auto& one : all) { out += "\n  " + one; }
    return out;
}

/// The longest key that is `path` or a folder around it; null where there is none.
template <class T>
const std::pair<const std::string, T>* nearest(const std::map<std::string, T>& table, const std::string& path) {
    const std::pair<const std::string, T>* found = nullptr;
    for (const auto& row : table) {
        const bool around = path == row.first || path.starts_with(row.first + "/");
        if (around && (found == nullptr || row.first.size() > found->first.size())) { found = &row; }
    }
    return found;
}

bool is_under_any(const Words& folders, const std::string& path) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](const std::string& f) { return path == f || path.starts_with(f + "/"); });
}

// What each folder may include beside itself. Arrows run down only; a new folder needs a row here.
const std::map<std::string, Words> arrows{
    {"core/base", {}},
    {"core/xml", {"core/base"}},
    {"core/seal", {"core/base"}},
    {"core/calendar", {"core/base"}},
    {"core/catalogue", {"core/base", "core/seal", "core/xml"}},
    {"core/agreement", {"core/base", "core/calendar", "core/catalogue"}},
    {"core/ledger", {"core/base", "core/seal"}},
    {"core/casework", {"core/base", "core/seal", "core/calendar", "core/catalogue", "core/agreement"}},
    {"core/referral", {"core/base", "core/calendar", "core/catalogue", "core/agreement"}},
    {"core/store", {"core/base", "core/seal", "core/catalogue", "core/agreement", "core/casework", "core/referral"}},
    {"core/store/engine", {"core/base"}},
    {"mapping", {"core/base", "core/seal", "core/calendar", "core/xml", "core/catalogue", "core/agreement"}},
    {"mapping/format", {"core/base", "core/xml", "core/catalogue"}},
    {"mapping/language", {"core/base"}},
    {"mapping/tools", {"core/base", "core/xml", "core/catalogue", "core/agreement", "mapping"}},
    {"adapters", {}},
    {"adapters/sdk", {"core/base"}},
    {"adapters/transport", {"core/base", "adapters/sdk"}},
    {"adapters/housing_rest", {"core/base", "adapters/sdk", "adapters/transport"}},
    {"adapters/light_partner", {"core/base", "adapters/sdk"}},
    {"adapters/police_import", {"core/base", "adapters/sdk"}},
    {"adapters/sftp_drop", {"core/base", "adapters/sdk", "adapters/transport"}},
    {"hub", {"core", "mapping", "adapters"}},
    {"hub/http", {"core/base", "core/seal"}},
    {"hub/plugins", {"core/base", "adapters/sdk"}},
    {"hub/site", {"core", "mapping", "adapters/sdk"}},
    {"hub/flow", {"core", "mapping", "adapters/sdk", "hub/site"}},
    {"hub/api", {"core", "mapping", "hub/site", "hub/flow", "hub/http"}},
    {"hub/node", {"core", "mapping", "adapters", "hub/site", "hub/flow", "hub/http", "hub/api", "hub/plugins"}},
    {"hub/cli", {"core", "mapping", "adapters", "hub/site", "hub/flow", "hub/http", "hub/node"}},
    {"tests", {"core", "mapping", "adapters", "hub"}},
};

TEST(Tidy, IncludesRunOnlyDownTheArrows) {
    Words wrong;
    for (const auto& file : source_tree()) {
        if (!file.is_code()) { continue; }
        const auto* from = nearest(arrows, file.path);
        if (from == nullptr) {
            wrong.push_back(file.path + ": its folder has no row in `arrows`");
            continue;
        }
        for (const auto& include : file.includes()) {
            const bool fits = include.angled || nearest(arrows, include.path) == from ||
                              is_under_any(from->second, include.path) || include.path.starts_with(from->first + "/");
            if (!fits) { wrong.push_back(file.path + " includes " + include.path); }
        }
    }
    EXPECT_TRUE(wrong.empty()) << "an arrow that does not exist:" << lines_of(wrong);
}

// The only folders that may include each third-party library, and the tests that drive it themselves.
const std::map<std::string, Words> homes{
    {"xercesc", {"core/xml"}},
    {"sodium.h", {"core/seal"}},
    {"openssl", {"core/seal", "hub/http", "tests/hub/http", "tests/support"}},
    {"date", {"core/calendar"}},
    {"soci", {"core/store/engine"}},
    {"libpq-fe.h", {"core/store/engine", "tests/support"}},
    {"sqlite3.h", {"core/store/engine", "tests/core/store"}},
    {"curl", {"adapters/transport"}},
    {"boost/asio.hpp", {"tests/bench"}},
    {"boost/asio", {"hub/http", "tests/bench"}},
    {"boost/beast", {"hub/http"}},
    {"toml++", {"hub/site"}},
    {"prometheus", {"hub/api"}},
    {"Poco", {"hub/plugins", "hub/main.cpp"}},
    {"zlib.h", {"tests/flow"}},
    {"gtest", {"tests"}},
    {"gmock", {"tests"}},
};
const Words free_of_home{"boost/json", "boost/json.hpp", "fmt", "tl"};
const Words of_the_system{"arpa",  "dirent.h", "experimental", "fcntl.h", "netdb.h",  "netinet", "poll.h",
                          "pwd.h", "signal.h", "spawn.h",      "stdio.h", "stdlib.h", "sys",     "unistd.h"};

TEST(Tidy, EachThirdPartyLibraryHasOneHome) {
    Words wrong;
    for (const auto& file : source_tree()) {
        if (!file.is_code()) { continue; }
        for (const auto& include : file.includes()) {
            const bool standard = include.path.find_first_of("./") == std::string::npos;
            if (!include.angled || standard || is_under_any(free_of_home, include.path) ||
                is_under_any(of_the_system, include.path)) {
                continue;
            }
            const auto* home = nearest(homes, include.path);
            if (home == nullptr || !is_under_any(home->second, file.path)) {
                wrong.push_back(file.path + " includes <" + include.path + ">");
            }
        }
    }
    EXPECT_TRUE(wrong.empty()) << "outside its home:" << lines_of(wrong);
}

TEST(Tidy, NoFileIsLongerThanFourHundredLines) {
    Words wrong;
    for (const auto& file : source_tree()) {
        if (!file.is_code()) { continue; }
        const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
        if (lines > file_lines_max) { wrong.push_back(file.path + ": " + std::to_string(lines) + " lines"); }
    }
    EXPECT_TRUE(wrong.empty()) << "cut these in two:" << lines_of(wrong);
}

TEST(Tidy, FunctionsAreFound) {
    const auto found = functions_of(
        "namespace a {\nstruct B {\n  int c() const { return '{'; }\n};\n/* { */ template <class T>\nvoid d(T t) {\n"
        "  if (t) {\n    e(\"}\");\n  }\n}\n}\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].lines, 1);
    EXPECT_EQ(found[1].line, 6);
    EXPECT_EQ(found[1].lines, 5);
}

TEST(Tidy, NoFunctionIsLongerThanSeventyLines) {
    Words wrong;
    for (const auto& file : source_tree()) {
        if (!file.is_code()) { continue; }
        for (const auto& body : functions_of(file.text)) {
            if (body.lines <= function_lines_max) { continue; }
            wrong.push_back(file.path + ":" + std::to_string(body.line) + ": " + std::to_string(body.lines) + " lines");
        }
    }
    EXPECT_TRUE(wrong.empty()) << "say these in parts:" << lines_of(wrong);
}

/// The code files of the program itself that hold `part` and that neither `allowed` nor a folder of it names; and the
/// names in `allowed` that nothing needs any more.
Words strangers(std::string_view part, const Words& allowed) {
    Words out;
    std::set<std::string> unused(allowed.begin(), allowed.end());
    for (const auto& file : source_tree()) {
        if (!file.is_code() || file.is_in("tests") || !file.has(part)) { continue; }
        const auto by = std::find_if(allowed.begin(), allowed.end(),
                                     [&](const std::string& a) { return is_under_any({a}, file.path); });
        if (by == allowed.end()) { out.push_back(file.path); }
        if (by != allowed.end()) { unused.erase(*by); }
    }
    for (const auto& path : unused) { out.push_back(path + " (no longer: take it off the list)"); }
    return out;
}

// These read declarations (a schema, a map, the site, an adapter's settings, the words of the program) or names that
// were declared when they were stored. Text of a message must never become a Name: it would reach errors and logs.
TEST(Tidy, OnlyReadersOfDeclarationsDeclareNames) {
    const auto wrong = strangers("Name::declare(", {
                                                       "adapters/sdk/settings.cpp",
                                                       "core/agreement/agreement.cpp",
                                                       "core/base/name.cpp",
                                                       "core/catalogue/catalogue_load.cpp",
                                                       "core/catalogue/field.h",
                                                       "core/catalogue/versions.cpp",
                                                       "core/seal/secret_file.cpp",
                                                       "core/store",
                                                       "hub/flow/access.cpp",
                                                       "hub/flow/broker.cpp",
                                                       "hub/flow/calling.cpp",
                                                       "hub/flow/casework.cpp",
                                                       "hub/flow/chronicle.cpp",
                                                       "hub/flow/concealing.cpp",
                                                       "hub/flow/deciding.cpp",
                                                       "hub/flow/door.h",
                                                       "hub/flow/erasing.cpp",
                                                       "hub/flow/merge_part.cpp",
                                                       "hub/flow/need.cpp",
                                                       "hub/flow/overriding.cpp",
                                                       "hub/flow/people.cpp",
                                                       "hub/flow/recalling.cpp",
                                                       "hub/flow/sending.cpp",
                                                       "hub/flow/taking.cpp",
                                                       "hub/flow/witnessing.cpp",
                                                       "hub/plugins/plugins.cpp",
                                                       "hub/site",
                                                       "mapping/check",
                                                   });
    EXPECT_TRUE(wrong.empty()) << "may text of a message come here?" << lines_of(wrong);
}

TEST(Tidy, OnlyPartsThatCarryValuesOnReadRawText) {
    const auto wrong = strangers("#include \"core/catalogue/raw_text.h\"", {
                                                                               "core/catalogue/versions.cpp",
                                                                               "core/agreement/disclosure.cpp",
                                                                               "core/agreement/guard.cpp",
                                                                               "core/agreement/linked.cpp",
                                                                               "core/catalogue/case_file.cpp",
                                                                               "mapping/run/outward.cpp",
                                                                               "mapping/tools/canonical_json.cpp",
                                                                               "mapping/tools/explain.cpp",
                                                                           });
    EXPECT_TRUE(wrong.empty()) << "a locator's text may leak here:" << lines_of(wrong);
}

// They show the values of samples: nothing that serves may have them at hand.
TEST(Tidy, ToolsForTheAuthorsOfMapsAreUsedByTheirCommandsAlone) {
    const auto wrong = strangers("#include \"mapping/tools/", {"mapping/tools", "hub/cli"});
    EXPECT_TRUE(wrong.empty()) << "values of people may be printed here:" << lines_of(wrong);
}

TEST(Tidy, SealedTextIsOpenedByTheKeyRingAndTheVaultAlone) {
    Words wrong;
    for (const auto& file : source_tree()) {
        const bool inside = file.is_in("core/seal") || file.is_in("tests");
        const bool opens = file.has("core/seal/seal.h\"") || file.has("core/seal/key_access.h\"");
        if (file.is_code() && opens && !inside && !file.path.starts_with("hub/flow/vault.")) {
            wrong.push_back(file.path);
        }
    }
    EXPECT_TRUE(wrong.empty()) << "let hub/flow/vault.h open it:" << lines_of(wrong);
}

// The walls hold because one class each may make a Disclosure, an Outgoing and a Cleared: nobody else in the program
// may take its name. (Tests may: a program has one class of a name or does not link.)
TEST(Tidy, EachWallHasOneDoor) {
    const std::map<std::string, Words> doors{
        {"class Decision {", {"core/agreement/disclosure.cpp"}},
        {"class OutwardMap {", {"mapping/outward.h"}},
        {"class Guard {", {"core/agreement/guard.h"}},
    };
    for (const auto& [door, known] : doors) {
        const auto wrong = strangers(door, known);
        EXPECT_TRUE(wrong.empty()) << door << lines_of(wrong);
    }
}

TEST(Tidy, EachDialectHasAReadmeAMapAndSamples) {
    Words wrong;
    for (const auto& dialect : fs::directory_iterator(fs::path(HAVEN_SOURCE_DIR) / "schemas/dialects")) {
        if (!dialect.is_directory()) { continue; }
        const auto folder = "schemas/dialects/" + dialect.path().filename().string();
        const auto any = [&](const std::string& begin, std::string_view end) {
            return std::any_of(source_tree().begin(), source_tree().end(), [&](const File& f) {
                return f.path.starts_with(folder + begin) && f.path.ends_with(end);
            });
        };
        if (!any("/README.md", "")) { wrong.push_back(folder + ": README.md"); }
        // The maps of haven are made from the canonical schema.
        if (folder != "schemas/dialects/haven" && !any("/", ".map")) { wrong.push_back(folder + ": a map"); }
        if (!any("/samples/", ".case")) { wrong.push_back(folder + ": samples"); }
    }
    EXPECT_TRUE(wrong.empty()) << "missing:" << lines_of(wrong);
}

// In CSV and fixed width the columns that the map names are the schema.
TEST(Tidy, EachTreeOfADialectHasASchema) {
    static const std::regex tree(R"((^|\n)dialect +(xml|json)\b)");
    static const std::regex schema(R"((^|\n)dialect [^\n]* schema ")");
    Words wrong;
    for (const auto& file : source_tree()) {
        const bool map = file.path.starts_with("schemas/dialects/") && file.path.ends_with(".map");
        if (map && std::regex_search(file.text, tree) && !std::regex_search(file.text, schema)) {
            wrong.push_back(file.path);
        }
    }
    EXPECT_TRUE(wrong.empty()) << "without a schema:" << lines_of(wrong);
}

TEST(Tidy, EachAdapterHasAReadme) {
    Words wrong;
    for (const auto& [folder, below] : arrows) {
        const bool adapter =
            folder.starts_with("adapters/") && folder != "adapters/sdk" && folder != "adapters/transport";
        const auto readme = folder + "/README.md";
        if (adapter && !fs::exists(fs::path(HAVEN_SOURCE_DIR) / readme)) { wrong.push_back(readme); }
    }
    EXPECT_TRUE(wrong.empty()) << "missing:" << lines_of(wrong);
}

TEST(Tidy, EveryDocumentThatIsReferredToIsThere) {
    static const std::regex named(R"(\bdocs/[\w/-]+\.(md|yaml))");
    static const std::regex link(R"(\]\(([\w./-]+)(#[\w-]*)?\))");
    const fs::path root(HAVEN_SOURCE_DIR);
    Words wrong;
    const auto expect = [&](const File& in, const fs::path& path) {
        if (!fs::exists(path)) { wrong.push_back(in.path + ": " + path.lexically_relative(root).string()); }
    };
    for (const auto& file : source_tree()) {
        if (file.path == "tests/tidy_test.cpp") { continue; }
        for (auto at = std::sregex_iterator(file.text.begin(), file.text.end(), named); at != std::sregex_iterator();
             ++at) {
            if (at->str() != "docs/decisions/NNNN-title.md") { expect(file, root / at->str()); }
        }
        if (!file.path.ends_with(".md")) { continue; }
        for (auto at = std::sregex_iterator(file.text.begin(), file.text.end(), link); at != std::sregex_iterator();
             ++at) {
            expect(file, ((root / file.path).parent_path() / (*at)[1].str()).lexically_normal());
        }
    }
    EXPECT_TRUE(wrong.empty()) << "missing:" << lines_of(wrong);
}

TEST(Tidy, TestsWaitForConditionsAndNeverSleep) {
    Words wrong;
    for (const auto& file : source_tree()) {
        if (!file.is_code() || !file.is_in("tests") || file.path == "tests/tidy_test.cpp") { continue; }
        if (file.path == "tests/peers/peer.cpp") { continue; }  // `eventually` waits for a condition with a deadline
        for (const auto* word : {"sleep_for", "sleep_until", "usleep("}) {
            if (file.has(word)) { wrong.push_back(file.path + ": " + word); }
        }
    }
    EXPECT_TRUE(wrong.empty()) << "wait for what is awaited:" << lines_of(wrong);
}

TEST(Tidy, NoFileNamesAWorkplace) {
    static const std::regex path(R"((^|[\s"'=(`])/(work|home|root|tmp)/\w)");
    Words wrong;
    for (const auto& file : source_tree()) {
        if (file.path == "tests/tidy_test.cpp") { continue; }
        if (std::regex_search(file.text, path)) { wrong.push_back(file.path + ": a path of one machine"); }
    }
    EXPECT_TRUE(wrong.empty()) << lines_of(wrong);
}

// Hosts are those that nobody owns (RFC 2606, loopback), that a namespace is named after, or where a test's corpus is
// from.
TEST(Tidy, NoFileNamesAHostThatMayBeCalled) {
    static const std::regex url(R"(\b(https?|sftp|postgresql)://([A-Za-z0-9._-]+@)?([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+))");
    const Words reserved{".example", ".invalid", ".test", ".localhost"};
    const std::set<std::string> known{"127.0.0.1",        "x.x",       "www.w3.org", "json-schema.org", "fbi.gov",
                                      "release.niem.gov", "github.com"};
    Words wrong;
    for (const auto& file : source_tree()) {
        for (auto at = std::sregex_iterator(file.text.begin(), file.text.end(), url); at != std::sregex_iterator();
             ++at) {
            const auto host = (*at)[3].str();
            const bool fits = known.contains(host) || std::any_of(reserved.begin(), reserved.end(),
                                                                  [&](const auto& end) { return host.ends_with(end); });
            if (!fits) { wrong.push_back(file.path + ": " + host); }
        }
    }
    EXPECT_TRUE(wrong.empty()) << "not a reserved or standard host:" << lines_of(wrong);
}

}  // namespace
}  // namespace haven::test
