#include "core/store/engine/database.h"

namespace haven::store {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
constexpr std::string_view postgres_prefix = "postgresql:";

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
        return Database{Engine::postgres, std::string(text)};
    }
    return fail(Fault::malformed, "expected a database as sqlite:PATH or postgresql:keyword=value ...");
}

}  // namespace haven::store
