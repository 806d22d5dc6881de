#include "hub/flow/asked.h"

#include "core/base/id.h"
#include "core/seal/digest.h"
#include "core/store/messages.h"

namespace haven::flow {

Digest16 idempotency_digest(const Context& context, const ledger::Actor& by, std::string_view key) {
    const bool is_user = by.kind == ledger::Actor::Kind::user;
    KeyedDigest digest(context.secrets.digests,
                       is_user ? Literal("idempotency key of a user") : Literal("idempotency key"));
    digest.update(is_user ? id_text(by.user) : by.name.text());
    digest.update(std::string_view("\0", 1));
    digest.update(key);
    return digest.finish();
}

AskedOnce asked_once(const Context& context, const ledger::Actor& by, std::string_view key,
                     const std::vector<std::string_view>& said) {
    KeyedDigest content(context.secrets.digests, "asked under a key");
    for (const auto part : said) {
        content.update(std::to_string(part.size()));  // so that no two requests run together into one
        content.update(std::string_view("\0", 1));
        content.update(part);
    }
    return {idempotency_digest(context, by, key), content.finish()};
}

Result<std::optional<CaseId>> answered_before(const Context& context, const AskedOnce& asked) {
    auto before = context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::Seen>> {
        return store::recall_seen(sql, store::SeenKind::idempotency_key, asked.key);
    });
    if (!before) { return fail(std::move(before).error()); }
    if (!*before) { return std::optional<CaseId>{}; }
    if ((*before)->content != asked.content) { return fail(Fault::conflict, idempotency_key_taken); }
    return std::optional(CaseId{(*before)->subject});
}

}  // namespace haven::flow
