#include "core/store/published.h"

#include "core/base/encoding.h"
#include "core/seal/sha256.h"

namespace haven::store {

bool publish_site(Sql& sql, const PublishedSite& site, const std::map<std::string, std::string>& texts) {
    const bool is_new =
        sql.run(
            "INSERT INTO published_site (hash, person_id, at_us) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE"
            " SET person_id = $2, at_us = $3 WHERE published_site.person_id = 0",
            site.hash, site.by, site.at) == 1;
    if (!is_new) { return false; }
    for (const auto& [path, text] : texts) {
        const auto hash = to_hex(sha256(text).view());
        sql.run("INSERT INTO published_file (hash, body) VALUES ($1, $2) ON CONFLICT DO NOTHING", hash,
                BytesView{text});
        sql.run("INSERT INTO published_path (site_hash, path, file_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                site.hash, path, hash);
    }
    return true;
}

std::optional<PublishedSite> find_published(Sql& sql, std::string_view hash) {
    const auto row = sql.one<UserId, Instant>("SELECT person_id, at_us FROM published_site WHERE hash = $1", hash);
    if (!row) { return std::nullopt; }
    return PublishedSite{std::string(hash), std::get<0>(*row), std::get<1>(*row)};
}

std::vector<PublishedSite> list_published(Sql& sql, std::int64_t most) {
    std::vector<PublishedSite> out;
    for (auto& [hash, by, at] : sql.all<std::string, UserId, Instant>(
             "SELECT hash, person_id, at_us FROM published_site ORDER BY at_us DESC, hash LIMIT $1", most)) {
        out.push_back({std::move(hash), by, at});
    }
    return out;
}

std::map<std::string, std::string> published_files(Sql& sql, std::string_view hash) {
    std::map<std::string, std::string> out;
    for (auto& [path, body] : sql.all<std::string, Bytes>(
             "SELECT published_path.path, published_file.body FROM published_path"
             " JOIN published_file ON published_file.hash = published_path.file_hash WHERE site_hash = $1",
             hash)) {
        out.emplace(std::move(path), std::move(body.value));
    }
    return out;
}

std::vector<std::string> published_schemas(Sql& sql) {
    std::map<std::string, std::string> files;  // by site: what its schema is made of
    sql.each<std::string, std::string, std::string>(
        [&](const std::string& site, const std::string& path, const std::string& file) {
            files[site] += path + " " + file + "\n";
        },
        "SELECT site_hash, path, file_hash FROM published_path WHERE path LIKE 'schemas/canonical/%'"
        " ORDER BY site_hash, path");
    std::map<std::string, std::string> sites;
    for (const auto& [site, of] : files) { sites.emplace(of, site); }
    std::vector<std::string> out;
    for (const auto& [of, site] : sites) { out.push_back(site); }
    return out;
}

std::optional<PublishedSite> active_site(Sql& sql) {
    auto row = sql.one<std::string, UserId, Instant>("SELECT hash, person_id, at_us FROM active_site");
    if (!row) { return std::nullopt; }
    auto& [hash, by, at] = *row;
    return PublishedSite{std::move(hash), by, at};
}

void activate_site(Sql& sql, const PublishedSite& site) {
    sql.run("UPDATE active_site SET hash = $1, person_id = $2, at_us = $3", site.hash, site.by, site.at);
}

bool activate_first_site(Sql& sql, const PublishedSite& site) {
    return sql.run(
               "INSERT INTO active_site (one, hash, person_id, at_us) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING",
               site.hash, site.by, site.at) == 1;
}

std::optional<Digest16> machine_of(Sql& sql, std::int64_t node) {
    const auto settings = sql.one<Bytes>("SELECT settings FROM machine WHERE node = $1", node);
    return settings ? Digest16::from(settings->value) : std::nullopt;
}

void set_machine(Sql& sql, std::int64_t node, const Digest16& settings) {
    sql.run("INSERT INTO machine (node, settings) VALUES ($1, $2) ON CONFLICT (node) DO UPDATE SET settings = $2", node,
            BytesView{settings.view()});
}

}  // namespace haven::store
