#include <thread>

#include "core/store/messages.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

/// The contract that partners rely on, over the real door.
class Messages : public ApiTest {
protected:
    static Reply send(const std::string& body, const std::string& key = {}, const std::string& media_type = "text/csv",
                      const std::string& to = "northshire-police") {
        return ask("POST", "/v1/partners/" + to + "/messages",
                   {.token = token("northshire-police"),
                    .media_type = media_type,
                    .body = body,
                    .more_headers = key.empty() ? "" : "Idempotency-Key: " + key + "\r\n"});
    }
    static std::int64_t stored() {
        return hub_->read<std::int64_t>(
            [](store::Sql& sql) { return *sql.one<std::int64_t>("SELECT count(*) FROM message"); });
    }
};

TEST_F(Messages, AMessageIsAnsweredWith202OnceItIsInTheStore) {
    const auto before = stored();
    const auto reply = send("a,b\r\n1,2\r\n");
    EXPECT_EQ(reply.status, 202);
    EXPECT_EQ(stored(), before + 1);
    const auto id = id_from_text(reply.text("message"));
    ASSERT_TRUE(id);
    const auto row = hub_->read<std::optional<store::MessageRow>>(
        [&](store::Sql& sql) { return store::read_message(sql, MessageId{*id}); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->partner.text(), "northshire-police");
    EXPECT_EQ(row->media_type, "text/csv");
}

TEST_F(Messages, TheSameBytesAgainGetTheFirstAnswerWith200) {
    const auto first = send("a,b\r\n3,4\r\n");
    const auto before = stored();
    const auto again = send("a,b\r\n3,4\r\n");
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(stored(), before);
}

TEST_F(Messages, TheSameKeyWithTheSameBytesIsARepeatAndWithOthersIsRefused) {
    const auto first = send("a,b\r\n5,6\r\n", "key-1");
    EXPECT_EQ(first.status, 202);
    const auto again = send("a,b\r\n5,6\r\n", "key-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    const auto before = stored();
    const auto other = send("a,b\r\n7,8\r\n", "key-1");
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(other.text("fault"), "conflict");
    EXPECT_EQ(stored(), before);
    EXPECT_EQ(send("a,b\r\n7,8\r\n", "key-2").status, 202) << "what was refused left nothing behind";
    const auto another_key = send("a,b\r\n5,6\r\n", "key-3");
    EXPECT_EQ(another_key.status, 200);
    EXPECT_EQ(another_key.body, first.body);
    EXPECT_EQ(send("a,b\r\n9,9\r\n", "key-3").status, 422) << "a key that came with a repeat is used up too";
}

TEST_F(Messages, ManyWhoSendTheSameAtOnceMakeOneMessage) {
    const auto before = stored();
    (void)token("northshire-police");
    std::array<Reply, 8> replies;
    std::vector<std::thread> senders;
    for (auto& reply : replies) {
        senders.emplace_back([&reply, to = token("northshire-police")] {
            WireClient wire(node().port());
            const std::string body = "a,b\r\nat,once\r\n";
            std::string request = "POST /v1/partners/northshire-police/messages HTTP/1.1\r\nHost: localhost\r\n";
            request.append("Authorization: Bearer ").append(to).append("\r\nContent-Type: text/csv\r\n");
            request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
            wire.send(request);
            const auto answer = wire.answer();
            reply.status = answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
            reply.body = answer.substr(answer.find("\r\n\r\n") + 4);
        });
    }
    for (auto& sender : senders) { sender.join(); }
    int first = 0;
    for (const auto& reply : replies) {
        first += reply.status == 202 ? 1 : 0;
        EXPECT_EQ(reply.body, replies[0].body);
    }
    EXPECT_EQ(first, 1);
    EXPECT_EQ(stored(), before + 1);
}

TEST_F(Messages, WhatTheHubDoesNotTakeLeavesNothingBehind) {
    const auto before = stored();
    EXPECT_EQ(send("x", {}, "text/csv", "nobody").status, 404);
    EXPECT_EQ(send("x", {}, "text/csv", "westmere-council").status, 403);
    EXPECT_EQ(send("x", {}, "application/zip").status, 415);
    EXPECT_EQ(send("x", {}, "").status, 415);
    EXPECT_EQ(send("").status, 400);
    EXPECT_EQ(send("x", std::string(201, 'k')).status, 400);
    const auto large = ask("POST", "/v1/partners/northshire-police/messages",
                           {.token = token("northshire-police"),
                            .media_type = "text/csv",
                            .body = {},
                            .more_headers = "Content-Length: 16777217\r\n"});
    EXPECT_EQ(large.status, 413);
    EXPECT_EQ(large.text("detail"), "expected a body of at most 16777216 bytes");
    EXPECT_EQ(stored(), before);
}

TEST_F(Messages, AMediaTypeMayBeWrittenInAnyCaseAndWithParameters) {
    for (const char* type : {"Text/CSV", "text/csv; charset=utf-8", "text/csv ;header=present"}) {
        const auto reply = send("a,b\r\n" + std::string(type) + ",1\r\n", {}, type);
        EXPECT_EQ(reply.status, 202) << type;
        EXPECT_NE(receipt(reply.text("message"), "northshire-police").body.find("CrimeRef"), std::string::npos)
            << "the map for CSV reads it";
    }
}

TEST_F(Messages, TheReceiptTellsWhatBecameOfEachRecord) {
    const std::string good =
        "41/00901/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Nine,01/02/1990,F,,E07999001,HOME,"
        "N,07700 900901,MOB,Y" +
        std::string(9 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') +
        "M,DASH,11,COE,CON,,\r\n";
    auto bad = good;
    bad.replace(bad.find("41/00901"), 8, "41/00902").replace(bad.find("01/02/1990"), 10, "31/02/1990");
    const auto reply = send(header + good + bad + good);
    ASSERT_EQ(reply.status, 202);
    const auto told = receipt(reply.text("message"), "northshire-police");
    EXPECT_EQ(told.text("state"), "held");
    const auto parsed = told.json();
    EXPECT_EQ(parsed.at("taken"), 1);
    EXPECT_EQ(parsed.at("held"), 1);
    EXPECT_EQ(parsed.at("repeated"), 1);
    EXPECT_EQ(boost::json::serialize(parsed.at("records").at(1).at("result")), "\"repeated\"");
    EXPECT_EQ(boost::json::serialize(parsed.at("records").at(0).at("record")), "2");
    EXPECT_EQ(told.body.find("31/02/1990"), std::string::npos);
    EXPECT_EQ(get("/v1/messages/" + reply.text("message"), "integration-engineer").body, told.body);
}

TEST_F(Messages, AReceiptIsPagedToItsEndByItsCursor) {
    std::string text = header;
    for (int n = 1; n <= 7; ++n) { text += "41/0095" + std::to_string(n) + "/26,not a time\r\n"; }
    const auto message = send(text).text("message");
    EXPECT_EQ(receipt(message, "northshire-police").text("next"), "") << "it fits one page";
    std::string cursor;
    std::string seen;
    do {
        const auto page = get("/v1/messages/" + message + "?limit=3" + (cursor.empty() ? "" : "&after=" + cursor),
                              "northshire-police");
        ASSERT_EQ(page.status, 200);
        const auto parsed = page.json();
        EXPECT_EQ(parsed.at("held"), 7) << "the counts are of the whole message";
        EXPECT_LE(parsed.at("records").as_array().size(), 3U);
        for (const auto& line : parsed.at("records").as_array()) { seen += boost::json::serialize(line.at("record")); }
        cursor = page.text("next");
    } while (!cursor.empty() && seen.size() <= 7);
    EXPECT_EQ(seen, "1234567");
    for (const char* wrong : {"?limit=0", "?limit=201", "?after=x"}) {
        EXPECT_EQ(get("/v1/messages/" + message + wrong, "northshire-police").status, 400) << wrong;
    }
}

TEST_F(Messages, AHeldLineTellsWhichRecordsOfWhichMessageWaitUnderIt) {
    const std::string all = header + std::string("41/00961/26,not so\r\n41/00962/26,not so\r\n41/00963/26,not so\r\n");
    const auto message = send(all).text("message");
    (void)receipt(message, "northshire-police");
    std::string seen;
    const auto lines = get("/v1/held?limit=200", "integration-engineer").json();
    for (const auto& line : lines.at("items").as_array()) {
        const auto items = "/v1/held/" + std::string(line.at("held").as_string()) + "/items?limit=2";
        std::string cursor;
        do {
            auto path = items;
            if (!cursor.empty()) { path.append("&after=").append(cursor); }
            const auto page = get(path, "integration-engineer");
            ASSERT_EQ(page.status, 200) << page.body;
            const auto parsed = page.json();
            for (const auto& item : parsed.at("items").as_array()) {
                const auto& one = item.as_object();
                if (one.at("kind") == "record" && one.at("message").as_string() == message) {
                    seen += boost::json::serialize(one.at("record"));
                }
            }
            cursor = page.text("next");
        } while (!cursor.empty());
    }
    EXPECT_EQ(seen, "123");
    EXPECT_EQ(get("/v1/held/0000000000001/items", "integration-engineer").status, 404);
    EXPECT_EQ(get("/v1/held/0000000000001/items?after=x", "integration-engineer").status, 400);
    EXPECT_EQ(get("/v1/held/0000000000001/items?limit=0", "integration-engineer").status, 400);
}

TEST_F(Messages, AListIsPagedToItsEndByItsCursor) {
    std::set<std::string> made;
    for (int i = 0; i < 5; ++i) { made.insert(open_case("emotional-support", "Sample" + std::to_string(i))); }
    std::set<std::string> listed;
    std::string cursor;
    for (int pages = 0; pages < 50; ++pages) {
        const auto page = get("/v1/cases?limit=2" + (cursor.empty() ? "" : "&after=" + cursor), "practitioner");
        ASSERT_EQ(page.status, 200);
        const auto parsed = page.json();
        for (const auto& item : parsed.at("items").as_array()) {
            EXPECT_TRUE(listed.insert(std::string(item.at("case").as_string())).second) << "listed twice";
        }
        cursor = page.text("next");
        if (cursor.empty()) { break; }
    }
    EXPECT_TRUE(cursor.empty());
    for (const auto& one : made) { EXPECT_TRUE(listed.contains(one)); }
    for (const char* wrong : {"?limit=0", "?limit=201", "?limit=x", "?after=x", "?after=-1"}) {
        EXPECT_EQ(get(std::string("/v1/cases") + wrong, "practitioner").status, 400) << wrong;
    }
}

TEST_F(Messages, OffersThatWaitToBeSentAreHiddenAndShortenNoPage) {
    constexpr int cases = 5;
    for (int i = 0; i < cases; ++i) { (void)open_case("refuge", "Paged" + std::to_string(i)); }
    // Each sending writes the whole referral, so all of them must have ended.
    const auto waiting = [&] {
        return hub_->read<std::int64_t>([](store::Sql& sql) {
            return *sql.one<std::int64_t>("SELECT count(*) FROM offer WHERE state IN ('queued', 'sent')");
        });
    };
    std::vector<store::OfferRow> offers;
    ASSERT_TRUE(peers::eventually([&] {
        offers = hub_->read<std::vector<store::OfferRow>>(
            [&](store::Sql& sql) { return store::offers_to(sql, Name::declare("rowan-refuge"), {}, 50); });
        return offers.size() == cases && waiting() == 0;
    })) << hub_->everything_held();
    for (const int i : {0, 1, 3}) {
        const auto id = offers[static_cast<std::size_t>(i)].id;
        ASSERT_TRUE(node().context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            sql.run("UPDATE offer SET state = 'queued' WHERE id = $1", id);
            return {};
        }));
    }
    const auto first = get("/v1/referrals?limit=1", "rowan-refuge");
    ASSERT_EQ(first.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(first.json().at("items").at(0).at("reference").as_string(), offers[2].reference);
    const auto second = get("/v1/referrals?limit=1&after=" + first.text("next"), "rowan-refuge");
    ASSERT_EQ(second.json().at("items").as_array().size(), 1U);
    EXPECT_EQ(second.json().at("items").at(0).at("reference").as_string(), offers[4].reference);
    const auto all = get("/v1/referrals?limit=3", "rowan-refuge");
    EXPECT_EQ(all.json().at("items").as_array().size(), 2U);
    EXPECT_EQ(all.text("next"), "") << "a page that is not full is the last";
    EXPECT_EQ(get("/v1/referrals?state=no-such-state", "rowan-refuge").status, 400);
}

TEST_F(Messages, ReferralsAndOffersAreListedByTheirState) {
    (void)open_case("refuge", "Stated");
    ASSERT_TRUE(peers::eventually([&] {
        return !get("/v1/referrals", "harbour-refuge").json().at("items").as_array().empty();
    })) << hub_->everything_held();
    const auto listed = [](const std::string& of, std::string_view state) {
        const auto target = "/v1/referrals?limit=200" + (state.empty() ? "" : "&state=" + std::string(state));
        const auto items = get(target, of).json().at("items").as_array();
        for (const auto& item : items) { EXPECT_TRUE(state.empty() || item.at("state").as_string() == state) << state; }
        return items.size();
    };
    std::size_t referrals = 0;
    for (const auto state : code_names(ReferralState{})) { referrals += listed("practitioner", state); }
    EXPECT_EQ(referrals, listed("practitioner", ""));
    std::size_t offers = 0;
    for (const auto state : code_names(OfferState{})) { offers += listed("harbour-refuge", state); }
    EXPECT_EQ(offers, listed("harbour-refuge", ""));
    EXPECT_EQ(get("/v1/referrals?state=no-such-state", "practitioner").status, 400);
}

/// A hub that serves over TLS, to a client that shows the certificate of hub.example.
class ByCertificate : public testing::Test, protected RunningHub {
protected:
    void SetUp() override {
        for (const char* file : {"council.crt", "council.key", "authority.crt"}) {
            std::filesystem::copy_file(peers::certificates() / file, folder_.site() / file);
        }
        folder_.replace("haven.toml", "[http]\n",
                        "[http]\ncertificate = \"council.crt\"\nkey = \"council.key\"\n"
                        "client_ca = \"authority.crt\"\n");
    }
    std::string answer_to(const std::string& as, const std::string& partner) const {
        const auto file = [&](const char* ending) { return as.empty() ? "" : peers::certificates() / (as + ending); };
        WireClient wire(node_->port(), {file(".crt"), file(".key"), peers::certificates() / "authority.crt"});
        wire.send(
            "POST /v1/partners/" + partner +
            "/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        return wire.answer().substr(0, 12);
    }
};

TEST_F(ByCertificate, APartnerIsKnownByANameOfItsCertificateAndNobodyElseIs) {
    start();
    EXPECT_EQ(answer_to("hub", "eastford-council"), "HTTP/1.1 401") << "no partner has this name";
    folder_.replace("partners/eastford-council.toml", "housing.eastford.example", "hub.example");
    activate_folder();
    EXPECT_EQ(answer_to("hub", "eastford-council"), "HTTP/1.1 202");
    EXPECT_EQ(answer_to("hub", "westmere-council"), "HTTP/1.1 403") << "as that partner and no other";
    EXPECT_EQ(answer_to("", "eastford-council"), "HTTP/1.1 401");
    EXPECT_NE(answer_to("rogue-hub", "eastford-council"), "HTTP/1.1 202") << "nobody vouches for it";
}

}  // namespace
}  // namespace haven::test
