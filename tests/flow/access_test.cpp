#include "hub/flow/access.h"

#include "hub/flow/accounts.h"
#include "mapping/identity.h"
#include "tests/flow/bad_messages.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using store::Subject;

class AccessRequest : public Rights {
protected:
    /// A report of the police, and nothing else.
    CaseId reported(const std::string& family, const std::string& flags) {
        folder_.export_csv("incidents-1.csv",
                           header + ("41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + family +
                                     ",Ada,03/04/1985,F,,E07999001,HOME,N,07700 900123,MOB,Y," +
                                     std::string(8 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" +
                                     std::string(8, ',') + flags + ",DASH,11,COE,CON,,\r\n"));
        return the_case();
    }
    void import(const std::string& name, const std::string& json) {
        folder_.export_csv(name + ".json", json);
        const auto receipt = folder_.site() / "var/northshire/receipts" / (name + ".json.json");
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
        EXPECT_NE(peers::file_text(receipt).find("\"taken\":1"), std::string::npos) << everything_held();
    }
    /// What she said to the hub, or what a worker wrote down at her call.
    void said(CaseId id, const std::string& more) {
        const auto done =
            flow::enter_contact(node_->context(), id,
                                R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached",
                            "note": "She asked whether he has done it before."})" +
                                    more + "}",
                                UserId{7});
        EXPECT_TRUE(done) << done.error().message();
    }
    /// Both; `more` is what only she told.
    CaseId known(const std::string& family, const std::string& flags, const std::string& more) {
        const auto id = reported(family, flags);
        said(id, more);
        return id;
    }
    std::shared_ptr<const Map> map_of(std::string_view type) {
        const auto& catalogue = node_->context().site->catalogue;
        return *Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), true), type, catalogue);
    }
    Result<flow::Access> try_to_show(store::AccessId id) {
        return flow::show_access(node_->context(), id, {*map_of("case-file"), *map_of("incident-report")},
                                 ledger::Actor::of_user(dana_));
    }
    flow::Access show(store::AccessId id) {
        auto access = try_to_show(id);
        EXPECT_TRUE(access) << access.error().message();
        return access ? *access : flow::Access{};
    }
    /// She tells a practitioner in confidence; her words name somebody else too.
    RecordId enter_account(CaseId id) {
        const auto made = flow::enter_account(node_->context(), id,
                                              R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}],
                                                              "summary": "What Zzyzx told in confidence."},
            "victim": {"name": {"family": "Canary"}, "phone": [{"number": "+447700900777", "safe": "yes"}]},
            "perpetrator": [{"name": {"family": "Whispered"}}]})",
                                              UserId{7});
        EXPECT_TRUE(made) << made.error().message();
        return *made;
    }
    /// Another world: from the next start on the hub has an empty store and keys of its own.
    void leave_this_world() {
        node_.reset();
        second_ = std::make_unique<TestStore>(GetParam());
        auto toml = peers::file_text(folder_.site() / "haven.toml");
        const std::string key = "database = \"";
        const auto at = toml.find(key) + key.size();
        toml.replace(at, toml.find('"', at) - at, second_->text());
        peers::put_file(folder_.site() / "haven.toml", toml);
        std::filesystem::remove_all(folder_.site() / "var/keys");
        std::filesystem::remove_all(folder_.site() / "var/northshire");
        std::filesystem::create_directories(folder_.site() / "var/northshire");
    }

private:
    std::unique_ptr<TestStore> second_;

protected:
    void TearDown() override {
        node_.reset();  // before its second store goes
        Rights::TearDown();
    }
    store::AccessId prepared(CaseId id, Subject subject) {
        const auto made = flow::prepare_access(node_->context(), id, subject, UserId{7});
        EXPECT_TRUE(made) << made.error().message();
        return made.value_or(store::AccessId{});
    }
};

TEST_P(AccessRequest, TheVictimsOwnShowsHerDataAndRecipientsAndEachRedactionHasAReason) {
    const auto id = known("Canary", "M", "");
    const auto access = show(prepared(id, Subject::victim));
    EXPECT_FALSE(access.is_signed);
    const auto shown = boost::json::parse(access.json).as_object();
    EXPECT_NE(boost::json::serialize(shown.at("data")).find("Canary"), std::string::npos);
    EXPECT_NE(boost::json::serialize(shown.at("data")).find("7700900123"), std::string::npos);
    EXPECT_EQ(access.json.find("Robin"), std::string::npos) << "another person";
    EXPECT_EQ(access.json.find("She asked"), std::string::npos) << "free text is copied out by a person";
    EXPECT_TRUE(shown.at("recipients").is_array());
    const auto kept_back = boost::json::serialize(shown.at("kept-back"));
    EXPECT_NE(kept_back.find(R"({"path":"perpetrator/name/family","why":"other-person"})"), std::string::npos);
    EXPECT_NE(kept_back.find(R"({"path":"contact/note","why":"free-text"})"), std::string::npos);
}

TEST_P(AccessRequest, ItIsReleasedOnlyAsAnotherPersonSignedIt) {
    const auto id = known("Canary", "M", "");
    const auto request = prepared(id, Subject::victim);
    EXPECT_FALSE(show(request).is_signed);
    EXPECT_EQ(entries_of("access draft shown"), 1);
    EXPECT_EQ(flow::sign_access(node_->context(), request, UserId{7}).error().fault, Fault::refused)
        << "who prepared it";
    ASSERT_TRUE(flow::sign_access(node_->context(), request, dana_));
    EXPECT_TRUE(show(request).is_signed);
    EXPECT_EQ(entries_of("access released"), 1);
    ASSERT_TRUE(flow::enter_contact(
        node_->context(), id,
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:30:00Z", "outcome": "no-answer"}})", UserId{7}));
    EXPECT_EQ(try_to_show(request).error().fault, Fault::conflict) << "what was signed is not what there is now";
}

// What the team is shown, and so what she is given, is the site's to say.
TEST_P(AccessRequest, WhatWasSignedUnderAnotherSiteIsSignedAnew) {
    const auto request = prepared(known("Canary", "M", ""), Subject::victim);
    ASSERT_TRUE(flow::sign_access(node_->context(), request, dana_));
    EXPECT_TRUE(show(request).is_signed);
    folder_.replace("partners/eastford-council.toml", "rank = 1", "rank = 2");
    const auto hash = node_->publish_folder(UserId{501});
    ASSERT_TRUE(hash && node_->activate_site(*hash, UserId{502}));
    EXPECT_FALSE(try_to_show(request)) << "by a hub that has not loaded it yet";
    EXPECT_EQ(flow::sign_access(node_->context(), request, dana_).error().fault, Fault::conflict);
    start();
    EXPECT_EQ(try_to_show(request).error().fault, Fault::conflict);
    EXPECT_EQ(entries_of("access released"), 1);
    ASSERT_TRUE(flow::sign_access(node_->context(), request, dana_));
    EXPECT_TRUE(show(request).is_signed);
}

TEST_P(AccessRequest, HerOwnShowsWhatEachSourceSaidAlsoWhatStandsNoMore) {
    const auto id = known("Canary", "M", R"(, "victim": {"name": {"family": "Renamed"}})");
    const auto request = prepared(id, Subject::victim);
    const auto shown = boost::json::parse(show(request).json).as_object();
    const auto stands = boost::json::serialize(shown.at("data"));
    EXPECT_NE(stands.find("Renamed"), std::string::npos);
    EXPECT_EQ(stands.find("Canary"), std::string::npos);
    const auto& sources = shown.at("sources").as_array();
    ASSERT_EQ(sources.size(), 2U);
    EXPECT_EQ(sources.at(0).at("from").as_string(), "northshire-police");
    EXPECT_EQ(sources.at(0).at("as-of").as_string(), "2026-11-21T06:00:00Z");
    const auto theirs = boost::json::serialize(sources.at(0).at("data"));
    EXPECT_NE(theirs.find("Canary"), std::string::npos) << theirs;
    EXPECT_EQ(theirs.find("Renamed"), std::string::npos);
    EXPECT_EQ(sources.at(1).at("from").as_string(), "beacon");
    EXPECT_NE(boost::json::serialize(sources.at(1).at("data")).find("Renamed"), std::string::npos);
    EXPECT_EQ(show(prepared(id, Subject::perpetrator)).json.find("sources"), std::string::npos);
}

TEST_P(AccessRequest, WhatEachSourceSaidOfSomebodyElseIsInNoneOfThem) {
    folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                    "\"haven/perpetrator-update\", \"haven/incident-report\"");
    folder_.replace("agreements/np-7.toml", "\"child/school\",", "\"child/school\", \"person/*\",");
    activate_folder();
    const auto id = reported("Canary", "M");
    const auto his = show(prepared(id, Subject::perpetrator)).json;
    const std::string reference =
        R"("incident": {"reference": [{"issuer": "northshire-police", "value": "41/00011/26"}])";
    import("again", R"({"report": {"as-of": "2026-11-21T07:00:00Z"}, )" + reference + R"(, "summary": "Neighbours."},
        "victim": {"name": {"family": "Earlier"}}, "perpetrator": [{"name": {"family": "Example", "given": "Robin"},
        "birth-date": "1986-01-01", "employer": "Former Ltd", "phone": [{"number": "+447700900555"}]}],
        "person": [{"role": "witness", "name": {"family": "Neighbour"}, "phone": [{"number": "+447700900666"}]}]})");
    import("freed", R"({"report": {"as-of": "2026-11-21T08:00:00Z"}, )" + reference + R"(},
        "perpetrator": [{"name": {"family": "Example", "given": "Robin"}, "birth-date": "1986-01-01"}],
        "investigation": {"released": "2026-11-21T07:30:00Z"}})");
    for (const char* number : {R"(, "number": "+447700900888")", ""}) {
        ASSERT_TRUE(flow::enter_contact(node_->context(), id,
                                        R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z",
            "outcome": "reached", "note": "Her sister picked up.")" +
                                            std::string(number) + R"(}, "victim": {"name": {"family": "Renamed"}}})",
                                        UserId{7}));
    }
    enter_account(id);
    const auto access = show(prepared(id, Subject::victim));
    const auto shown = boost::json::parse(access.json).as_object();
    const auto& sources = shown.at("sources").as_array();
    EXPECT_EQ(sources.size(), 4U) << "two reports of her and two calls: news of him is none";
    const auto text = boost::json::serialize(sources);
    EXPECT_NE(text.find("Earlier"), std::string::npos) << text;
    for (const char* others : {"Robin", "Example", "Ltd", "900555", "Neighbour", "900666", "900888", "released",
                               "sister", "Zzyzx", "900777", "Whispered", "perpetrator", "person", "note", "summary"}) {
        EXPECT_EQ(text.find(others), std::string::npos) << others;
    }
    EXPECT_NE(access.redacted.find("person/"), std::string::npos) << "it was there to be kept back";
    EXPECT_EQ(access.json.find("900888"), std::string::npos) << "nor does it stand in the case file";
    EXPECT_NE(access.redacted.find("contact/note"), std::string::npos);
    EXPECT_EQ(show(prepared(id, Subject::perpetrator)).json, his);
}

// Until a person has decided whether they are one.
TEST_P(AccessRequest, WhatWasSaidInACaseThatMayBeHersIsInNoneOfHerSources) {
    const auto id = reported("Canary", "M");
    folder_.export_csv("incidents-2.csv", header + export_row({{"CrimeRef", "41/00012/26"},
                                                               {"VicSurname", "Otherwise"},
                                                               {"VicForename", "Ada"},
                                                               {"VicDOB", "03/04/1985"},
                                                               {"VicTel1Number", "07700 900123"}}));
    ASSERT_TRUE(eventually([&] { return everything_held().find("same-person") != std::string::npos; }))
        << everything_held();
    const auto access = show(prepared(id, Subject::victim));
    EXPECT_EQ(access.json.find("Otherwise"), std::string::npos);
    EXPECT_EQ(boost::json::parse(access.json).as_object().at("sources").as_array().size(), 1U);
}

TEST_P(AccessRequest, HerOwnShowsWhatSheToldInConfidenceAndNobodyElsesDoes) {
    const auto id = known("Canary", "M", "");
    const auto his = prepared(id, Subject::perpetrator);
    const auto without = show(his).json;
    auto request = prepared(id, Subject::victim);
    ASSERT_TRUE(flow::sign_access(node_->context(), request, dana_));
    const auto account = enter_account(id);
    EXPECT_EQ(try_to_show(request).error().fault, Fault::conflict) << "it was signed without the account";
    const auto draft = show(request = prepared(id, Subject::victim));
    EXPECT_FALSE(draft.is_signed);
    ASSERT_TRUE(flow::sign_access(node_->context(), request, dana_));
    const auto released = boost::json::parse(show(request).json).as_object();
    const auto& accounts = released.at("accounts").as_array();
    ASSERT_EQ(accounts.size(), 1U);
    EXPECT_EQ(std::string(accounts.at(0).at("account").as_string()), id_text(account));
    const auto hers = boost::json::serialize(accounts.at(0));
    EXPECT_NE(hers.find("7700900777"), std::string::npos) << hers;
    EXPECT_EQ(hers.find("Whispered"), std::string::npos) << "another person";
    EXPECT_EQ(hers.find("Zzyzx"), std::string::npos) << "free text is copied out by a person";
    EXPECT_EQ(boost::json::serialize(released.at("data")).find("900777"), std::string::npos) << "each by itself";
    EXPECT_NE(boost::json::serialize(released.at("kept-back")).find("incident/summary"), std::string::npos);
    EXPECT_EQ(entries_of("access released"), 2) << "the case, and her account";
    EXPECT_EQ(show(his).json, without) << "he is not told that there is one";
}

TEST_P(AccessRequest, WhereSeveralPerpetratorsAreKnownNobodyCanTellWhoAsks) {
    const auto id = known("Canary", "H", R"(, "perpetrator": [{"name": {"family": "Whispered"}}])");
    EXPECT_EQ(flow::prepare_access(node_->context(), id, Subject::perpetrator, UserId{7}).error().fault,
              Fault::conflict);
    EXPECT_EQ(show(prepared(id, Subject::victim)).json.find("Whispered"), std::string::npos) << "nor does she see it";
}

TEST_P(AccessRequest, APerpetratorWhoIsNoLongerTheOnlyOneKnownIsShownNothing) {
    const auto id = known("Canary", "M", "");
    const auto request = prepared(id, Subject::perpetrator);
    EXPECT_NE(show(request).json.find("Robin"), std::string::npos);
    ASSERT_TRUE(
        flow::enter_contact(node_->context(), id,
                            R"({"contact": {"channel": "call", "at": "2026-11-21T12:30:00Z", "outcome": "reached"},
            "perpetrator": [{"name": {"family": "Whispered"}}]})",
                            UserId{7}));
    EXPECT_EQ(try_to_show(request).error().fault, Fault::conflict);
    EXPECT_EQ(flow::sign_access(node_->context(), request, dana_).error().fault, Fault::conflict);
}

TEST_P(AccessRequest, TwoWorldsThatDifferInHerAloneGiveAPerpetratorTheSameBytes) {
    const auto one = show(prepared(known("Canary", "M", ""), Subject::perpetrator)).json;
    EXPECT_NE(one.find("Robin"), std::string::npos);
    for (const char* hers : {"Canary", "Ada", "7700900123", "HUSB", "husband", "victim", "case", "marac", "Example Ltd",
                             "She asked", "risk"}) {
        EXPECT_EQ(one.find(hers), std::string::npos) << hers;
    }
    leave_this_world();
    start();
    const auto other =
        show(prepared(known("Elsewhere", "H", R"(, "risk": {"level": "high"}, "household": {"children": 2},
        "consent": {"to-referral": "yes"}, "need": [{"service": "refuge"}],
        "perpetrator": [{"name": {"family": "Example", "given": "Robin"}, "birth-date": "1986-01-01", "gender": "male"}])"),
                      Subject::perpetrator))
            .json;
    EXPECT_EQ(one, other);
}

// The hub holds one of him: what is said of him at her call stands beside what the police gave, never in its place.
TEST_P(AccessRequest, NothingThatSheOrAWorkerSaysOfHimChangesAByteOfWhatAPerpetratorIsGiven) {
    const auto id = reported("Canary", "M");
    const auto before = show(prepared(id, Subject::perpetrator)).json;
    EXPECT_NE(before.find("Robin"), std::string::npos);
    const std::string him = R"("name": {"family": "Example", "given": "Robin"}, "birth-date": "1986-01-01")";
    for (const std::string& more :
         {std::string(), "{" + him + "}", "{" + him + R"(, "gender": "male"})",
          "{" + him + R"(, "gender": "male", "relationship-to-victim": "husband", "employer": "Other Ltd",
              "lives-with-victim": "no", "phone": [{"number": "+447700900555"}]})"}) {
        said(id, more.empty() ? "" : R"(, "perpetrator": [)" + more + "]");
        const auto after = show(prepared(id, Subject::perpetrator));
        EXPECT_EQ(after.json, before) << more;
        if (!more.empty()) {
            EXPECT_NE(after.redacted.find("perpetrator/name/family"), std::string::npos) << "the signer sees it";
        }
    }
    enter_account(id);
    EXPECT_EQ(show(prepared(id, Subject::perpetrator)).json, before);
}

INSTANTIATE_TEST_SUITE_P(Engines, AccessRequest, both_engines, engine_name);

}  // namespace
}  // namespace haven
