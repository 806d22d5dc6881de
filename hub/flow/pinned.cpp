#include "hub/flow/pinned.h"

#include "core/base/encoding.h"
#include "hub/flow/publishing.h"

namespace haven::flow {

Result<std::shared_ptr<const Map>> pinned_map(const Context& context, const store::MessageRow& message) {
    const auto files = published_files(context.readers, message.site);
    if (!files) { return fail(files.error()); }
    constexpr std::string_view dialects = "schemas/dialects/";
    const site::UnpackedFiles unpacked(*files);
    const auto codes = code_lists_of(unpacked.folder() + "/schemas/codes");
    const auto schemas = dialect_schemas_of(unpacked.folder() + "/" + std::string(dialects));
    // The version that it was accepted under, also where the site of now does not exchange it any more.
    const auto canonical = site::canonical_of(*files);
    if (!canonical) { return fail(Fault::broken, "the schemas of a site that was published do not compile"); }
    const auto versions = context.site->versions.with(canonical->versions);
    bool fits = true;
    for (const auto& [path, text] : files->texts) {
        if (!path.starts_with(dialects) || !path.ends_with(".map")) { continue; }
        const auto map = Map::compile(text, path.substr(dialects.size()), versions, codes, schemas);
        fits &= map.has_value();
        if (map && to_hex((*map)->digest().view()) == message.map) { return *map; }
    }
    if (!fits) { return fail(Fault::unmapped, "the map that began to read it does not fit the schema of now"); }
    return fail(Fault::missing, "the map that began to read it is not there any more");
}

}  // namespace haven::flow
