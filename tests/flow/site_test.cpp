#include "hub/flow/publishing.h"
#include "tests/flow/hub.h"
#include "tests/support/captured_log.h"

namespace haven {
namespace {

using namespace test;

/// Sites that are published and activated.
class PublishedSites : public Hub {
protected:
    std::string folder_hash() const { return site::SiteFiles::read(folder_.site().string())->hash(); }
    std::string active() {
        return read<flow::SiteStatus>([&](store::Sql&) { return flow::site_status(node_->context().readers); })
            .active->hash;
    }
    std::vector<std::string> actions() {
        std::vector<std::string> out;
        const auto rows = read<std::vector<Bytes>>(
            [](store::Sql& sql) { return sql.all<Bytes>("SELECT body FROM ledger_entry ORDER BY id"); });
        for (const auto& row : rows) {
            const auto entry = ledger::decode(row.value);
            EXPECT_TRUE(entry);
            out.emplace_back(entry->action.text());
        }
        return out;
    }
    std::int64_t due_work() {
        return read<std::int64_t>([](store::Sql& sql) {
            return *sql.one<std::int64_t>(
                "SELECT COUNT(*) FROM work WHERE state = 'due' AND lane = 'eastford-council'");
        });
    }
    Fault why_not(const std::string& hash, UserId by) {
        const auto done = flow::may_activate(node_->context().readers, hash, by);
        EXPECT_FALSE(done);
        return done ? Fault::broken : done.error().fault;
    }
    using Bytes = store::Bytes;
    const UserId pat_{501};
    const UserId dana_{502};
};

TEST_P(PublishedSites, TheFirstStartOfAnEmptyStoreActivatesTheFolderAndTheLedgerSaysWhoDid) {
    EXPECT_EQ(active(), folder_hash());
    EXPECT_EQ(node_->context().site->hash, folder_hash());
    const auto all = actions();
    EXPECT_EQ(std::count(all.begin(), all.end(), "first site activated"), 1);
    start();
    const auto again = actions();
    EXPECT_EQ(std::count(again.begin(), again.end(), "first site activated"), 1) << "the second start does not";
}

TEST_P(PublishedSites, OnlyAnotherPersonActivatesWhatSomebodyPublished) {
    const auto first = active();
    folder_.replace("partners/eastford-council.toml", "rank = 1", "rank = 2");
    const auto hash = node_->publish_folder(pat_);
    ASSERT_TRUE(hash);
    EXPECT_NE(*hash, first);
    EXPECT_EQ(active(), first) << "published is not active";
    EXPECT_EQ(why_not(*hash, pat_), Fault::refused);
    EXPECT_FALSE(node_->activate_site(*hash, pat_));
    EXPECT_EQ(active(), first);
    EXPECT_EQ(why_not(first, dana_), Fault::conflict);
    EXPECT_EQ(why_not(std::string(64, 'a'), dana_), Fault::missing);
    ASSERT_TRUE(node_->publish_folder(dana_)) << "again, by another: it stays the first one's";
    EXPECT_EQ(why_not(*hash, pat_), Fault::refused);
    ASSERT_TRUE(node_->activate_site(*hash, dana_));
    EXPECT_EQ(active(), *hash);
    const auto all = actions();
    EXPECT_EQ(std::count(all.begin(), all.end(), "site published"), 2);
    EXPECT_EQ(std::count(all.begin(), all.end(), "site activated"), 1);
}

TEST_P(PublishedSites, ANodeThatRunsUnderAnotherSiteThanTheActiveOneSendsNothingAndTheWorkStaysDue) {
    CapturedLog log;
    std::atomic<int> told = 0;
    node_.reset();
    auto node = Node::start(
        {.site_folder = folder_.site().string(), .clock = &clock_, .port = 0, .on_other_site = [&] { ++told; }});
    ASSERT_TRUE(node);
    node_ = std::move(*node);
    folder_.replace("partners/eastford-council.toml", "rank = 1", "rank = 2");
    const auto hash = node_->publish_folder(pat_);
    ASSERT_TRUE(hash && node_->activate_site(*hash, dana_));
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return told == 1; }));
    node_->wake();
    EXPECT_EQ(due_work(), 1);
    EXPECT_EQ(folder_.council().received(), 0);
    EXPECT_EQ(everything_held(), "");
    start();
    EXPECT_EQ(node_->context().site->hash, *hash);
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_EQ(told, 1) << "the alarm is given once";
    const auto text = log.text();
    const std::string alarm = "another site was activated";
    EXPECT_EQ(text.find(alarm, text.find(alarm) + 1), std::string::npos) << text;
}

TEST_P(PublishedSites, WhatWasDecidedUnderASiteIsNotBegunUnderAnother) {
    flow::Changes changes;
    changes.tells = {Name::declare("eastford-council"), node_->context().site->hash};
    const auto apply = [&] {
        return node_->context().writer.submit_and_wait(
            [&](store::Sql& sql) { return flow::apply(sql, changes, clock_.now()); });
    };
    EXPECT_TRUE(apply());
    changes.tells->site = std::string(64, 'a');
    EXPECT_EQ(apply().error().fault, Fault::conflict);
    changes.tells->site.clear();
    EXPECT_EQ(apply().error().fault, Fault::conflict);
}

TEST_P(PublishedSites, AHubIsStartedUnderTheActiveSiteWhateverTheFolderHoldsByThen) {
    CapturedLog log;
    const auto before = active();
    folder_.replace("partners/eastford-council.toml", "rank = 1", "rank = 2");
    start();
    EXPECT_EQ(node_->context().site->hash, before);
    EXPECT_EQ(node_->context().site->partner("eastford-council")->provider->rank, 1);
    EXPECT_NE(log.text().find("the site's folder is not the active site"), std::string::npos);
    folder_.replace("partners/eastford-council.toml", "rank = 2", "rnak = 2");
    EXPECT_FALSE(node_->publish_folder(pat_)) << "a folder with problems is not published";
    start();
    EXPECT_EQ(node_->context().site->hash, before) << "nor does it stop the hub";
}

TEST_P(PublishedSites, TheSiteOfTheFirstStartComesBackByTwoPeopleToo) {
    const auto first = active();
    folder_.replace("partners/eastford-council.toml", "rank = 1", "rank = 2");
    activate_folder();
    EXPECT_EQ(why_not(first, dana_), Fault::refused) << "nobody but the hub published it";
    folder_.replace("partners/eastford-council.toml", "rank = 2", "rank = 1");
    ASSERT_TRUE(node_->publish_folder(pat_));
    EXPECT_EQ(why_not(first, pat_), Fault::refused);
    EXPECT_TRUE(node_->activate_site(first, dana_));
}

TEST_P(PublishedSites, ASiteThatWasChangedInTheStoreIsNotServed) {
    (void)node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        sql.run(
            "UPDATE published_path SET file_hash = (SELECT file_hash FROM published_path WHERE path ="
            " 'services/refuge.toml') WHERE path = 'services/rehousing.toml'");
        return {};
    });
    node_.reset();
    const auto refused = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
    ASSERT_FALSE(refused);
    EXPECT_NE(text_of(refused.error().at(0)).find("not what was published"), std::string::npos);
}

TEST_P(PublishedSites, WhatIsOnlyOfTheMachineDoesNotCount) {
    const auto before = folder_hash();
    folder_.replace("haven.toml", "port = 8460", "port = 8470");
    folder_.replace("haven.toml", "keys = \"var/keys\"", "keys = \"var/other\"");
    folder_.own_schemas();
    EXPECT_EQ(folder_hash(), before);
    folder_.replace("haven.toml", "attempts_a_day = 2", "attempts_a_day = 1");
    const auto contact = folder_hash();
    EXPECT_NE(contact, before) << "how she may be rung";
    folder_.replace("agreements/eastford-1.toml", "end = ", "# who changed this?\nend = ");
    EXPECT_NE(folder_hash(), contact);
}

TEST_P(PublishedSites, AMapAndACodeListOfItCountAndThoseThatNobodyUsesDoNot) {
    const auto schemas = folder_.own_schemas();
    const auto before = folder_hash();
    const auto spoil = [&](const std::string& file) {
        peers::put_file(schemas / file, peers::file_text(schemas / file) + "\n");
        return folder_hash();
    };
    EXPECT_EQ(spoil("dialects/niem-crime/incident.map"), before);
    EXPECT_EQ(spoil("codes/lettings-log.2024.codes"), before);
    const auto map = spoil("dialects/northshire-police/incident.map");
    EXPECT_NE(map, before);
    const auto codes = spoil("codes/northshire-police.2026.codes");
    EXPECT_NE(codes, map);
    EXPECT_NE(spoil("canonical/1/referral.xsd"), codes);
}

TEST_P(PublishedSites, AMapOfARecordTypeThatTheHubTakesFromNobodyIsRefused) {
    folder_.replace("partners/westmere-council.toml", "in = [",
                    "in = [\"haven/withdrawal\", \"haven/acknowledgement\", ");
    const auto hash = node_->publish_folder(pat_);
    ASSERT_FALSE(hash);
    ASSERT_EQ(hash.error().size(), 2U) << text_of(hash.error()[0]);
    EXPECT_NE(text_of(hash.error()[0]).find("partners/westmere-council.toml"), std::string::npos);
    EXPECT_NE(text_of(hash.error()[0]).find("in `in` makes withdrawal, which the hub takes from no partner"),
              std::string::npos)
        << text_of(hash.error()[0]);
    EXPECT_NE(text_of(hash.error()[1]).find("makes acknowledgement, which"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, PublishedSites, both_engines, engine_name);

}  // namespace
}  // namespace haven
