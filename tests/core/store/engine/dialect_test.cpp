#include "core/store/engine/dialect.h"

#include <gtest/gtest.h>

namespace haven::store {
namespace {

TEST(Dialect, SpellsOneTextForEitherEngine) {
    constexpr std::string_view text =
        "CREATE TABLE m (id {bigint} PRIMARY KEY, body {blob}, note {text}) {strict}; {skip_locked}";
    EXPECT_EQ(in_dialect(text, Engine::sqlite),
              "CREATE TABLE m (id INTEGER PRIMARY KEY, body BLOB, note TEXT) STRICT; ");
    EXPECT_EQ(in_dialect(text, Engine::postgres),
              "CREATE TABLE m (id bigint PRIMARY KEY, body bytea, note text COLLATE \"C\") ; FOR UPDATE SKIP LOCKED");
    EXPECT_EQ(in_dialect("SELECT 1", Engine::sqlite), "SELECT 1");
}

TEST(Dialect, RefusesAWordThatItDoesNotKnow) {
    EXPECT_FALSE(in_dialect("SELECT {now}", Engine::sqlite));
    EXPECT_FALSE(in_dialect("SELECT {bigint", Engine::postgres));
    EXPECT_FALSE(in_dialect("SELECT '{}'", Engine::postgres));
}

TEST(Database, IsReadFromOneText) {
    EXPECT_EQ(Database::parse("sqlite:/var/lib/haven/haven.db")->where, "/var/lib/haven/haven.db");
    EXPECT_EQ(Database::parse("postgresql:host=a,b dbname=haven")->where, "host=a,b dbname=haven");
    EXPECT_EQ(Database::parse("postgresql:host=a,b dbname=haven")->engine, Engine::postgres);
    for (const char* text : {"", "haven.db", "sqlite:", "sqlite:a\"b", "postgresql:", "postgresql://host/haven",
                             "mysql:host=a", "postgres:host=a"}) {
        EXPECT_FALSE(Database::parse(text)) << text;
    }
}

TEST(Database, TakesNoSecretFromItsTextAndNoneFromTheEnvironment) {
    for (const char* text : {"postgresql:host=a password=hunter2", "postgresql:password = hunter2 host=a",
                             "postgresql:host=a\tsslpassword=hunter2"}) {
        const auto parsed = Database::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().fault, Fault::refused);
        EXPECT_EQ(parsed.error().message().find("hunter2"), std::string::npos);
    }
    EXPECT_TRUE(Database::parse("postgresql:host=a passfile=/run/password dbname=password"));
    ::setenv("PGPASSWORD", "hunter2", 1);
    EXPECT_EQ(Database::parse("postgresql:host=a").error().fault, Fault::refused);
    EXPECT_TRUE(Database::parse("sqlite:haven.db")) << "nobody reads it there";
    ::unsetenv("PGPASSWORD");
    EXPECT_TRUE(Database::parse("postgresql:host=a"));
}

}  // namespace
}  // namespace haven::store
