#include "core/store/engine/sql.h"

#include <array>
#include <limits>

#include "tests/core/store/engine/store_fixture.h"

namespace haven::store {
namespace {

class SqlTest : public EngineTest {
protected:
    template <class... Columns>
    auto read_one(Literal sql) {
        return *readers_->read([&](Sql& session) -> Result<std::optional<typename RowOf<Columns...>::Type>> {
            return session.one<Columns...>(sql);
        });
    }
    Fault fault_of(const std::function<void(Sql&)>& statements) {
        const auto written = write(statements);
        EXPECT_FALSE(written);
        return written ? Fault::missing : written.error().fault;
    }
};

TEST_P(SqlTest, KeepsBytesAsTheyAreZeroBytesAmongThem) {
    std::string every;
    for (int i = 0; i < 1024; ++i) { every += static_cast<char>(i); }
    write_well([&](Sql& sql) {
        sql.run("INSERT INTO message (id, partner, body) VALUES ($1, $2, $3)", 1, "northshire", BytesView{every});
    });
    EXPECT_EQ(read_one<Bytes>("SELECT body FROM message"), Bytes{every});
    EXPECT_EQ(read_one<std::int64_t>("SELECT length(body) FROM message"), 1024);
}

TEST_P(SqlTest, TellsEmptyFromNull) {
    const std::optional<std::string> no_text;
    const std::optional<Bytes> no_bytes;
    write_well([&](Sql& sql) {
        sql.run("INSERT INTO message (id, partner, note, body) VALUES ($1, '', $2, $3)", 1, "", BytesView{});
        sql.run("INSERT INTO message (id, partner, note, body) VALUES ($1, '', $2, $3)", 2, no_text, no_bytes);
    });
    const auto rows = *readers_->read(
        [](Sql& sql) -> Result<std::vector<std::tuple<std::optional<std::string>, std::optional<Bytes>>>> {
            return sql.all<std::optional<std::string>, std::optional<Bytes>>(
                "SELECT note, body FROM message ORDER BY id");
        });
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], std::tuple(std::optional<std::string>(""), std::optional<Bytes>(Bytes{})));
    EXPECT_EQ(rows[1], std::tuple(std::optional<std::string>(), std::optional<Bytes>()));
}

TEST_P(SqlTest, KeepsNumbersOf64Bits) {
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t beyond_double = (std::int64_t{1} << 53) + 1;
    write_well([&](Sql& sql) {
        for (const auto n : {lowest, std::int64_t{-1}, std::int64_t{0}, beyond_double, highest}) {
            sql.run("INSERT INTO message (id, partner, received_us) VALUES ($1, '', $2)", n, n);
        }
    });
    const auto rows = *readers_->read([](Sql& sql) -> Result<std::vector<std::tuple<MessageId, Instant>>> {
        return sql.all<MessageId, Instant>("SELECT id, received_us FROM message ORDER BY id");
    });
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[0], std::tuple(MessageId{lowest}, from_us(lowest)));
    EXPECT_EQ(rows[3], std::tuple(MessageId{beyond_double}, from_us(beyond_double)));
    EXPECT_EQ(rows[4], std::tuple(MessageId{highest}, from_us(highest)));
}

TEST_P(SqlTest, KeepsTextBoolInstantAndId) {
    const std::string text = "Žofia O’Neill-Ó Súilleabháin 林 🏠";
    write_well([&](Sql& sql) {
        sql.run("INSERT INTO message (id, partner, received_us, urgent, note) VALUES ($1, $2, $3, $4, $5)",
                MessageId{7}, "northshire", noon, true, text);
    });
    using Row = std::tuple<MessageId, std::string, Instant, bool, std::string>;
    EXPECT_EQ((read_one<MessageId, std::string, Instant, bool, std::string>(
                  "SELECT id, partner, received_us, urgent, note FROM message WHERE urgent = 1")),
              Row(MessageId{7}, "northshire", noon, true, text));
    EXPECT_EQ(read_one<bool>("SELECT EXISTS (SELECT 1 FROM message WHERE id = 8)"), false);
}

TEST_P(SqlTest, OrdersTextByItsBytes) {
    write_well([](Sql& sql) {
        sql.run("INSERT INTO message (id, partner) VALUES (1, 'b'), (2, 'a'), (3, 'B'), (4, 'é'), (5, 'z')");
    });
    const auto order = *readers_->read([](Sql& sql) -> Result<std::vector<std::int64_t>> {
        return sql.all<std::int64_t>("SELECT id FROM message ORDER BY partner");
    });
    EXPECT_EQ(order, (std::vector<std::int64_t>{3, 2, 1, 5, 4}));
}

TEST_P(SqlTest, TakesParametersInAnyOrderAndMoreThanOnce) {
    write_well([](Sql& sql) {
        sql.run("INSERT INTO message (partner, id, received_us, note) VALUES ($2, $1, $1, $2)", 5, "northshire");
    });
    EXPECT_EQ((read_one<MessageId, Instant, std::string>("SELECT id, received_us, note FROM message")),
              std::tuple(MessageId{5}, from_us(5), std::string("northshire")));
}

TEST_P(SqlTest, RefusesTextThatIsNotUtf8OrHoldsAZeroByte) {
    for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xed\xa0\x80")}) {
        EXPECT_EQ(fault_of([&](Sql& sql) { sql.run("INSERT INTO message (id, partner) VALUES (1, $1)", text); }),
                  Fault::malformed);
    }
    EXPECT_EQ(count_of_messages(), 0);
}

TEST_P(SqlTest, CallsABrokenRuleAConflict) {
    write_well([](Sql& sql) { add_message(sql, 1); });
    EXPECT_EQ(fault_of([](Sql& sql) { add_message(sql, 1); }), Fault::conflict);  // the key
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("INSERT INTO message (id, partner) VALUES (2, 'nobody')"); }),
              Fault::conflict);                                                                              // a check
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("INSERT INTO message (id) VALUES (3)"); }), Fault::conflict);  // not null
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("INSERT INTO part VALUES (99, 1)"); }), Fault::conflict);  // a reference
}

TEST_P(SqlTest, NamesNeitherValueNorStatementInAnError) {
    const std::string secret = "07700 900123";
    for (const auto& failing : std::vector<std::function<void(Sql&)>>{
             [&](Sql& sql) { sql.run("INSERT INTO message (id, partner, note) VALUES (1, 'nobody', $1)", secret); },
             [&](Sql& sql) { sql.run("SELECT no_such_column FROM message WHERE note = $1", secret); },
             [&](Sql& sql) { sql.run("INSERT INTO message (id, partner, received_us) VALUES (1, '', $1)", secret); }}) {
        testing::internal::CaptureStderr();
        const auto written = write(failing);
        const auto log = testing::internal::GetCapturedStderr();
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().message().find("900123"), std::string::npos);
        EXPECT_EQ(written.error().message().find("message"), std::string::npos);
        EXPECT_EQ(log.find("900123"), std::string::npos) << log;
    }
}

TEST_P(SqlTest, CallsAStatementThatDoesNotFitBroken) {
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("SELECT 1 FROM no_such_table"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("SELEKT 1"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("SELECT {unknown}"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("DELETE FROM message WHERE id = $1"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("DELETE FROM message WHERE id = $1", 1, 2); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.run("INSERT INTO message (id, partner) VALUES ('one', '')"); }),
              Fault::broken);
}

TEST_P(SqlTest, RefusesAColumnOfAnotherTypeThanTheCodeReads) {
    write_well([](Sql& sql) { add_message(sql, 2); });
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<std::int64_t>("SELECT partner FROM message"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<std::string>("SELECT id FROM message"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<Bytes>("SELECT partner FROM message"); }), Fault::broken);
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<std::string>("SELECT note FROM message"); }), Fault::broken);  // null
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<bool>("SELECT id FROM message"); }), Fault::broken);           // 2
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<MessageId, std::string>("SELECT id FROM message"); }), Fault::broken);
}

TEST_P(SqlTest, SaysHowManyRowsAStatementChanged) {
    write_well([](Sql& sql) {
        EXPECT_EQ(sql.run("INSERT INTO message (id, partner) VALUES (1, 'a'), (2, 'a'), (3, 'b')"), 3);
        EXPECT_EQ(sql.run("INSERT INTO message (id, partner) VALUES (1, 'a') ON CONFLICT DO NOTHING"), 0);
        EXPECT_EQ(sql.run("UPDATE message SET note = 'x' WHERE partner = 'a'"), 2);
        EXPECT_EQ(sql.run("SELECT id FROM message"), 0);
        EXPECT_EQ(sql.run("DELETE FROM message"), 3);
        EXPECT_EQ(sql.run("DELETE FROM message"), 0);
    });
}

TEST_P(SqlTest, AnswersTheRowsThatAChangeReturns) {
    write_well([](Sql& sql) {
        sql.run("INSERT INTO work (id, lane, due_us) VALUES (1, 'eastford', 10), (2, 'eastford', 20)");
        const auto claimed = sql.one<WorkId, std::string>(
            "UPDATE work SET state = 'claimed' WHERE id = (SELECT id FROM work WHERE lane = $1 AND state = 'due'"
            " ORDER BY due_us LIMIT 1 {skip_locked}) RETURNING id, lane",
            "eastford");
        ASSERT_TRUE(claimed);
        EXPECT_EQ(*claimed, std::tuple(WorkId{1}, std::string("eastford")));
    });
}

TEST_P(SqlTest, ReadsOneRowOrNoneAndNeverASecond) {
    write_well([](Sql& sql) {
        EXPECT_EQ(sql.one<std::int64_t>("SELECT id FROM message"), std::nullopt);
        add_message(sql, 1);
        EXPECT_EQ(sql.one<std::int64_t>("SELECT id FROM message"), 1);
        add_message(sql, 2);
    });
    EXPECT_EQ(fault_of([](Sql& sql) { sql.one<std::int64_t>("SELECT id FROM message"); }), Fault::broken);
}

TEST_P(SqlTest, ReadsEveryRowAndStopsAtTheLimitOfAll) {
    write_well([](Sql& sql) {
        for (std::size_t i = 0; i <= rows_max; ++i) { add_message(sql, static_cast<std::int64_t>(i)); }
    });
    const auto sum = *readers_->read([](Sql& sql) -> Result<std::int64_t> {
        std::int64_t total = 0;
        sql.each<std::int64_t, std::string>([&](std::int64_t id, const std::string&) { total += id; },
                                            "SELECT id, partner FROM message WHERE id >= $1", 0);
        return total;
    });
    EXPECT_EQ(sum, static_cast<std::int64_t>(rows_max * (rows_max + 1) / 2));
    EXPECT_EQ(fault_of([](Sql& sql) { sql.all<std::int64_t>("SELECT id FROM message"); }), Fault::too_large);
    EXPECT_EQ(count_of_messages(), static_cast<std::int64_t>(rows_max + 1));
}

TEST_P(SqlTest, RefusesAStatementWithinTheRowsOfAnother) {
    write_well([](Sql& sql) { add_message(sql, 1), add_message(sql, 2); });
    EXPECT_EQ(fault_of([](Sql& sql) {
                  sql.each<std::int64_t>([&](std::int64_t id) { sql.run("DELETE FROM message WHERE id = $1", id); },
                                         "SELECT id FROM message");
              }),
              Fault::broken);
    EXPECT_EQ(count_of_messages(), 2);
}

// One text at many addresses: each is a literal, and a statement, of its own.
template <std::size_t I>
constexpr char counting[] = "SELECT count(*) FROM message";

constexpr std::size_t more_than_kept = 600;

template <std::size_t... I>
auto literals(std::index_sequence<I...>) {
    return std::array<Literal, sizeof...(I)>{Literal(counting<I>)...};
}

TEST_P(SqlTest, KeepsABoundedNumberOfPreparedStatements) {
    static const auto many = literals(std::make_index_sequence<more_than_kept>());
    write_well([](Sql& sql) { add_message(sql, 1); });
    open_writer({.connections = 1});
    for (int time = 0; time < 2; ++time) {
        write_well([](Sql& sql) {
            for (const auto& literal : many) { EXPECT_EQ(sql.one<std::int64_t>(literal), 1); }
        });
    }
    if (GetParam() == Engine::postgres) {
        write_well([](Sql& sql) {
            EXPECT_LT(sql.one<std::int64_t>("SELECT count(*) FROM pg_prepared_statements"), more_than_kept);
        });
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, SqlTest, both_engines, engine_name);

}  // namespace
}  // namespace haven::store
