#include "hub/flow/context.h"

#include <array>

#include "core/store/people.h"

namespace haven::flow {
namespace {

constexpr std::array<Literal, 3> names{"digests", "references", "blind-index"};

Cell secret_cell(std::size_t which) {
    return {"site_secret", "wrapped_key", static_cast<std::int64_t>(which) + 1, 0, 0};
}

// The first of two starts that race keeps its key; the other reads it.
Result<Key> secret(store::Writer& writer, store::Readers& readers, const SiteKeys& keys, std::size_t which) {
    const auto cell = secret_cell(which);
    const auto name = names.at(which);
    const auto read = [&](store::Sql& sql) -> Result<std::optional<std::string>> {
        return store::read_site_secret(sql, name.text);
    };
    auto wrapped = readers.read(read);
    if (!wrapped) { return fail(std::move(wrapped).error()); }
    if (!*wrapped) {
        const auto made = keys.wrap(cell, Key::random());
        auto kept = writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::insert_site_secret(sql, name.text, made);
            return {};
        });
        if (!kept) { return fail(std::move(kept).error()); }
        wrapped = readers.read(read);
        if (!wrapped) { return fail(std::move(wrapped).error()); }
    }
    return keys.unwrap(cell, **wrapped);
}

}  // namespace

Result<std::string> rewrap_site_secret(const SiteKeys& keys, std::string_view name, std::string_view wrapped) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name != names.at(i).text) { continue; }
        auto key = keys.unwrap(secret_cell(i), wrapped);
        if (!key) { return fail(std::move(key).error()); }
        return keys.wrap(secret_cell(i), *key);
    }
    return fail(Fault::broken, "the store holds a key of the site that the hub does not know");
}

Result<SiteSecrets> SiteSecrets::load(store::Writer& writer, store::Readers& readers, const SiteKeys& keys) {
    auto digests = secret(writer, readers, keys, 0);
    if (!digests) { return fail(std::move(digests).error()); }
    auto references = secret(writer, readers, keys, 1);
    if (!references) { return fail(std::move(references).error()); }
    auto index = secret(writer, readers, keys, 2);
    if (!index) { return fail(std::move(index).error()); }
    return SiteSecrets{std::move(*digests), std::move(*references), BlindIndex(*index)};
}

}  // namespace haven::flow
