#include <regex>

#include "hub/flow/accounts.h"
#include "hub/flow/daily_receipts.h"
#include "hub/flow/entering.h"
#include "tests/flow/answers.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;
namespace fs = std::filesystem;

/// What no declared rule reads. What may decide whether an offer is made is listed in deciding_fields_test.cpp, which
/// tries every other field; only once told do the safety rules of contact points decide too.
struct Unread {
    std::string place, summary, street, perpetrator, notes;
    bool told_in_confidence = false;  ///< she tells a practitioner something that goes to nobody
    std::string charity_says{};       ///< what another agency writes beside its answer
};

const Unread little{"Here", "Short.", "Old Road", "Example", "One word."};
const Unread much{"\"A longer place, elsewhere\"", "Quite another story of many more words.", "New Lane West",
                  "Somebodyelse", "Nothing of the kind; and it goes on for a while."};

/// All that partners get in one world, and all that the door answers them.
struct World {
    std::string council, charity, answers, daily_receipts, file_receipt;
};

/// Two worlds that differ in what the rules let nobody read.
class TwoWorlds : public OnBothEngines {
protected:
    World run(const Unread& of) {
        OneHub hub;
        hub.use(GetParam());
        hub.start();
        hub.folder_.export_csv(
            "incidents-1.csv",
            std::string(header) + "41/00002/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA," +
                of.place + "," + of.summary + ",Sample,Alex,03/04/1985,M,en,E07999001,CAR,N,07700 900123,MOB,Y,,,," +
                "PREV,1," + of.street + ",Eastford,ZZ99 4AA,," + std::string(24, ',') + of.perpetrator +
                ",Robin,01/01/1986,EXPA,N,Example Ltd,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,," + of.notes + "\r\n");
        const auto& context = hub.node_->context();
        const auto id = hub.the_case();
        if (of.told_in_confidence) {
            EXPECT_TRUE(flow::enter_account(context, id, R"({
              "incident": {"reference": [{"issuer": "beacon", "value": "A-1"}], "summary": "He knows where she works."},
              "victim": {"name": {"family": "Sample"}}})",
                                            UserId{7}));
        }
        EXPECT_TRUE(flow::enter_contact(context, id, R"({
          "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
          "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
          "need": [{"service": "rehousing"}, {"service": "mens-support"}]})",
                                        UserId{7}));
        hub.node_->wake();
        const auto reference = hub.reference_at("eastford-council");
        hub.folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                               R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
        EXPECT_TRUE(eventually([&] { return hub.folder_.council().received({"Sample"}) == 1; }));
        const auto charity = hub.reference_at("steadfast");
        peers::put_file(
            hub.folder_.answers("steadfast") + "/yes.xml",
            "<Answer><Reference>" + charity + "</Reference><Decision>yes</Decision>" + of.charity_says + "</Answer>");
        EXPECT_NE(SiteFolder::dropped(hub.folder_.drop("steadfast"), "-confirm-"), "");
        EXPECT_TRUE(flow::enter_contact(context, id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:20:00Z",
            "outcome": "reached"}, "victim": {"language": "cy"}})",
                                        UserId{7}));  // whoever helps her is told again
        hub.node_->wake();
        EXPECT_TRUE(eventually([&] { return hub.folder_.council().received({"-amend-2-"}) == 1; }));
        EXPECT_NE(SiteFolder::dropped(hub.folder_.drop("steadfast"), "-amend-"), "");
        World world;
        world.council = without_names(hub.folder_.council().received_text());
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::directory_iterator(hub.folder_.drop("steadfast"))) {
            if (entry.path().extension() == ".part") { continue; }  // sshd renames by a link: both names for a moment
            files[without_names(entry.path().filename().string())] = without_names(peers::file_text(entry.path()));
        }
        for (const auto& [name, text] : files) { world.charity.append(name).append("\n").append(text).append("\n"); }
        world.file_receipt =
            without_names(peers::file_text(hub.folder_.site() / "var/northshire/receipts/incidents-1.csv.json"));
        for (const auto& [name, partner] : context.site->partners) {
            const auto token = *hub.node_->new_token({partner.name, {}}, ledger::Actor::of_hub("test"));
            world.answers += without_names(answers_to(*hub.node_, token, {reference, charity, id_text(id)}, "{}"));
        }
        hub.clock_.turn_to(noon + std::chrono::hours(13));
        EXPECT_TRUE(hub.node_->let_time_pass());
        for (const auto& [name, partner] : context.site->partners) {
            const auto receipt = flow::daily_receipt_json(context, partner.name, {});
            EXPECT_TRUE(receipt);
            if (receipt) { world.daily_receipts += name + without_names(*receipt) + "\n"; }
        }
        return world;
    }

private:
    struct OneHub : RunningHub {
        using RunningHub::clock_, RunningHub::folder_, RunningHub::node_;
    };
    // References, numbers and keys are made with secrets and moments of each site: another world has others, of the
    // same length. A checkpoint signs how long the hub's whole ledger is, in which everything counts.
    static std::string without_names(std::string text) {
        text = std::regex_replace(text, std::regex(R"(("checkpoint": ?)\"[^"]*\")"), "$1\"#\"");
        text = std::regex_replace(text, std::regex(R"(("sha256": ?)\"[^"]*\")"), "$1\"#\"");  // the stand-in's own
        text = std::regex_replace(text, std::regex(R"(beacon/ledger\n\d+\n\S+)"), "beacon/ledger #");
        text = std::regex_replace(text, std::regex(R"(beacon/ledger \S{60,})"), "beacon/ledger #");
        text = std::regex_replace(text, std::regex(R"(Date: [^\r]*)"), "Date: #");
        text = std::regex_replace(text, std::regex(R"((text/plain\r\nContent-Length: )\d+)"), "$1#");  // a checkpoint
        return same_length(text, std::regex(R"(\b[0-9a-z]{12,64}\b)"));
    }
    // Whatever is found is as long as before.
    static std::string same_length(const std::string& text, const std::regex& names) {
        std::string out;
        auto from = text.cbegin();
        for (std::sregex_iterator at(text.begin(), text.end(), names), end; at != end; ++at) {
            out.append(from, (*at)[0].first).append(static_cast<std::size_t>(at->length()), '#');
            from = (*at)[0].second;
        }
        return out.append(from, text.cend());
    }
};

void expect_same(const World& one, const World& other) {
    for (const auto part :
         {&World::council, &World::charity, &World::answers, &World::daily_receipts, &World::file_receipt}) {
        const auto& in_one = one.*part;
        const auto& in_other = other.*part;
        EXPECT_FALSE(in_one.empty());
        const auto [at, there] = std::mismatch(in_one.begin(), in_one.end(), in_other.begin(), in_other.end());
        const auto from = static_cast<std::size_t>(at - in_one.begin());
        EXPECT_TRUE(in_one == in_other) << "from " << in_one.substr(from - std::min<std::size_t>(from, 200), 400)
                                        << "\nwhere the other world has "
                                        << in_other.substr(std::min(from, in_other.size()), 200);
    }
}

TEST_P(TwoWorlds, WhatNoRuleReadsChangesNoByteThatAPartnerGets) {
    expect_same(run(little), run(much));
}

TEST_P(TwoWorlds, WhatSheToldInConfidenceChangesNoByteThatAPartnerGets) {
    auto confided = little;
    confided.told_in_confidence = true;
    expect_same(run(little), run(confided));
}

TEST_P(TwoWorlds, WhatAnotherAgencyWritesChangesNoByteThatAPartnerGets) {
    auto written = little;
    written.charity_says = "<Question>He has rung us twice, and says that he knows where she is.</Question>";
    expect_same(run(little), run(written));
}

INSTANTIATE_TEST_SUITE_P(Engines, TwoWorlds, both_engines, engine_name);

}  // namespace
}  // namespace haven
