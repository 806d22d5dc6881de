#include <sys/stat.h>

#include "core/base/code.h"
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
    start();
    EXPECT_EQ(people(), 1U) << "and no second one";
}

TEST_F(FirstStart, MakesOneAlsoWhereUsersWereAddedBeforeIt) {
    auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .serves = false});
    ASSERT_TRUE(node);
    ASSERT_TRUE((*node)->new_person("admin", site::Role::practitioner)) << "the name is taken";
    node->reset();
    start();
    EXPECT_EQ(answer(), "HTTP/1.1 200");
}

INSTANTIATE_TEST_SUITE_P(Engines, Start, both_engines, engine_name);

}  // namespace
}  // namespace haven
