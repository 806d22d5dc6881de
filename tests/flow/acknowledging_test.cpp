#include "hub/flow/recalling.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using store::CopyState;
using store::Wanted;

/// The council was asked to let its copy rest, then to destroy it, and answers late.
class Acknowledging : public Rights {
protected:
    void is_to_be_destroyed_after_it_was_to_rest() {
        id_ = placed_at_the_council();
        ASSERT_TRUE(flow::restrict_case(node_->context(), id_, flow::CopyReason::accuracy, dana_));
        node_->wake();
        ASSERT_TRUE(copy_is(Wanted::stop_using, CopyState::told)) << everything_held();
        ASSERT_TRUE(flow::recall_copies(node_->context(), id_, {}, flow::CopyReason::victim_asked, dana_));
        node_->wake();
        ASSERT_TRUE(copy_is(Wanted::destroy, CopyState::told)) << everything_held();
    }
    store::CopyRow copy() {
        return read<store::CopyRow>([&](store::Sql& sql) { return store::copies_of(sql, id_).at(0); });
    }
    bool copy_is(Wanted wanted, CopyState state) {
        return eventually([&] { return copy().wanted == wanted && copy().state == state; });
    }
    void council_says(const std::string& name, const std::string& wanted, const std::string& done) {
        folder_.council().answer(name, R"({"messageType": "recallDone", "externalId": ")" + reference_ +
                                           R"(", "copy": ")" + reference_ + R"(", "wanted": ")" + wanted +
                                           R"(", "done": ")" + done + R"(", "doneAt": "2026-11-21T12:30:00Z"})");
    }

    CaseId id_;
};

// Its agreement lets in no word of what it answers, as with a partner whose format has none.
TEST_P(Acknowledging, AYesThatDoesNotSayToWhatCountsForNothingAndIsHeld) {
    folder_.replace("agreements/eastford-2.toml", "\"recall/*\"",
                    "\"recall/reference\", \"recall/at\", \"recall/acknowledged\"");
    activate_folder();
    is_to_be_destroyed_after_it_was_to_rest();
    council_says("r1", "STOP-USING", "YES");
    EXPECT_TRUE(eventually([&] {
        return everything_held().find("eastford-council: malformed: : expected to what it answers") !=
               std::string::npos;
    })) << everything_held();
    EXPECT_EQ(copy().state, CopyState::told);
    EXPECT_TRUE(copy().due_at) << "a person is told when it does not come";
    EXPECT_EQ(entries_of("copy destroyed"), 0);
}

TEST_P(Acknowledging, AYesToTheEarlierWordThatComesLateIsNoneToTheLater) {
    is_to_be_destroyed_after_it_was_to_rest();
    council_says("r1", "STOP-USING", "YES");
    ASSERT_TRUE(eventually([&] { return entries_of("changed nothing") == 1; })) << everything_held();
    EXPECT_EQ(copy().state, CopyState::told);
    council_says("r2", "DELETE", "YES");
    EXPECT_TRUE(copy_is(Wanted::destroy, CopyState::acknowledged)) << everything_held();
}

TEST_P(Acknowledging, APersonWhoWritesDownAnAnswerToTheEarlierWordIsTold) {
    is_to_be_destroyed_after_it_was_to_rest();
    const auto write_down = [&](Wanted of) {
        return flow::enter_copy_word(node_->context(), copy().id, flow::CopyWord::done, of, dana_);
    };
    EXPECT_EQ(write_down(Wanted::stop_using).error().fault, Fault::conflict);
    EXPECT_EQ(copy().state, CopyState::told);
    EXPECT_TRUE(write_down(Wanted::destroy));
    EXPECT_EQ(copy().state, CopyState::acknowledged);
}

INSTANTIATE_TEST_SUITE_P(Engines, Acknowledging, both_engines, engine_name);

}  // namespace
}  // namespace haven
