#include <sys/stat.h>

#include "core/base/code.h"
#include "hub/flow/people.h"
#include "tests/flow/hub.h"
#include "tests/support/wire_client.h"

namespace haven {
namespace {

using namespace test;

class Start : public Hub {};

TEST_P(Start, RefusesAStoreThatWasUsedBeforeWithoutItsKeysAndMakesNone) {
    node_.reset();
    const auto keys = folder_.site() / "var/keys";
    const auto aside = folder_.site() / "var/keys-aside";
    std::filesystem::rename(keys, aside);
    const auto refused = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
    ASSERT_FALSE(refused);
    EXPECT_NE(text_of(refused.error().at(0)).find("put the key folder back"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(keys)) << "new keys would open nothing, and hide what is wrong";
    std::filesystem::rename(aside, keys);
    start();
}

// What of haven.toml is the machine's is in no site that people publish.
TEST_P(Start, AChangeOfWhatIsOfTheMachineIsInTheLedgerOnce) {
    EXPECT_EQ(entries_of("machine settings changed"), 1) << "the first";
    start();
    EXPECT_EQ(entries_of("machine settings changed"), 1);
    folder_.replace("haven.toml", "port = 8460", "port = 8461");
    start();
    EXPECT_EQ(entries_of("machine settings changed"), 2);
    start();
    EXPECT_EQ(entries_of("machine settings changed"), 2);
    const auto plugins = folder_.site() / "plugins";
    std::filesystem::create_directory(plugins);
    folder_.replace("haven.toml", "keys = \"var/keys\"", "keys = \"var/keys\"\nplugins = \"plugins\"");
    start();
    EXPECT_EQ(entries_of("machine settings changed"), 3);
    peers::put_file(plugins / "readme.txt", "no adapter");
    start();
    EXPECT_EQ(entries_of("machine settings changed"), 4) << "what lies there is not what lay there";
}

// It lies where the site key lies, and opens as much.
TEST_P(Start, RefusesAKeyFolderThatOthersReadOrWrite) {
    node_.reset();
    const auto keys = folder_.site() / "var/keys";
    const auto refusal = [&] {
        const auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
        return node ? "" : text_of(node.error().at(0));
    };
    ASSERT_EQ(::chmod((keys / "first-administrator-token").c_str(), 0440), 0);
    EXPECT_NE(refusal().find("first-administrator-token: group or others"), std::string::npos) << refusal();
    ASSERT_EQ(::chmod((keys / "first-administrator-token").c_str(), 0400), 0);
    ASSERT_EQ(::chmod(keys.c_str(), 0770), 0);
    EXPECT_NE(refusal().find("group or others may write to the key folder"), std::string::npos) << refusal();
    ASSERT_EQ(::chmod(keys.c_str(), 0755), 0);
    EXPECT_EQ(refusal(), "");
    std::filesystem::remove(keys / "first-administrator-token");
    EXPECT_EQ(refusal(), "") << "nobody needs it once there are others";
}

TEST_P(Start, ThereIsAlwaysAnAdministratorWithAToken) {
    const auto& hub = node_->context();
    const auto find = [&](const char* name) {
        return read<std::optional<store::Person>>([&](store::Sql& sql) { return store::find_person(sql, name); });
    };
    const auto first = find("admin")->id;
    const auto by = ledger::Actor::of_user(first);
    EXPECT_EQ(flow::change_role(hub, first, site::Role::practitioner, by).error().fault, Fault::refused);
    EXPECT_EQ(flow::revoke_tokens(hub, {{}, first}, by).error().fault, Fault::refused);
    const auto ada = flow::add_person(hub, "Ada Example", site::Role::administrator, by);
    ASSERT_TRUE(ada) << ada.error().message();
    EXPECT_FALSE(flow::revoke_tokens(hub, {{}, first}, by)) << "without a token she lets nobody in";
    ASSERT_TRUE(flow::make_token(hub, {{}, *ada}, by));
    EXPECT_TRUE(flow::change_role(hub, first, site::Role::practitioner, by));
    EXPECT_TRUE(flow::revoke_tokens(hub, {{}, first}, by));
    EXPECT_FALSE(flow::revoke_tokens(hub, {{}, *ada}, ledger::Actor::of_user(*ada)));
    EXPECT_TRUE(flow::recover_administrator(hub, ledger::Actor::of_hub("operator")));
}

TEST_P(Start, ANameOfAUserIsOneThatCanBeTypedAgain) {
    const auto& hub = node_->context();
    const auto add = [&](const std::string& name) {
        const auto done = flow::add_person(hub, name, site::Role::practitioner, ledger::Actor::of_hub("test"));
        return done ? "" : done.error().message();
    };
    for (const auto& name : {std::string(), std::string(" "), std::string("Ada "), std::string("Ada\nExample"),
                             std::string("Ada\x7F"), std::string(101, 'a')}) {
        EXPECT_NE(add(name).find("expected a name"), std::string::npos) << name;
    }
    EXPECT_EQ(add("Zoë O’Example"), "");
    EXPECT_NE(add("Zoë O’Example").find("a user of this name already"), std::string::npos);
}

/// A site that was never served.
class FirstStart : public testing::Test, protected RunningHub {
protected:
    std::filesystem::path token_file() const { return folder_.site() / "var/keys/first-administrator-token"; }
    /// What the door answers to whom the file names.
    std::string answer() const {
        WireClient wire(node_->port());
        auto token = peers::file_text(token_file());
        EXPECT_TRUE(token.ends_with('\n'));
        token.pop_back();
        wire.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        return wire.answer().substr(0, 12);
    }
};

TEST_F(FirstStart, MakesOneAdministratorWhoseTokenIsInAFileForTheHubsUserAlone) {
    start();
    struct stat is {};
    ASSERT_EQ(::stat(token_file().c_str(), &is), 0);
    EXPECT_EQ(is.st_mode & 0777U, 0400U);
    EXPECT_EQ(answer(), "HTTP/1.1 200");
    const auto people = [&] {
        return read<std::vector<store::Person>>([](store::Sql& sql) { return store::list_people(sql); }).size();
    };
    EXPECT_EQ(people(), 1U);
    EXPECT_EQ(entries_of("site key made"), 1);
    EXPECT_EQ(entries_of("ledger key made"), 1);
    start();
    EXPECT_EQ(people(), 1U) << "and no second one";
    EXPECT_EQ(entries_of("ledger key made"), 1);
}

// A kill within the first start leaves any of these.
TEST_F(FirstStart, GoesOnWhereAnotherWasCutShortWithinTheMakingOfItsKeys) {
    const auto keys = folder_.site() / "var/keys";
    start();
    node_.reset();
    const auto site_key = keys / ("site-key-" + id_text(std::int64_t{1}));
    ASSERT_TRUE(std::filesystem::exists(site_key));
    const auto left = [&](const std::vector<std::filesystem::path>& whole, const std::filesystem::path& begun) {
        for (const char* file : {"haven.db", "haven.db-wal", "haven.db-shm"}) {
            std::filesystem::remove(folder_.site() / "var" / file);
        }
        for (const auto& file : std::filesystem::directory_iterator(keys)) {
            if (std::find(whole.begin(), whole.end(), file.path()) == whole.end()) {
                std::filesystem::remove(file.path());
            }
        }
        if (begun.empty()) { return; }
        peers::put_file(begun, "");
        ASSERT_EQ(::chmod(begun.c_str(), 0400), 0);
    };
    const auto starts = [&] {
        start();
        const bool good = answer() == "HTTP/1.1 200";
        node_.reset();
        return good;
    };
    left({}, {});
    EXPECT_TRUE(starts());
    left({}, site_key);
    EXPECT_TRUE(starts());
    left({site_key}, {});
    EXPECT_TRUE(starts());
    left({site_key}, keys / "ledger-signing-key");
    EXPECT_TRUE(starts());
    start();
}

// The token is kept before its administrator is made: whoever is killed between the two leaves a file alone, whole or
// not.
TEST_F(FirstStart, GoesOnWhereAnotherWasCutShortBeforeItsAdministratorWasMade) {
    start();
    node_.reset();
    const auto token = peers::file_text(token_file());
    const auto without_store = [&](const std::string& left) {
        for (const char* file : {"haven.db", "haven.db-wal", "haven.db-shm"}) {
            std::filesystem::remove(folder_.site() / "var" / file);
        }
        std::filesystem::remove(token_file());
        peers::put_file(token_file(), left);
        ASSERT_EQ(::chmod(token_file().c_str(), 0400), 0);
    };
    for (const auto& left : {token, std::string(), token.substr(0, 9)}) {
        without_store(left);
        start();
        EXPECT_EQ(answer(), "HTTP/1.1 200") << left.size();
        EXPECT_EQ(peers::file_text(token_file()) == token, left == token);
        EXPECT_EQ(entries_of("user added"), 1);
        node_.reset();
    }
    start();
}

TEST_F(FirstStart, IsAlsoThatOfACommandBeforeTheHubServes) {
    auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .serves = false});
    ASSERT_TRUE(node);
    node->reset();
    start();
    EXPECT_EQ(answer(), "HTTP/1.1 200");
}

/// What the ledger says of each entry with an action: of whom, in which role, by whom.
class People : public Hub {
protected:
    std::vector<std::string> said(std::string_view action) {
        std::vector<std::string> out;
        for (const auto& body : read<std::vector<store::Bytes>>(
                 [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id"); })) {
            const auto entry = ledger::decode(body.value);
            if (!entry || entry->action.text() != action) { continue; }
            std::string line = std::to_string(entry->on_behalf_of.user.value);
            line.append(" ").append(entry->reason.text()).append(" by ");
            out.push_back(line + std::to_string(entry->actor.user.value));
        }
        return out;
    }
    store::LiveToken* of(std::vector<store::LiveToken>& all, UserId person) {
        const auto at = std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.owner.person == person; });
        return at == all.end() ? nullptr : &*at;
    }
    std::vector<store::LiveToken> tokens() {
        return read<std::vector<store::LiveToken>>([](store::Sql& sql) { return store::live_tokens(sql); });
    }
    const ledger::Actor by_ann_ = ledger::Actor::of_user(UserId{5});
};

TEST_P(People, EachChangeOfAUserARoleOrATokenIsInTheLedgerWithWhoMadeIt) {
    const auto& context = node_->context();
    const auto pat = flow::add_person(context, "Pat", site::Role::practitioner, by_ann_);
    ASSERT_TRUE(pat);
    ASSERT_TRUE(flow::make_token(context, {{}, *pat}, by_ann_));
    ASSERT_TRUE(flow::change_role(context, *pat, site::Role::duty_manager, by_ann_));
    const auto number = std::to_string(pat->value);
    EXPECT_EQ(said("user added").back(), number + " practitioner by 5");
    EXPECT_EQ(said("token made").back(), number + "  by 5");
    EXPECT_EQ(said("role changed").back(), number + " duty-manager by 5");
    auto live = tokens();
    EXPECT_EQ(of(live, *pat)->role, "duty-manager") << "the token is of the new role";
    ASSERT_TRUE(flow::revoke_tokens(context, {{}, *pat}, by_ann_));
    EXPECT_EQ(said("tokens revoked").back(), number + "  by 5");
    EXPECT_EQ(flow::add_person(context, "Pat", site::Role::witness, by_ann_).error().fault, Fault::conflict);
    EXPECT_EQ(flow::change_role(context, UserId{4}, site::Role::witness, by_ann_).error().fault, Fault::missing);
    EXPECT_EQ(said("user added").size(), 2U) << "the administrator and Pat: what was refused is no change";
}

TEST_P(People, RecoveringRefusesEveryAdministratorsTokenAndNobodyElses) {
    const auto& context = node_->context();
    const auto pat = flow::add_person(context, "Pat", site::Role::practitioner, by_ann_);
    ASSERT_TRUE(pat && flow::make_token(context, {{}, *pat}, by_ann_));
    const auto before = tokens();
    ASSERT_EQ(before.size(), 2U);
    const auto token = flow::recover_administrator(context, ledger::Actor::of_hub("operator"));
    ASSERT_TRUE(token);
    auto after = tokens();
    ASSERT_EQ(after.size(), 2U) << "Pat's and the new one";
    EXPECT_NE(of(after, *pat), nullptr);
    EXPECT_EQ(node_->person_of_token(*token)->name, "admin-2");
    EXPECT_EQ(said("tokens revoked").size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Engines, Start, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, People, both_engines, engine_name);

}  // namespace
}  // namespace haven
