#include "core/store/engine/database.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace haven::store {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
constexpr std::string_view postgres_prefix = "postgresql:";

// libpq's words by which it would take a secret from the text, and the variable by which it takes one from whoever
// starts the hub, where every process of the same user may read it.
constexpr std::array<std::string_view, 2> secret_words{"password", "sslpassword"};
constexpr const char* secret_variable = "PGPASSWORD";

bool says_secret(std::string_view text) {
    return std::any_of(secret_words.begin(), secret_words.end(), [&](std::string_view word) {
        for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
            const auto next = text.find_first_not_of(" \t\n", at + word.size());
            const bool begins = at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t' || text[at - 1] == '\n';
            if (begins && next != std::string_view::npos && text[next] == '=') { return true; }
        }
        return false;
    });
}

}  // namespace

Result<Database> Database::parse(std::string_view text) {
    if (text.starts_with(sqlite_prefix)) {
        text.remove_prefix(sqlite_prefix.size());
        // SOCI reads the path between quotation marks, and C ends it at a zero byte.
        if (text.empty() || text.find_first_of(std::string_view("\"\0", 2)) != std::string_view::npos) {
            return fail(Fault::malformed, "expected a path after sqlite: without quotation marks");
        }
        return Database{Engine::sqlite, std::string(text)};
    }
    if (text.starts_with(postgres_prefix)) {
        text.remove_prefix(postgres_prefix.size());
        if (text.starts_with("//") || text.find('=') == std::string_view::npos) {
            return fail(Fault::malformed, "expected postgresql:keyword=value ..., not a URI");
        }
        if (says_secret(text)) {
            return fail(Fault::refused,
                        "a password stands in a file of its own that nobody else may read: passfile=PATH");
        }
        if (std::getenv(secret_variable) != nullptr) {  // NOLINT(concurrency-mt-unsafe): read at start
            return fail(Fault::refused, "PGPASSWORD holds a secret in the environment: use passfile=PATH");
        }
        return Database{Engine::postgres, std::string(text)};
    }
    return fail(Fault::malformed, "expected a database as sqlite:PATH or postgresql:keyword=value ...");
}

}  // namespace haven::store
