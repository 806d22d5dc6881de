#include "hub/flow/directory.h"

#include "hub/flow/door.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

/// A site with a directory of services, in which one charity says that it is listed.
class Directory : public testing::Test, protected RunningHub {
protected:
    void SetUp() override {
        peers::put_file(folder_.site() / "partners/uk-directory.toml",
                        "title = \"A directory (fictional)\"\nkind = \"other\"\nstate = \"live\"\n"
                        "in = [\"open-referral-uk/service\"]\n[adapter]\nkind = \"light_partner\"\n");
        auto agreement = peers::file_text(folder_.site() / "agreements/lantern-2.toml");
        for (auto at = agreement.find("lantern-refuge"); at != std::string::npos;
             at = agreement.find("lantern-refuge")) {
            agreement.replace(at, 14, "uk-directory");
        }
        const auto records = agreement.find("[[record]]");
        agreement.replace(records, agreement.find("[[signed]]") - records,
                          "[[record]]\ntype = \"service-entry\"\naccept = [\"service/*\"]\n\n");
        peers::put_file(folder_.site() / "agreements/uk-directory-1.toml", agreement);
        folder_.add("partners/steadfast.toml",
                    "[provider.listed]\ndirectory = \"uk-directory\"\nentry = \"entry-1\"\n");
        start();
    }
    void gives(const std::string& entries) {
        flow::Door door(node_->context(), [] {});
        ASSERT_TRUE(door.accept({Name::declare("uk-directory"), "application/json", entries, {}, {}}));
        node_->wake();
    }
    std::vector<store::DirectoryRow> entries() {
        return read<std::vector<store::DirectoryRow>>([](store::Sql& sql) {
            std::vector<store::DirectoryRow> all;
            store::each_directory_entry(sql, [&](const store::DirectoryRow& row) { all.push_back(row); });
            return all;
        });
    }
    void needs_support() {
        folder_.export_csv("one.csv", header +
                                          std::string("41/00002/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 "
                                                      "22:40,,,,Sample,Alex,03/04/1985,M,en,E07999001,CAR,N,"
                                                      "07700 900123,MOB,Y") +
                                          std::string(48, ',') + "M,DASH,11,,CON,,\r\n");
        ASSERT_TRUE(flow::enter_contact(node_->context(), the_case(), R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
            "need": [{"service": "mens-support"}]})",
                                        UserId{7}));
        node_->wake();
    }
};

TEST_F(Directory, AnEntryNarrowsTheProviderThatIsListedUnderItAndMakesNobodyARecipient) {
    gives(R"json([{"id": "entry-1", "name": "Support for men (fictional)", "status": "active", "minimum_age": 60,
               "service_areas": [{"name": "Eastford"}], "languages": [{"name": "Polish"}],
               "schedules": [{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00:00", "closes_at": "16:00:00",
                              "valid_from": "2026-01-05", "valid_to": "2026-12-31"}]},
              {"id": "entry-2", "name": "Help for anybody (fictional)", "status": "active"}])json");
    ASSERT_TRUE(eventually([&] { return entries().size() == 2; })) << everything_held();
    const auto rows = entries();
    EXPECT_EQ(rows[0].times, "MO 09:00:00-16:00:00 2026-01-05/2026-12-31");
    EXPECT_EQ(rows[0].languages, "Polish");
    EXPECT_EQ(rows[0].as_of, noon);
    ASSERT_NE(flow::listed_as(*node_->context().site, rows[0]), nullptr);
    EXPECT_EQ(flow::listed_as(*node_->context().site, rows[0])->name.text(), "steadfast");
    EXPECT_EQ(flow::listed_as(*node_->context().site, rows[1]), nullptr) << "a person may add it to the site";

    needs_support();
    EXPECT_TRUE(becomes("mens-support", "no-provider")) << state_of("mens-support") << everything_held();
    EXPECT_TRUE(std::filesystem::is_empty(folder_.drop("steadfast"))) << "he is too young for it, says the directory";
}

TEST_F(Directory, AProviderThatItsDirectoryDoesNotNarrowIsAsked) {
    gives(R"json({"id": "entry-1", "name": "Support for men (fictional)", "status": "active", "minimum_age": 18})json");
    ASSERT_TRUE(eventually([&] { return entries().size() == 1; })) << everything_held();
    needs_support();
    EXPECT_NE(test::SiteFolder::dropped(folder_.drop("steadfast"), "-offer-"), "") << everything_held();
}

Provider provider() {
    auto hours = OpeningHours::make(*Zone::find("Europe/London"), {});
    return {.partner = Name::declare("p"), .services = {Name::declare("s")}, .hours = *hours, .reply_window = 1h};
}

TEST(DirectoryEntry, NeverAddsToWhatTheSiteSays) {
    auto asked = provider();
    asked.serves = {"E07999001", "E07999002"};
    asked.age_min = 16;
    asked.age_max = 60;
    store::DirectoryRow row;
    row.age_min = 12;
    row.age_max = 90;
    row.areas = "Eastford\nE07999002\nE07999009";
    flow::narrow(asked, row, test::noon);
    EXPECT_EQ(asked.age_min, 16);
    EXPECT_EQ(asked.age_max, 60);
    EXPECT_EQ(asked.serves, std::vector<std::string>{"E07999002"});
    EXPECT_EQ(asked.services.size(), 1U);

    row.areas = "E07999009";
    flow::narrow(asked, row, test::noon);
    EXPECT_TRUE(asked.services.empty()) << "no list of areas means all of them, so it serves nobody instead";
}

Provider open_all_day() {
    OpeningHours::Terms always;
    always.week.fill({*Interval::parse("00:00-24:00")});
    auto asked = provider();
    asked.hours = *OpeningHours::make(*Zone::find("Europe/London"), std::move(always));
    return asked;
}

TEST(DirectoryEntry, ClosesAProviderOutsideOfItsTimesAndNeverOpensOne) {
    const Need now_or_never{.service = Name::declare("s"), .only_open = true};
    const auto saturday_noon = test::noon;
    const auto monday_at_ten = test::noon + 46h;
    store::DirectoryRow row;
    row.times = "MO,TU 09:00:00-17:00:00\nSU 22:00:00-02:00:00";
    auto asked = open_all_day();
    flow::narrow(asked, row, test::noon);
    EXPECT_EQ(why_not(asked, now_or_never, saturday_noon), WhyNot::closed);
    EXPECT_EQ(why_not(asked, now_or_never, monday_at_ten), std::nullopt);
    EXPECT_EQ(why_not(asked, now_or_never, monday_at_ten - 9h), std::nullopt) << "what passes midnight";
    EXPECT_EQ(why_not(asked, {.service = Name::declare("s")}, saturday_noon), std::nullopt) << "it can answer later";
    EXPECT_TRUE(asked.hours.is_open(saturday_noon)) << "clocks run by the site's hours";

    auto shut = provider();
    flow::narrow(shut, row, test::noon);
    EXPECT_EQ(why_not(shut, now_or_never, monday_at_ten), WhyNot::closed) << "the site says so";
}

TEST(DirectoryEntry, IsOpenOnlyOnTheDaysForWhichItsTimesAreValid) {
    const auto open = [](const char* times, Instant at) {
        store::DirectoryRow row;
        row.times = times;
        auto asked = open_all_day();
        flow::narrow(asked, row, at);
        return !why_not(asked, {.service = Name::declare("s"), .only_open = true}, at);
    };
    const auto saturday = test::noon;  // 2026-11-21
    EXPECT_TRUE(open("SA 09:00:00-17:00:00 2026-11-21/2026-11-21", saturday));
    EXPECT_FALSE(open("SA 09:00:00-17:00:00 2026-11-22/", saturday)) << "it begins tomorrow";
    EXPECT_TRUE(open("SA 09:00:00-17:00:00 2026-11-22/", saturday + 168h));
    EXPECT_FALSE(open("SA 09:00:00-17:00:00 /2026-11-20", saturday)) << "it ended yesterday";
    EXPECT_TRUE(open("SA 09:00:00-17:00:00 /2026-11-20", saturday - 168h));
    EXPECT_TRUE(open("SA 09:00:00-17:00:00 /2026-11-20\nSA 10:00:00-13:00:00 2026-11-21/", saturday))
        << "the next times follow";
    EXPECT_TRUE(open("FR 22:00:00-13:00:00 /2026-11-20", saturday)) << "the opening of yesterday lasts until now";
    EXPECT_TRUE(open("SU 09:00:00-17:00:00 soon/", saturday)) << "what is no day is not known, and closes nobody";
}

TEST(DirectoryEntry, WhoseTimesAreNotWholeClosesNobody) {
    for (const char* times :
         {"", "MO,TU", "09:00:00-17:00:00", "MO 09:00:00", "1MO 09:00:00-17:00:00", "SU 09:00:00-17:00:00\nMO"}) {
        store::DirectoryRow row;
        row.times = times;
        auto asked = open_all_day();
        flow::narrow(asked, row, test::noon);
        EXPECT_EQ(why_not(asked, {.service = Name::declare("s"), .only_open = true}, test::noon), std::nullopt)
            << times;
    }
}

TEST(DirectoryEntry, OfAServiceThatIsNotActiveOffersNothing) {
    auto asked = provider();
    store::DirectoryRow row;
    row.status = "active";
    flow::narrow(asked, row, test::noon);
    EXPECT_EQ(asked.services.size(), 1U);
    row.status = "temporarily closed";
    flow::narrow(asked, row, test::noon);
    EXPECT_TRUE(asked.services.empty());
}

}  // namespace
}  // namespace haven
