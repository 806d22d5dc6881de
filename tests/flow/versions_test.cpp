#include <regex>

#include "core/catalogue/raw_text.h"
#include "hub/flow/deciding.h"
#include "tests/flow/hub.h"
#include "tests/support/next_version.h"
#include "tests/support/wire_client.h"

namespace haven {
namespace {

using namespace test;

std::string row(const std::string& reference) {
    return reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M,,,,N," +
           "07700 900123,MOB,Y" + std::string(48, ',') + "H,DASH,11,,,,\r\n";
}

void change(const std::filesystem::path& file, const std::string& from, const std::string& to) {
    auto text = peers::file_text(file);
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    peers::put_file(file, text);
}

/// What was accepted under one site and is gone on with under the next.
class Versions : public Hub {
protected:
    struct Read {
        std::string state;
        std::int64_t taken = 0;
        std::int64_t held = 0;
        std::int64_t repeated = 0;
        bool operator==(const Read&) const = default;
    };
    Read message() {
        const auto rows =
            read<std::vector<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>>>([](store::Sql& sql) {
                return sql.all<std::string, std::int64_t, std::int64_t, std::int64_t>(
                    "SELECT state, records_taken, records_held, records_repeated FROM message");
            });
        if (rows.size() != 1) { return {}; }
        const auto& [state, taken, held, repeated] = rows[0];
        return {state, taken, held, repeated};
    }
    /// As if the hub had ended when the first record of the only message was committed.
    void only_one_was_read(bool and_its_map_noted) {
        const auto& context = node_->context();
        const auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            const auto id = *sql.one<MessageId>("SELECT id FROM message");
            sql.run("UPDATE message SET state = 'received', reached = 1, records_taken = 1, records_repeated = 0");
            if (!and_its_map_noted) { sql.run("UPDATE message SET site_hash = NULL, map_hash = NULL"); }
            const store::Work work{.id = context.ids.next_as<WorkId>(clock_.now()),
                                   .lane = Name::declare("reading"),
                                   .kind = store::WorkKind::read,
                                   .subject = id.value};
            store::insert_work(sql, work, clock_.now());
            return {};
        });
        EXPECT_TRUE(done);
    }
    /// The next site is active, and this node, which has not loaded it, reads nothing any more.
    void activate_beside() {
        const auto hash = node_->publish_folder(UserId{501});
        ASSERT_TRUE(hash);
        ASSERT_TRUE(node_->activate_site(*hash, UserId{502}));
    }
};

TEST_P(Versions, AMessageIsTranslatedToItsEndUnderTheMapThatBeganToReadIt) {
    const auto schemas = folder_.own_schemas();
    folder_.export_csv("incidents.csv", header + row("41/00011/26") + row("41/00012/26") + row("41/00013/26"));
    ASSERT_TRUE(eventually([&] { return message() == Read{"taken", 3, 0, 0}; })) << everything_held();
    change(schemas / "codes/northshire-police.2026.codes", "H = high", "X = high");
    activate_beside();
    only_one_was_read(true);
    start();
    EXPECT_TRUE(eventually([&] { return message() == Read{"taken", 1, 0, 2}; })) << everything_held();
    EXPECT_EQ(everything_held(), "");

    change(schemas / "codes/northshire-police.2026.codes", "X = high", "Y = high");
    activate_beside();
    only_one_was_read(false);
    start();
    EXPECT_TRUE(eventually([&] {
        return message() == Read{"held", 1, 2, 0};
    })) << "what had not begun is of the new map";
}

TEST_P(Versions, WhatIsKnownOfACaseIsReadStillWhenTheSchemaHasGrown) {
    const auto schemas = folder_.own_schemas();
    folder_.export_csv("incidents.csv", header + row("41/00011/26"));
    const auto id = the_case();
    const auto before = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(before);
    const auto fields = before->file.facts().fields().size();
    const std::string leaf = "<xs:element name=\"sleeping-tonight\"";
    auto text = peers::file_text(schemas / "canonical/1/types.xsd");
    const auto at = text.find(leaf);
    const auto end = text.find("</xs:element>", at) + 13;
    auto more = text.substr(at, end - at);
    more.replace(more.find("sleeping-tonight"), 16, "sleeping-soon");
    text.insert(at, more);
    peers::put_file(schemas / "canonical/1/types.xsd", text);
    activate_folder();
    const auto after = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(after) << after.error().message();
    EXPECT_NE(after->file.facts().catalogue().hash(), before->file.facts().catalogue().hash());
    EXPECT_EQ(after->file.facts().fields().size(), fields);
    const auto number = node_->context().fields.phone_number;
    const auto phones = after->file.facts().instances(node_->context().fields.phone);
    ASSERT_EQ(phones.size(), 1U);
    EXPECT_EQ(after->file.facts().get(number, phones[0]), "+447700900123");

    text.erase(text.find("<xs:element name=\"sleeping-soon\""), more.size());
    peers::put_file(schemas / "canonical/1/types.xsd", text);
    const auto refused = node_->publish_folder(UserId{501});
    ASSERT_FALSE(refused) << "a path that is gone would leave records that nobody can read";
    EXPECT_NE(text_of(refused.error().at(0)).find("victim/sleeping-soon"), std::string::npos)
        << text_of(refused.error().at(0));
}

/// A next canonical version beside the one that ships. One council exchanges it; everybody else stays with version 1.
class SideBySide : public Versions {
protected:
    /// After the hub began under version 1 alone. The folder then names both.
    void exchange_both() {
        namespace fs = std::filesystem;
        const auto schemas = folder_.own_schemas();
        test::write_next_version(schemas / "canonical/1", schemas / "canonical/2");
        for (const auto& entry : fs::directory_iterator(folder_.site() / "agreements")) {
            const auto name = entry.path().filename().string();
            const bool moves_on = name.starts_with("eastford-");
            if (moves_on) { every(entry.path(), "victim/language", "victim/spoken-language"); }
            every(entry.path(), "type = \"", moves_on ? "schema = 2\ntype = \"" : "schema = 1\ntype = \"");
        }
        fs::copy(schemas / "dialects/eastford-housing", schemas / "dialects/eastford-2");
        for (const auto& entry : fs::directory_iterator(schemas / "dialects/eastford-2")) {
            if (entry.path().extension() != ".map") { continue; }
            every(entry.path(), " 1\n\n", " 2\n\n");
            every(entry.path(), "victim/language", "victim/spoken-language");
        }
        every(folder_.site() / "partners/eastford-council.toml", "eastford-housing/", "eastford-2/");
        for (const auto& entry : fs::directory_iterator(folder_.site() / "partners")) {
            static const std::regex own(R"re("haven/([a-z-]+)")re");
            peers::put_file(entry.path(), std::regex_replace(peers::file_text(entry.path()), own, R"("haven/$1/1")"));
        }
    }
    static void every(const std::filesystem::path& file, const std::string& from, const std::string& to) {
        auto text = peers::file_text(file);
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
        peers::put_file(file, text);
    }
    std::string refusal() {
        const auto hash = node_->publish_folder(UserId{501});
        return hash ? "published" : text_of(hash.error().at(0));
    }
    /// From now on there is version 2 alone, for everybody.
    void leave_the_first() {
        namespace fs = std::filesystem;
        const auto schemas = folder_.site().parent_path() / "schemas";
        fs::remove_all(schemas / "canonical/1");
        for (const auto& entry : fs::recursive_directory_iterator(schemas / "dialects")) {
            if (entry.path().extension() != ".map") { continue; }
            static const std::regex record("(\nrecord +[a-z-]+) 1\n");
            peers::put_file(entry.path(), std::regex_replace(peers::file_text(entry.path()), record, "$1 2\n"));
            every(entry.path(), "victim/language", "victim/spoken-language");
        }
        for (const auto& entry : fs::directory_iterator(folder_.site() / "agreements")) {
            every(entry.path(), "schema = 1\n", "");
            every(entry.path(), "\"victim/language", "\"victim/spoken-language");
        }
        for (const auto& entry : fs::directory_iterator(folder_.site() / "partners")) {
            every(entry.path(), "/1\"", "\"");
        }
    }
    /// A value of the case, the first where several may be, as the hub's own version calls it.
    std::string known(CaseId id, std::string_view path) {
        const auto snapshot = flow::read_snapshot(node_->context(), id);
        EXPECT_TRUE(snapshot) << (snapshot ? "" : snapshot.error().message());
        const auto& facts = snapshot->file.facts();
        const auto field = facts.catalogue().find(path);
        if (!field) { return "no such path"; }
        const auto group = facts.catalogue().field(*field).group;
        const auto first = group == root_group ? std::vector{root_instance} : facts.instances(group);
        return first.empty() ? "-" : std::string(RawText::of(facts, *field, first.front()).value_or("-"));
    }
};

constexpr const char* wants_a_home_and_support = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "victim": {"called-at-home": "Lexie"},
  "need": [{"service": "rehousing"}, {"service": "mens-support"}]
})";

TEST_P(SideBySide, PartnersOfTwoVersionsExchangeWithOneHubAboutOneCase) {
    const auto incident = [](const std::string& drawn, const std::string& language) {
        return "41/00002/26," + drawn + ",20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M," + language +
               ",E07999001,CAR,N,07700 900123,MOB,Y" + std::string(48, ',') + "M,DASH,11,,CON,,\r\n";
    };
    folder_.export_csv("one.csv", header + incident("21/11/2026 06:00:00", "pl"));
    const auto id = the_case();
    exchange_both();
    activate_folder();
    EXPECT_EQ(node_->context().site->catalogue->version(), 2);
    EXPECT_EQ(known(id, "victim/spoken-language"), "pl") << "what was kept under version 1";

    folder_.export_csv("two.csv", header + incident("21/11/2026 07:00:00", "cy"));
    ASSERT_TRUE(eventually([&] {
        return read<std::int64_t>(
                   [](store::Sql& sql) { return *sql.one<std::int64_t>("SELECT count(*) FROM record"); }) == 2;
    })) << everything_held();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, wants_a_home_and_support, UserId{7}));
    EXPECT_EQ(known(id, "victim/spoken-language"), "cy") << "what came under version 1";
    EXPECT_EQ(known(id, "victim/called-at-home"), "Lexie") << "entered in the hub's own version";
    node_->wake();

    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    EXPECT_TRUE(eventually([&] {
        return folder_.council().received({"Sample", R"(\"language\":\"cy\")"}) == 1;
    })) << "the council of version 2 is told what the police said last in version 1";

    const auto drop = test::SiteFolder::dropped(folder_.drop("steadfast"), "-offer-");
    EXPECT_NE(drop.find("<Language>cy</Language>"), std::string::npos) << drop << everything_held();
    peers::put_file(
        folder_.answers("steadfast") + "/answer-1.xml",
        "<Answer><Reference>" + reference_at("steadfast") + "</Reference><Decision>yes</Decision></Answer>");
    const auto confirmed = test::SiteFolder::dropped(folder_.drop("steadfast"), "-confirm-");
    EXPECT_NE(confirmed.find("<LastName>Sample</LastName>"), std::string::npos) << confirmed << everything_held();
    EXPECT_EQ(confirmed.find("Lexie"), std::string::npos) << "no agreement names what version 2 added";
    EXPECT_EQ(everything_held(), "");
}

TEST_P(SideBySide, WhatBeganUnderAVersionThatIsNotExchangedAnyMoreEndsUnderIt) {
    folder_.export_csv("incidents.csv", header + row("41/00011/26") + row("41/00012/26"));
    ASSERT_TRUE(eventually([&] { return message() == Read{"taken", 2, 0, 0}; })) << everything_held();
    exchange_both();
    leave_the_first();
    activate_beside();
    only_one_was_read(true);
    start();
    EXPECT_EQ(node_->context().site->versions.numbers(), std::vector<int>{2});
    EXPECT_TRUE(eventually([&] {
        return message() == Read{"taken", 1, 0, 1};
    })) << message().state
        << message().taken << message().held << message().repeated << everything_held();
    EXPECT_EQ(everything_held(), "");
}

std::string with_language(const std::string& reference, const std::string& language) {
    return reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M," +
           language + ",E07999001,CAR,N,07700 900123,MOB,Y" + std::string(48, ',') + "M,DASH,11,,CON,,\r\n";
}

TEST_P(SideBySide, ARecordThatSaysTheSameIsARepeatInWhicheverVersionItComes) {
    using Sums = std::pair<std::int64_t, std::int64_t>;
    const auto sums = [&] {
        Sums out;
        for (const auto& [taken, repeated] :
             read<std::vector<std::tuple<std::int64_t, std::int64_t>>>([](store::Sql& sql) {
                 return sql.all<std::int64_t, std::int64_t>(
                     "SELECT records_taken, records_repeated FROM message WHERE state = 'taken'");
             })) {
            out = {out.first + taken, out.second + repeated};
        }
        return out;
    };
    const auto came = [&](std::int64_t taken, std::int64_t repeated) {
        return eventually([&] { return sums() == Sums{taken, repeated}; });
    };
    const auto alex = with_language("41/00002/26", "pl");
    const auto other = row("41/00011/26");
    folder_.export_csv("one.csv", header + alex + other);
    ASSERT_TRUE(came(2, 0)) << everything_held();
    exchange_both();
    activate_folder();
    folder_.export_csv("two.csv", header + other + alex);
    EXPECT_TRUE(came(2, 2)) << "said in the version before, which calls the language otherwise";
    leave_the_first();
    activate_folder();
    folder_.export_csv("three.csv", header + alex + other + alex);
    EXPECT_TRUE(came(2, 5)) << everything_held();
    folder_.export_csv("four.csv", header + with_language("41/00002/26", "cy") + other);
    EXPECT_TRUE(came(3, 6)) << "a correction is one still: " << everything_held();
}

/// What the hub's HTTP door answers to a partner.
std::string asked(Node& node, const std::string& token, const std::string& what, const std::string& body = {}) {
    WireClient wire(node.port());
    const auto head = what + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n";
    const auto length =
        body.empty() ? std::string{}
                     : "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    EXPECT_TRUE(wire.send(head + length + "\r\n" + body));
    return wire.answer();
}

TEST_P(SideBySide, APartnerIsShownAndAnswersInTheVersionOfItsAgreement) {
    exchange_both();
    const auto schemas = folder_.site().parent_path() / "schemas";
    every(schemas / "canonical/2/types.xsd", "\"partner-reference\"", "\"their-number\"");
    every(schemas / "canonical/2/version.toml", "[moved]",
          "[moved]\n\"answer/partner-reference\" = \"answer/their-number\"");
    every(schemas / "dialects/eastford-2/answer.map", "answer/partner-reference", "answer/their-number");
    every(folder_.site() / "partners/eastford-council.toml", "rank = 1", "rank = 9");
    every(folder_.site() / "agreements/westmere-1.toml", "\"approach/*\", ", "\"approach/*\", \"victim/language\", ");
    activate_folder();
    folder_.export_csv("one.csv", header + with_language("41/00002/26", "cy"));
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, wants_a_home_and_support, UserId{7}));
    node_->wake();
    const auto reference = reference_at("westmere-council");
    ASSERT_FALSE(reference.empty()) << everything_held();

    const auto token = *node_->new_token({Name::declare("westmere-council"), {}}, ledger::Actor::of_hub("test"));
    const auto shown = asked(*node_, token, "GET /v1/referrals");
    EXPECT_NE(shown.find("\"language\":\"cy\""), std::string::npos) << shown;
    EXPECT_EQ(shown.find("spoken-language"), std::string::npos) << shown;
    const auto answer = [&](const std::string& name) {
        return asked(*node_, token, "POST /v1/referrals/" + reference + "/answers",
                     R"({"request": {"reference": ")" + reference + R"("}, "answer": {"kind": "accept", ")" + name +
                         R"(": [{"issuer": "westmere-council", "value": "W-17"}]}})");
    };
    const auto of_another = answer("their-number");
    EXPECT_TRUE(of_another.starts_with("HTTP/1.1 422")) << of_another;
    const auto of_its_own = answer("partner-reference");
    EXPECT_TRUE(of_its_own.starts_with("HTTP/1.1 201")) << of_its_own;
    EXPECT_EQ(known(id, "answer/their-number/value"), "W-17");
}

TEST_P(SideBySide, APathMayMoveWithAVersionThatSaysWhereToAndNeverGo) {
    exchange_both();
    const auto version = folder_.site().parent_path() / "schemas/canonical/2/version.toml";
    every(version, "[moved]", "[elsewhere]");
    EXPECT_NE(refusal().find("elsewhere"), std::string::npos) << refusal();
    peers::put_file(version, "since = 2026-06-01\n");
    EXPECT_NE(refusal().find("victim/language: of version 1: has no place in the newest"), std::string::npos)
        << refusal();
    leave_the_first();
    EXPECT_NE(refusal().find("victim/language: is not there any more"), std::string::npos) << refusal();
}

TEST_P(SideBySide, AnAgreementAndTheMapsUnderItSpeakTheSameVersion) {
    exchange_both();
    every(folder_.site() / "agreements/np-7.toml", "schema = 1\n", "schema = 2\n");
    EXPECT_NE(refusal().find("no such field"), std::string::npos) << refusal();
    every(folder_.site() / "agreements/np-7.toml", "victim/language", "victim/spoken-language");
    EXPECT_NE(refusal().find("names fields of version 2 of the canonical schema, and the map northshire.incident is of "
                             "version 1"),
              std::string::npos)
        << refusal();
}

// Else what a new version adds would come under shorthands that were signed before it.
TEST_P(SideBySide, ARecordOfAnAgreementSaysOfWhichVersionItsFieldsAre) {
    exchange_both();
    every(folder_.site() / "agreements/westmere-1.toml", "schema = 1\n", "");
    EXPECT_NE(refusal().find("westmere-1.toml"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("is missing: with more than one version of the canonical schema"), std::string::npos)
        << refusal();
}

INSTANTIATE_TEST_SUITE_P(Engines, SideBySide, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, Versions, both_engines, engine_name);

}  // namespace
}  // namespace haven
