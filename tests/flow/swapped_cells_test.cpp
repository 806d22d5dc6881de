#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "core/store/messages.h"
#include "core/store/receipts.h"
#include "hub/flow/accounts.h"
#include "hub/flow/overriding.h"
#include "hub/flow/stored_message.h"
#include "hub/flow/vault.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

/// Two cells of one kind that one key seals: where they are, and who reads them.
struct Pair {
    std::string kind;  ///< table and column
    Literal get;       ///< the cell of a row
    Literal put;
    std::int64_t one = 0;
    std::int64_t other = 0;
    std::function<Result<void>(std::int64_t)> open;
};

template <class T>
Result<void> only_whether(Result<T> opened) {
    if (!opened) { return fail(std::move(opened).error()); }
    return {};
}

/// A store in which each kind of sealed cell stands twice under one key, and nobody works.
class SwappedCells : public Rights {
protected:
    void SetUp() override {
        Hub::SetUp();
        if (IsSkipped()) { return; }
        told_ = placed_at_the_council();
        enter(R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "no-answer"}})");
        for (const char* reference : {"one", "other"}) {
            const auto account = flow::enter_account(
                node_->context(), told_,
                R"({"incident": {"reference": [{"issuer": "beacon", "value": ")" + std::string(reference) +
                    R"("}], "summary": "Fictional."}, "victim": {"name": {"family": "Sample"}}})",
                UserId{7});
            ASSERT_TRUE(account) << account.error().message();
        }
        is_stopped_twice();
        node_.reset();
        auto beside = Node::start(
            {.site_folder = folder_.site().string(), .clock = &clock_, .number = 9, .port = {}, .serves = false});
        ASSERT_TRUE(beside);
        node_ = std::move(*beside);
        for (const char* token : {"first.csv", "second.csv"}) {
            flow::Door door(node_->context(), [] {});
            const auto taken = door.accept({Name::declare("northshire-police"),
                                            "text/csv",
                                            std::string(2 * limits::chunk_bytes + 1, *token),
                                            {},
                                            token});
            ASSERT_TRUE(taken);
            messages_.push_back(taken->id.value);
        }
        for (const char* token : {"again.csv", "and-again.csv"}) { repeat(token); }
    }
    // The sweep behind each test asks a hub that serves.
    void TearDown() override {
        if (node_) { start(); }
        Hub::TearDown();
    }
    void enter(const char* contact) { ASSERT_TRUE(flow::enter_contact(node_->context(), told_, contact, UserId{7})); }
    // The council's agreements cover high risk only from now on; two people ask to let the same offer go all the same.
    void is_stopped_twice() {
        folder_.replace("agreements/eastford-1.toml", "retention_days", "risk_at_least = \"high\"\nretention_days");
        activate_folder();
        ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}));
        node_->wake();
        std::vector<store::NearMiss> misses;
        ASSERT_TRUE(eventually([&] {
            misses = read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 9); });
            return misses.size() == 1;
        })) << everything_held();
        for (const char* why : {"He was seen outside.", "He rang her sister."}) {
            ASSERT_TRUE(flow::ask_override(
                node_->context(),
                {misses[0].id, Ground::risk_to_life, std::chrono::minutes(30), why, {UserId{7}, "practitioner"}}));
        }
    }
    void repeat(std::string_view token) {
        const auto& hub = node_->context();
        const MessageId of{messages_.at(0)};
        const auto row = hub.ids.next(hub.clock.now());
        const auto message = flow::StoredMessage::open(hub, of);
        ASSERT_TRUE(message);
        const store::DueReceipt due{row, of, flow::seal_repeat_token((*message)->key(), of, row, token)};
        ASSERT_TRUE(hub.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::insert_repeat(sql, due);
            return {};
        }));
    }
    std::vector<std::int64_t> two(Literal query) {
        auto ids = read<std::vector<std::int64_t>>([&](store::Sql& sql) { return sql.all<std::int64_t>(query); });
        EXPECT_GE(ids.size(), 2U) << query.text;
        ids.resize(2);
        return ids;
    }
    std::string cell(const Pair& pair, std::int64_t row) {
        return read<std::string>([&](store::Sql& sql) { return sql.one<store::Bytes>(pair.get, row)->value; });
    }
    void swap(const Pair& pair) {
        const auto one = cell(pair, pair.one);
        const auto other = cell(pair, pair.other);
        ASSERT_NE(one, other) << pair.kind;
        ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            const auto changed = sql.run(pair.put, pair.one, store::BytesView{other}) +
                                 sql.run(pair.put, pair.other, store::BytesView{one});
            EXPECT_EQ(changed, 2) << pair.kind;
            return {};
        }));
    }

    Result<void> read_message(std::int64_t id) {
        auto message = flow::StoredMessage::open(node_->context(), MessageId{id});
        if (!message) { return fail(std::move(message).error()); }
        std::array<char, 4096> some{};
        for (;;) {
            const auto n = (*message)->read(some);
            if (!n) { return fail(n.error()); }
            if (*n == 0) { return {}; }
        }
    }
    Result<void> read_first_message(std::int64_t) { return read_message(messages_.at(0)); }
    Result<void> read_token(std::int64_t id) {
        auto message = flow::StoredMessage::open(node_->context(), MessageId{id});
        if (!message) { return fail(std::move(message).error()); }
        const auto row = read<std::optional<store::MessageRow>>(
            [&](store::Sql& sql) { return store::read_message(sql, MessageId{id}); });
        return only_whether(flow::open_token((*message)->key(), MessageId{id}, row->source_token));
    }
    Result<void> read_repeat(std::int64_t row) {
        const MessageId of{messages_.at(0)};
        const auto sealed = read<std::string>([&](store::Sql& sql) {
            return sql.one<store::Bytes>("SELECT source_token FROM message_repeat WHERE id = $1", row)->value;
        });
        const auto message = flow::StoredMessage::open(node_->context(), of);
        if (!message) { return fail(message.error()); }
        return only_whether(flow::open_repeat_token((*message)->key(), of, row, sealed));
    }
    Result<void> read_case(std::int64_t id) { return only_whether(flow::read_snapshot(node_->context(), CaseId{id})); }
    Result<void> read_told_case(std::int64_t) { return read_case(told_.value); }
    // Nothing shows what was sent; it is opened when a case is merged.
    Result<void> read_attempt(std::int64_t row) {
        const auto snapshot = flow::read_snapshot(node_->context(), told_);
        if (!snapshot) { return fail(snapshot.error()); }
        const flow::CaseSeal seal{told_, snapshot->key};
        for (const auto& sealed :
             read<std::vector<store::SealedCell>>([&](store::Sql& sql) { return store::sealed_cells(sql, told_); })) {
            if (sealed.table == store::SealedIn::attempt && sealed.row == row) {
                return only_whether(flow::reseal(sealed, seal, seal));
            }
        }
        return fail(Fault::missing, "no such attempt");
    }
    Result<void> read_why(std::int64_t id) {
        const auto& hub = node_->context();
        const auto row = flow::see_override(hub, store::OverrideId{id}, dana_);
        if (!row) { return fail(row.error()); }
        return only_whether(flow::read_justification(hub, *row, ledger::Actor::of_user(dana_)));
    }
    Result<void> read_secrets(std::int64_t) {
        const auto& hub = node_->context();
        return only_whether(flow::SiteSecrets::load(hub.writer, hub.readers, hub.keys));
    }

    std::vector<Pair> pairs() {
        using Self = SwappedCells;
        std::vector<Pair> out;
        const auto add = [&](std::string kind, Literal get, Literal put, const std::vector<std::int64_t>& rows,
                             Result<void> (Self::*opens)(std::int64_t)) {
            const auto open = [this, opens](std::int64_t row) { return (this->*opens)(row); };
            out.push_back({std::move(kind), get, put, rows.at(0), rows.at(1), open});
        };
        add("message.wrapped_key", "SELECT wrapped_key FROM message WHERE id = $1",
            "UPDATE message SET wrapped_key = $2 WHERE id = $1", messages_, &Self::read_message);
        add("message.source_token", "SELECT source_token FROM message WHERE id = $1",
            "UPDATE message SET source_token = $2 WHERE id = $1", messages_, &Self::read_token);
        add("message_repeat.source_token", "SELECT source_token FROM message_repeat WHERE id = $1",
            "UPDATE message_repeat SET source_token = $2 WHERE id = $1",
            two("SELECT id FROM message_repeat ORDER BY id"), &Self::read_repeat);
        add("chunk.body",
            "SELECT body FROM chunk WHERE number = $1 AND message_id = (SELECT MIN(message_id) FROM chunk)",
            "UPDATE chunk SET body = $2 WHERE number = $1 AND message_id = (SELECT MIN(message_id) FROM chunk)", {1, 2},
            &Self::read_first_message);
        add("message.body", "SELECT body FROM message WHERE id = $1", "UPDATE message SET body = $2 WHERE id = $1",
            messages_, &Self::read_message);
        add("cases.wrapped_key", "SELECT wrapped_key FROM cases WHERE id = $1",
            "UPDATE cases SET wrapped_key = $2 WHERE id = $1", two("SELECT id FROM cases ORDER BY id"),
            &Self::read_case);
        add("record.body", "SELECT body FROM record WHERE id = $1", "UPDATE record SET body = $2 WHERE id = $1",
            two("SELECT id FROM record WHERE case_id = (SELECT MIN(id) FROM cases) ORDER BY id"),
            &Self::read_told_case);
        add("attempt.body", "SELECT body FROM attempt WHERE id = $1", "UPDATE attempt SET body = $2 WHERE id = $1",
            two("SELECT id FROM attempt WHERE case_id = (SELECT MIN(id) FROM cases) ORDER BY id"), &Self::read_attempt);
        add("guard_override.justification", "SELECT justification FROM guard_override WHERE id = $1",
            "UPDATE guard_override SET justification = $2 WHERE id = $1",
            two("SELECT id FROM guard_override ORDER BY id"), &Self::read_why);
        add("site_secret.wrapped_key",
            "SELECT wrapped_key FROM site_secret WHERE name = (SELECT name FROM site_secret ORDER BY name LIMIT 1 "
            "OFFSET $1)",
            "UPDATE site_secret SET wrapped_key = $2"
            " WHERE name = (SELECT name FROM site_secret ORDER BY name LIMIT 1 OFFSET $1)",
            {0, 1}, &Self::read_secrets);
        return out;
    }

    CaseId told_;
    std::vector<std::int64_t> messages_;
};

// Each place that code seals a value for: "table.column".
std::set<std::string> sealed_places() {
    std::set<std::string> out;
    const std::regex cell(R"~(return \{"([a-z_]+)", "([a-z_]+)", )~");
    for (const char* file : {"/hub/flow/vault.cpp", "/hub/flow/context.cpp"}) {
        std::ifstream in(std::string(HAVEN_SOURCE_DIR) + file);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        for (std::sregex_iterator at(text.begin(), text.end(), cell), end; at != end; ++at) {
            out.insert((*at)[1].str() + "." + (*at)[2].str());
        }
    }
    return out;
}

TEST_P(SwappedCells, OfEachKindThatIsSealedTwoRowsThatChangePlacesOpenInNeither) {
    std::set<std::string> kinds;
    for (const auto& pair : pairs()) {
        kinds.insert(pair.kind);
        for (const auto row : {pair.one, pair.other}) { EXPECT_TRUE(pair.open(row)) << pair.kind; }
        swap(pair);
        for (const auto row : {pair.one, pair.other}) {
            const auto opened = pair.open(row);
            ASSERT_FALSE(opened) << pair.kind << ": it opens at another's place";
            EXPECT_EQ(opened.error().fault, Fault::broken) << pair.kind;
        }
        swap(pair);
        for (const auto row : {pair.one, pair.other}) { EXPECT_TRUE(pair.open(row)) << pair.kind << ", put back"; }
    }
    auto places = sealed_places();
    places.insert("message.body");  // the first chunk stands in the message's row
    EXPECT_EQ(kinds, places) << "whoever seals a new kind of cell adds it here";
}

INSTANTIATE_TEST_SUITE_P(Engines, SwappedCells, both_engines, engine_name);

}  // namespace
}  // namespace haven
