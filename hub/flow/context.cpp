#include "hub/flow/context.h"

#include "core/store/people.h"

namespace haven::flow {
namespace {

Cell secret_cell(std::int64_t which) {
    return {"site_secret", "wrapped_key", which, 0, 0};
}

// The first of two starts that race keeps its key; the other reads it.
Result<Key> secret(store::Writer& writer, store::Readers& readers, const SiteKeys& keys, Literal name,
                   std::int64_t which) {
    const auto cell = secret_cell(which);
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

Result<SiteSecrets> SiteSecrets::load(store::Writer& writer, store::Readers& readers, const SiteKeys& keys) {
    auto digests = secret(writer, readers, keys, "digests", 1);
    if (!digests) { return fail(std::move(digests).error()); }
    auto references = secret(writer, readers, keys, "references", 2);
    if (!references) { return fail(std::move(references).error()); }
    auto index = secret(writer, readers, keys, "blind-index", 3);
    if (!index) { return fail(std::move(index).error()); }
    return SiteSecrets{std::move(*digests), std::move(*references), BlindIndex(*index)};
}

}  // namespace haven::flow
