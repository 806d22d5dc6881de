#pragma once
#include <string>

#include "core/catalogue/record.h"
#include "core/seal/seal.h"
#include "core/seal/site_keys.h"
#include "core/store/merging.h"
#include "core/store/overrides.h"

/// Which key seals which cell of the store: every cell's place is named here and nowhere else.
namespace haven::flow {

/// A message's own key, wrapped for its row.
std::string wrap_message_key(const SiteKeys& keys, MessageId id, const Key& key);
Result<Key> unwrap_message_key(const SiteKeys& keys, MessageId id, std::string_view wrapped);
/// Chunk 0 stands in the message's row.
std::string seal_chunk(const Key& key, MessageId id, std::int64_t number, std::string_view bytes);
Result<std::string> open_chunk(const Key& key, MessageId id, std::int64_t number, std::string_view sealed);

/// The adapter's word for a message, which may be a file's name.
std::string seal_token(const Key& key, MessageId id, std::string_view token);
Result<std::string> open_token(const Key& key, MessageId id, std::string_view sealed);
/// The same word for a repeat of that message, in the row of the repeat.
std::string seal_repeat_token(const Key& key, MessageId id, std::int64_t repeat, std::string_view token);
Result<std::string> open_repeat_token(const Key& key, MessageId id, std::int64_t repeat, std::string_view sealed);

std::string wrap_case_key(const SiteKeys& keys, CaseId id, const Key& key);
Result<Key> unwrap_case_key(const SiteKeys& keys, CaseId id, std::string_view wrapped);
std::string seal_record(const Key& key, CaseId case_id, RecordId id, const Record& record);
Result<Record> open_record(const Key& key, CaseId case_id, RecordId id, std::string_view sealed,
                           const std::shared_ptr<const Catalogue>& catalogue,
                           const std::vector<SharedCorrespondence>& older = {});

/// What a person typed when asking for an override, with the salt of the ledger's commitment to it.
std::string seal_justification(const Key& key, CaseId case_id, store::OverrideId id, std::string_view salt,
                               std::string_view typed);
/// The typed text. Errors: those of `open`.
Result<std::string> open_justification(const Key& key, CaseId case_id, store::OverrideId id, std::string_view sealed);

/// The salt of the commitment and the exact bytes that were sent.
std::string seal_attempt(const Key& key, CaseId case_id, AttemptId id, std::string_view salt, std::string_view bytes);

/// A case and the key of its cells.
struct CaseSeal {
    CaseId id;
    const Key& key;
};
/// The same value sealed for another case, at its place there. Errors: broken - it does not open where it stands.
Result<store::SealedCell> reseal(const store::SealedCell& cell, const CaseSeal& from, const CaseSeal& into);

}  // namespace haven::flow
