#include "hub/flow/told.h"

#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

class Told : public Rights {};

TEST_P(Told, EachTellingOfACaseIsListedWithItsFieldsAndWhatBecameOfIt) {
    const auto id = placed_at_the_council();
    const auto told = flow::show_told(node_->context(), id, ledger::Actor::of_user(dana_));
    ASSERT_TRUE(told);
    std::string all;
    for (const auto& one : *told) { all += one + "\n"; }
    ASSERT_EQ(told->size(), 2U) << all;
    const auto offer = boost::json::parse(told->at(0)).as_object();
    EXPECT_EQ(offer.at("recipient"), "eastford-council");
    EXPECT_EQ(offer.at("stage"), "offer");
    EXPECT_EQ(offer.at("sending"), "accepted");
    EXPECT_EQ(offer.at("basis"), "UK GDPR article 6(1)(e)");
    const auto confirm = boost::json::parse(told->at(1)).as_object();
    EXPECT_EQ(confirm.at("stage"), "accept");
    EXPECT_NE(told->at(1).find("\"victim/name/family\""), std::string::npos);
    EXPECT_EQ(told->at(0).find("\"victim/name/family\""), std::string::npos);
    for (const char* value : {"Sample", "7700900123", "1985"}) {
        EXPECT_EQ(all.find(value), std::string::npos) << "the ledger holds no value";
    }
    EXPECT_EQ(entries_of("disclosures shown"), 1);
}

TEST_P(Told, AnUnknownCaseIsMissingAndNothingIsWritten) {
    EXPECT_EQ(flow::show_told(node_->context(), CaseId{5}, ledger::Actor::of_user(dana_)).error().fault,
              Fault::missing);
    EXPECT_EQ(entries_of("disclosures shown"), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Told, both_engines, engine_name);

}  // namespace
}  // namespace haven
