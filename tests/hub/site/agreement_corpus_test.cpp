#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/builtin.h"
#include "hub/site/site.h"
#include "tests/peers/peer.h"

namespace haven::site {
namespace {

namespace fs = std::filesystem;

struct Edit {
    std::string out;
    std::vector<std::string> in;
};
struct WrongAgreement {
    std::string name;
    std::vector<Edit> edits;
    std::string problems;
};

const fs::path folder = fs::path(HAVEN_SOURCE_DIR) / "tests/hub/site/agreements";

std::vector<WrongAgreement> corpus() {
    std::vector<WrongAgreement> cases;
    std::ifstream in(folder / "wrong.txt");
    for (std::string line; std::getline(in, line);) {
        const auto rest = line.size() > 2 ? line.substr(2) : "";
        if (line.starts_with("==")) { cases.push_back({line.substr(3), {}, {}}); }
        if (line.starts_with("- ")) { cases.back().edits.push_back({rest, {}}); }
        if (line.starts_with("+ ")) { cases.back().edits.back().in.push_back(rest); }
        if (line.starts_with("> ")) { cases.back().problems += rest + "\n"; }
    }
    return cases;
}

// The line must be there: an edit that changes nothing would test nothing. Of equal lines the last is meant.
std::string edited(std::string text, const WrongAgreement& wrong) {
    for (const auto& edit : wrong.edits) {
        const auto at = text.rfind(edit.out + "\n");
        EXPECT_NE(at, std::string::npos) << edit.out;
        if (at == std::string::npos) { continue; }
        std::string in;
        for (const auto& line : edit.in) { in += line + "\n"; }
        text.replace(at, edit.out.size() + 1, in);
    }
    return text;
}

/// The reference site, with a service that asks several at once and a place for one more agreement.
class AgreementCorpus : public testing::Test {
protected:
    AgreementCorpus() {
        fs::copy(HAVEN_SOURCE_DIR "/deploy/beacon", site(), fs::copy_options::recursive);
        auto main = peers::file_text(site() / "haven.toml");
        const std::string schemas = "../../schemas";
        main.replace(main.find(schemas), schemas.size(), fs::relative(HAVEN_SOURCE_DIR "/schemas", site()).string());
        peers::put_file(site() / "haven.toml", main);
        auto several = peers::file_text(site() / "services/rehousing.toml");
        several.replace(several.find("purpose = \"rehousing\""), 21, "purpose = \"several\"");
        several.replace(several.find("at_once = 1"), 11, "at_once = 3");
        peers::put_file(site() / "services/rehousing-by-several.toml", several);
        auto council = peers::file_text(site() / "partners/westmere-council.toml");
        council.replace(council.find("services = [\"rehousing\""), 23,
                        "services = [\"rehousing\", \"rehousing-by-several\"");
        peers::put_file(site() / "partners/westmere-council.toml", council);
    }
    fs::path site() const { return temporary_.path() / "site"; }
    std::string problems_of(const std::string& agreement) const {
        peers::put_file(site() / "agreements/wrong.toml", agreement);
        const auto loaded = Site::load(site().string(), builtin_adapters());
        std::string out;
        if (loaded) { return out; }
        for (const auto& p : loaded.error()) {
            out += (p.file == "agreements/wrong.toml" ? "" : p.file + ":") + std::to_string(p.line) + ":" +
                   std::to_string(p.column) + ": " + p.message + "\n";
        }
        return out;
    }
    peers::TemporaryFolder temporary_;
};

TEST_F(AgreementCorpus, TellsEveryProblemOfEachWrongAgreementWithItsPlaceAndTheNearestName) {
    const auto good = peers::file_text(folder / "good.toml");
    const auto cases = corpus();
    EXPECT_GE(cases.size(), 38U);
    for (const auto& wrong : cases) { EXPECT_EQ(problems_of(edited(good, wrong)), wrong.problems) << wrong.name; }
}

TEST_F(AgreementCorpus, RefusesWhatLiesAmongItsFilesAndWouldNotBeRead) {
    const auto good = peers::file_text(folder / "good.toml");
    fs::create_directories(site() / "agreements/2027/more.toml");
    fs::create_directories(site() / "partners/more.toml");
    peers::put_file(site() / "agreements/wrong.TOML", good);
    peers::put_file(site() / "services/notes.txt", "nothing");
    for (const char* left : {"agreements/wrong.toml~", "agreements/.wrong.toml.swp", "partners/.hidden.toml"}) {
        peers::put_file(site() / left, "no TOML at all");
    }
    const std::string say = "is not read: here lie files NAME.toml alone, and no folders\n";
    EXPECT_EQ(problems_of(good), "partners/more.toml:0:0: " + say + "services/notes.txt:0:0: " + say +
                                     "agreements/2027:0:0: " + say + "agreements/wrong.TOML:0:0: " + say);
    for (const char* wrong : {"agreements/2027", "partners/more.toml", "agreements/wrong.TOML", "services/notes.txt"}) {
        fs::remove_all(site() / wrong);
    }
    const auto before = Site::load(site().string(), builtin_adapters());
    ASSERT_TRUE(before) << text_of(before.error().at(0));
    fs::remove(site() / "partners/.hidden.toml");
    EXPECT_EQ((*Site::load(site().string(), builtin_adapters()))->hash, (*before)->hash) << "nor is it published";
}

// Whoever refers to a council is the hub: what may be its power depends on what it is itself.
TEST_F(AgreementCorpus, AsksOfTheHubWhatAgencyItIsWhereItsPowerDependsOnThat) {
    const auto with_power = [&](const std::string& power) {
        auto agreement = peers::file_text(folder / "good.toml");
        const std::string none = "legal_power = \"common-law\"";
        return agreement.replace(agreement.find(none), none.size(), "legal_power = \"" + power + "\"");
    };
    const auto main = peers::file_text(site() / "haven.toml");
    const auto is = [&](const std::string& kind) { peers::put_file(site() / "haven.toml", kind + main); };
    EXPECT_EQ(
        problems_of(with_power("housing-act-s213b")),
        "2:15: legal_power: section 213B of the Housing Act 1996 names who must refer: say in haven.toml what the "
        "hub is, `kind`\n");
    is("kind = \"police\"\n");
    EXPECT_EQ(
        problems_of(with_power("housing-act-s213b")),
        "2:15: legal_power: section 213B of the Housing Act 1996 does not name a police force among those who must "
        "refer; name the power that it has\n");
    EXPECT_EQ(problems_of(with_power("common-law")), "");
    is("kind = \"other\"\n");
    EXPECT_EQ(problems_of(with_power("housing-act-s213b")), "");
    is("kind = \"charity\"\n");
    EXPECT_NE(problems_of(with_power("crime-and-disorder-act-s115")).find("from/partner: section 115 covers a charity"),
              std::string::npos);
    is("kind = \"hub\"\n");
    EXPECT_EQ(problems_of(with_power("common-law")),
              "haven.toml:1:8: kind: expected police, council, refuge, charity or other\n");
}

TEST_F(AgreementCorpus, TheWordsOfAFirstCallAndWithWhomTheyAreAgreedSaySomething) {
    auto main = peers::file_text(site() / "haven.toml");
    for (const char* key : {"identity_question = \"", "wrong_person_words = \"", "agreed_by = \""}) {
        const auto begins = main.find(key) + std::string(key).size();
        main.replace(begins, main.find('"', begins) - begins, " ");
    }
    peers::put_file(site() / "haven.toml", main);
    const auto said = problems_of(peers::file_text(folder / "good.toml"));
    for (const char* key :
         {"identity_question: says nothing", "wrong_person_words: says nothing", "agreed_by: says nothing"}) {
        EXPECT_NE(said.find(key), std::string::npos) << key << " is not in " << said;
    }
}

// An ended agreement stays in the folder, because values that were given under it still stand.
TEST_F(AgreementCorpus, OfAnAgreementAndItsRenewalTheOneInForceCountsWhicheverFileSortsFirst) {
    const auto file = site() / "agreements/eastford-1.toml";
    const auto with = [](std::string text, const std::string& from, const std::string& to) {
        return text.replace(text.find(from), from.size(), to);
    };
    const auto text = peers::file_text(file);
    peers::put_file(
        site() / "agreements/eastford-0.toml",
        with(with(text, "review = 2027-06-30", "review = 2026-06-01"), "end = 2027-12-31", "end = 2026-06-30"));
    peers::put_file(file, with(text, "start = 2026-01-12", "start = 2026-07-01"));
    const auto site = Site::load(this->site().string(), builtin_adapters());
    ASSERT_TRUE(site) << text_of(site.error().at(0));
    const auto named = [&](const char* at) {
        const auto agreement =
            (*site)->agreement_to(Name::declare("eastford-council"), "rehousing",
                                  *(*site)->catalogue->find_record_type("referral"), *parse_instant(at));
        return agreement == nullptr ? "none" : agreement->terms().name;
    };
    EXPECT_EQ(named("2026-03-01T12:00:00Z"), "eastford-0");
    EXPECT_EQ(named("2026-11-28T12:00:00Z"), "eastford-1");
    EXPECT_EQ(named("2029-01-01T12:00:00Z"), "eastford-1") << "none is in force: it ended last, and is refused";
}

}  // namespace
}  // namespace haven::site
