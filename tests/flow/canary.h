#pragma once
#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/flow/answers.h"
#include "tests/flow/hub.h"
#include "tests/flow/places.h"
#include "tests/support/captured_log.h"

namespace haven::test {

/// A hub of which everything that it writes, says and sends is looked into for values that were given to it.
class Canary : public Hub {
protected:
    void SetUp() override {
        const char* before = std::getenv("TMPDIR");
        temporary_before_ = before == nullptr ? "" : before;
        ::setenv("TMPDIR", temporary_.path().c_str(), 1);
        Hub::SetUp();
    }
    void TearDown() override {
        Hub::TearDown();
        temporary_before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", temporary_before_.c_str(), 1);
    }
    /// What lies on the disk while the hub runs, and only then: the database with its log of writes, temporary files,
    /// and files that have no name any more.
    Places while_it_runs() {
        Places places;
        add_files(places, folder_.site() / "var", "var");
        add_files(places, temporary_.path(), "temporary");
        for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            const auto target = std::filesystem::read_symlink(open.path(), gone).string();
            if (!gone && target.starts_with("/") && target.ends_with(" (deleted)") && !target.starts_with("/dev")) {
                places["unnamed: all"] += peers::file_text(open.path());
            }
        }
        without_the_sources_own(places);
        return places;
    }
    /// Everything but what the sources keep themselves.
    Places everything(const CapturedLog& log) {
        Places places;
        places["log: all"] = log.text();
        add_files(places, folder_.site() / "var", "var");
        for (const char* charity : {"steadfast", "kindred"}) { add_files(places, folder_.drop(charity), charity); }
        places["eastford-council: received"] = folder_.council().received_text();
        add_files(places, temporary_.path(), "temporary");
        without_the_sources_own(places);
        return places;
    }
    /// The force's own folder holds what the force put there.
    static void without_the_sources_own(Places& places) {
        for (auto it = places.begin(); it != places.end();) {
            const bool own =
                it->first.starts_with("var: northshire/") && it->first.find("receipts") == std::string::npos;
            it = own ? places.erase(it) : std::next(it);
        }
    }
    /// What the door says to each kind of caller, good answers and problems.
    void add_answers(Places& places, const std::vector<std::string>& ids) {
        for (const auto& [caller, token] : everybody(*node_).tokens) {
            const auto said = answers_to(*node_, token, ids, R"({"Canarykey": "Canaryvalue"})");
            auto place = "http " + caller;
            places[place.append(": all")] = said + inflated(said);
        }
    }
    /// Only the roles that work with cases see her, and of partners only who was told; nobody sees what no agreement
    /// lets out of the message.
    static void check_answers(const Places& said) {
        const std::set<std::string> nobody;
        const std::set<std::string> at_work{"http duty-manager", "http information-governance", "http practitioner"};
        const auto sees = [&](const char* value) {
            auto who = found_in(said, value);
            for (const auto& role : at_work) { who.erase(role); }
            return who;
        };
        for (const char* shown : {"Canaryfamily", "Canaryref"}) {
            EXPECT_TRUE(found_in(said, shown).contains("http practitioner")) << "the sweep sees what is shown";
        }
        EXPECT_EQ(said.count("http nobody: all") + said.count("http witness: all"), 2U);
        for (const char* value :
             {"Canaryref", "Canaryplace", "Canarysummary", "7700900772", "Canarystreet", "Canarytown", "ZZ99 5CC",
              "Canaryschool", "Canaryperp", "Canaryrobin", "Canaryemployer", "Canarycontactnote"}) {
            EXPECT_EQ(sees(value), nobody) << value;
        }
        for (const char* value : {"Canaryfamily", "Canarygiven", "7700900771", "Canarykit"}) {
            auto who = sees(value);
            who.erase("http eastford-council");  // its own offer
            who.erase("http steadfast");
            EXPECT_EQ(who, nobody) << value;
        }
        for (const char* value : {"Canarynotes", "Canarykey", "Canaryvalue", "Canaryelement", "Canaryheader"}) {
            EXPECT_EQ(found_in(said, value), nobody) << value;
        }
    }
    /// What stands in PostgreSQL, row by row, bytes in hexadecimal; the files of SQLite lie under "var".
    void add_tables(Places& places) {
        if (GetParam() != store::Engine::postgres) { return; }
        const auto tables = read<std::int64_t>([&](store::Sql& sql) {
            std::int64_t n = 0;
            sql.each<std::string, std::string>(
                [&](const std::string& table, const std::string& rows) {
                    auto place = std::string("postgres: ");
                    places[place.append(table)] = rows;
                    ++n;
                },
                "SELECT table_name::text, query_to_xml('SELECT t::text AS row FROM ' || quote_ident(table_name) || ' "
                "t',"
                " true, false, '')::text FROM information_schema.tables WHERE table_schema = current_schema()");
            return n;
        });
        EXPECT_GT(tables, 20) << "all tables are looked into";
        EXPECT_NE(places["postgres: ledger_entry"].find("<row>"), std::string::npos) << "and their rows";
    }
    /// The pages and the log of the server itself, as they lie on its disk.
    static std::set<std::string> found_on_the_servers_disk(const std::vector<std::string>& marks) {
        std::set<std::string> out;
        const char* data = std::getenv("HAVEN_TEST_POSTGRES_DATA");
        std::size_t files = 0;
        for (const char* part : {"base", "pg_wal"}) {
            if (data == nullptr) { break; }
            for (const auto& entry :
                 std::filesystem::recursive_directory_iterator(std::filesystem::path(data) / part)) {
                std::error_code gone;  // the server goes on meanwhile
                if (!entry.is_regular_file(gone) || gone) { continue; }
                std::ifstream in(entry.path(), std::ios::binary);
                const std::string bytes{std::istreambuf_iterator<char>(in), {}};
                ++files;
                for (const auto& mark : marks) {
                    if (!found_in({{part, bytes}}, mark).empty()) { out.insert(std::string(part) + ": " + mark); }
                }
            }
        }
        if (data != nullptr) { EXPECT_GT(files, 100U) << "the server's files are read"; }
        return out;
    }

private:
    peers::TemporaryFolder temporary_;  // that of every temporary file from now on
    std::string temporary_before_;
};

}  // namespace haven::test
