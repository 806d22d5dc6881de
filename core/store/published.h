#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/seal/octets.h"
#include "core/store/engine/sql.h"

/// Sites that were published, and the one that is active. Hashes are 64 hexadecimal digits.
namespace haven::store {

struct PublishedSite {
    std::string hash;
    UserId by;  ///< none: the hub itself, at its first start
    Instant at{};
};

/// Keeps a site's files by path. Answers false where a person published it before, and changes nothing; what the hub
/// itself published at its first start is that person's from now on.
bool publish_site(Sql& sql, const PublishedSite& site, const std::map<std::string, std::string>& texts);
std::optional<PublishedSite> find_published(Sql& sql, std::string_view hash);
/// The newest first.
std::vector<PublishedSite> list_published(Sql& sql, std::int64_t most);
/// Every file of a site by path; none where it was not published.
std::map<std::string, std::string> published_files(Sql& sql, std::string_view hash);

/// One published site for each canonical schema that there was, by hash.
std::vector<std::string> published_schemas(Sql& sql);

/// The site that the hub runs under: who activated it, and when.
std::optional<PublishedSite> active_site(Sql& sql);
void activate_site(Sql& sql, const PublishedSite& site);
/// Activates where none is active yet; answers whether it did.
bool activate_first_site(Sql& sql, const PublishedSite& site);

/// What of the machine a node was started with last, as a digest; none where it never was.
std::optional<Digest16> machine_of(Sql& sql, std::int64_t node);
void set_machine(Sql& sql, std::int64_t node, const Digest16& settings);

}  // namespace haven::store
