#include <set>

#include "hub/flow/onward.h"
#include "tests/flow/rights.h"
#include "tests/support/catalogue.h"

// What the hub counts and reckons itself says what it is made of, whichever way that was said.
namespace haven {
namespace {

using namespace test;
using Paths = std::set<std::string>;

/// The force lets nothing of ages or children go on to refuges, ages alone to councils, the numbers themselves to
/// charities.
class WorkedOut : public Rights {
protected:
    void SetUp() override {
        auto text = peers::file_text(folder_.site() / file_);
        const auto end = text.find("[[record]]\ntype = \"perpetrator-update\"");
        const auto start = text.find("[[record.onward]]");
        ASSERT_LT(start, end);
        text.replace(start, text.rfind("# He is released", end) - start,
                     clause("refuge", "refuge", R"("victim/name/*", "victim/gender")") +
                         clause("council", "rehousing", R"("victim/age", "child/age", "child/gender")") +
                         clause("charity", "support", R"("household/*")"));
        peers::put_file(folder_.site() / file_, text);
        folder_.replace("partners/northshire-police.toml", "\"haven/recall\"]",
                        "\"haven/recall\", \"haven/incident-report\"]");
        Rights::SetUp();
    }
    static std::string clause(const std::string& to, const std::string& purpose, const std::string& fields) {
        return "[[record.onward]]\nto = [\"" + to + "\"]\npurposes = [\"" + purpose + "\"]\nfields = [" + fields +
               "]\n\n";
    }
    /// What of the household is kept back from a partner, where the force said this one thing of her and them.
    Paths kept_back(const PathValue& said, std::string_view partner, std::string_view purpose) const {
        const auto& context = node_->context();
        RecordMaker maker("incident-report");
        maker.set(said.first, said.second);
        const auto snapshot =
            flow::new_case(context, {maker.part(noon), {RecordId{1}, Name::declare("northshire-police"), noon, false}},
                           Name::declare("np-7"), false, noon);
        Paths out;
        flow::Onward(*context.site, snapshot, Name::declare(partner), purpose, noon)
            .not_worked_out()
            .each([&](FieldNumber f) { out.emplace(context.site->catalogue->field(f).path.text()); });
        return out;
    }

    const std::string file_ = "agreements/np-7.toml";
    const std::string band_ = "household/victim-age-band";
    const std::string children_ = "household/children";
    const std::string small_ = "household/children-under-5";
    const std::string boys_ = "household/boys-over-11";
};

TEST_P(WorkedOut, AnAgeIsABirthDateAndAnyWordOfAChildSaysThatThereIsOne) {
    if (IsSkipped()) { return; }
    const auto refuge = [&](const char* path, const char* text) {
        return kept_back({path, text}, "harbour-refuge", "refuge");
    };
    EXPECT_EQ(refuge("victim/age", "41"), Paths{band_});
    EXPECT_EQ(refuge("victim/birth-date", "1985-04-03"), Paths{band_});
    EXPECT_EQ(refuge("victim/gender", "female"), Paths{});
    EXPECT_EQ(refuge("child[0]/age", "3"), (Paths{children_, small_, boys_}));
    EXPECT_EQ(refuge("child[0]/birth-date", "2023-06-07"), (Paths{children_, small_, boys_}));
    EXPECT_EQ(refuge("child[0]/gender", "male"), (Paths{children_, boys_}));
    for (const char* path : {"name/given", "name/family", "relationship-to-victim", "relationship-to-perpetrator",
                             "school", "lives-with-victim", "present"}) {
        const auto& type = *catalogue()->field(*catalogue()->find(std::string("child/") + path)).type;
        const auto text = type.codes.empty() ? "Sample" : type.codes.front().text;
        EXPECT_EQ(refuge((std::string("child[0]/") + path).c_str(), text.c_str()), Paths{children_}) << path;
    }
}

TEST_P(WorkedOut, ItGoesWhereWhatItIsMadeOfGoesOrItsOwnName) {
    if (IsSkipped()) { return; }
    const auto council = [&](const char* path, const char* text) {
        return kept_back({path, text}, "eastford-council", "rehousing");
    };
    EXPECT_EQ(council("victim/age", "41"), Paths{});
    EXPECT_EQ(council("victim/birth-date", "1985-04-03"), Paths{band_});
    EXPECT_EQ(council("child[0]/age", "3"), Paths{});
    EXPECT_EQ(council("child[0]/birth-date", "2023-06-07"), (Paths{children_, small_, boys_}));
    for (const char* path : {"victim/age", "child[0]/age"}) {
        EXPECT_EQ(kept_back({path, "9"}, "kindred", "support"), Paths{}) << path;
    }
}

// She is 41, her children three and nine: the council's force lets on neither their ages nor hers.
TEST_P(WorkedOut, NoBandAndNoNumberIsToldOfAgesThatMayNotGoOn) {
    folder_.replace(file_, R"("victim/age", "child/age", "child/gender")", R"("victim/name/*", "victim/gender")");
    activate_folder();
    if (IsSkipped()) { return; }
    ASSERT_TRUE(node_->door().accept({Name::declare("northshire-police"),
                                      "application/json",
                                      R"({
        "incident": {"reference": [{"issuer": "northshire-police", "value": "41/00009/26"}]},
        "victim": {"name": {"family": "Sample"}, "age": 41, "gender": "female"},
        "child": [{"age": 3}, {"age": 9}]})",
                                      {},
                                      {}}));
    node_->wake();
    ASSERT_TRUE(flow::enter_contact(node_->context(), the_case(), needs_a_home, UserId{7}));
    node_->wake();
    ASSERT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"25-64"}), 0);
    EXPECT_EQ(folder_.council().received({"children"}), 0);
    EXPECT_EQ(folder_.council().received({"boysOver11"}), 0);
    EXPECT_EQ(folder_.council().received({"FEMALE"}), 1) << "her gender may go on, and what is made of it";
}

INSTANTIATE_TEST_SUITE_P(Engines, WorkedOut, both_engines, engine_name);

}  // namespace
}  // namespace haven
