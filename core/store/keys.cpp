#include "core/store/keys.h"

namespace haven::store {

std::vector<WrappedKey> keys_to_wrap(Sql& sql, WrappedIn table, std::int64_t after, std::string_view current,
                                     std::int64_t most) {
    const auto rows = table == WrappedIn::cases
                          ? sql.all<std::int64_t, Bytes>(
                                "SELECT id, wrapped_key FROM cases WHERE id > $1 AND wrapped_key IS NOT NULL"
                                " AND substr(wrapped_key, 1, 8) <> $2 ORDER BY id LIMIT $3",
                                after, BytesView{current}, most)
                          : sql.all<std::int64_t, Bytes>(
                                "SELECT id, wrapped_key FROM message WHERE id > $1 AND wrapped_key IS NOT NULL"
                                " AND substr(wrapped_key, 1, 8) <> $2 ORDER BY id LIMIT $3",
                                after, BytesView{current}, most);
    std::vector<WrappedKey> out;
    for (const auto& [row, wrapped] : rows) { out.push_back({row, wrapped.value}); }
    return out;
}

bool put_wrapped(Sql& sql, WrappedIn table, std::int64_t row, std::string_view old, std::string_view fresh) {
    const auto changed = table == WrappedIn::cases
                             ? sql.run("UPDATE cases SET wrapped_key = $3 WHERE id = $1 AND wrapped_key = $2", row,
                                       BytesView{old}, BytesView{fresh})
                             : sql.run("UPDATE message SET wrapped_key = $3 WHERE id = $1 AND wrapped_key = $2", row,
                                       BytesView{old}, BytesView{fresh});
    return changed == 1;
}

std::vector<WrappedSecret> site_secrets(Sql& sql) {
    std::vector<WrappedSecret> out;
    for (auto& [name, wrapped] :
         sql.all<std::string, Bytes>("SELECT name, wrapped_key FROM site_secret ORDER BY name")) {
        out.push_back({std::move(name), std::move(wrapped.value)});
    }
    return out;
}

bool put_wrapped_secret(Sql& sql, std::string_view name, std::string_view old, std::string_view fresh) {
    return sql.run("UPDATE site_secret SET wrapped_key = $3 WHERE name = $1 AND wrapped_key = $2", name, BytesView{old},
                   BytesView{fresh}) == 1;
}

std::vector<WrappedCount> count_wrapped(Sql& sql) {
    std::vector<WrappedCount> out;
    for (auto& [by, keys] : sql.all<Bytes, std::int64_t>(
             "SELECT named, COUNT(*) FROM (SELECT substr(wrapped_key, 1, 8) AS named FROM cases"
             "   WHERE wrapped_key IS NOT NULL UNION ALL SELECT substr(wrapped_key, 1, 8) FROM message"
             "   WHERE wrapped_key IS NOT NULL UNION ALL SELECT substr(wrapped_key, 1, 8) FROM site_secret) AS all_keys"
             " GROUP BY named ORDER BY named")) {
        out.push_back({std::move(by.value), keys});
    }
    return out;
}

}  // namespace haven::store
