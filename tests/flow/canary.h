#pragma once
#include <fstream>
#include <set>

#include "tests/flow/answers.h"
#include "tests/flow/hub.h"

namespace haven::test {

/// A hub of which everything that it writes, says and sends is looked into for values that were given to it.
class Canary : public Hub {
protected:
    Places while_it_runs() { return test::while_it_runs(folder_, temporary_.path()); }
    /// Everything but what the sources keep themselves.
    Places everything(const CapturedLog& log) {
        Places places;
        places["log: all"] = log.text();
        add_files(places, folder_.site() / "var", "var");
        add_partners(places, folder_);
        add_files(places, temporary_.path(), "temporary");
        leave_out_the_sources_own(places);
        return places;
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
};

}  // namespace haven::test
