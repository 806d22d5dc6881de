#include "hub/flow/vault.h"

#include "core/base/encoding.h"
#include "core/catalogue/older.h"

namespace haven::flow {
namespace {

Cell message_key_cell(MessageId id) {
    return {"message", "wrapped_key", id.value, id.value, 0};
}
Cell chunk_cell(MessageId id, std::int64_t number) {
    return {"chunk", "body", id.value, id.value, number};
}
Cell token_cell(MessageId id) {
    return {"message", "source_token", id.value, id.value, 0};
}
Cell repeat_cell(MessageId id, std::int64_t repeat) {
    return {"message_repeat", "source_token", repeat, id.value, 0};
}
Cell case_key_cell(CaseId id) {
    return {"cases", "wrapped_key", id.value, id.value, 0};
}
Cell record_cell(CaseId case_id, RecordId id) {
    return {"record", "body", id.value, case_id.value, 0};
}
Cell justification_cell(CaseId case_id, store::OverrideId id) {
    return {"guard_override", "justification", id.value, case_id.value, 0};
}
Cell attempt_cell(CaseId case_id, AttemptId id) {
    return {"attempt", "body", id.value, case_id.value, 0};
}
Cell cell_of(const store::SealedCell& cell, CaseId case_id) {
    switch (cell.table) {
        case store::SealedIn::record: return record_cell(case_id, RecordId{cell.row});
        case store::SealedIn::attempt: return attempt_cell(case_id, AttemptId{cell.row});
        case store::SealedIn::guard_override: break;
    }
    return justification_cell(case_id, store::OverrideId{cell.row});
}

}  // namespace

std::string wrap_message_key(const SiteKeys& keys, MessageId id, const Key& key) {
    return keys.wrap(message_key_cell(id), key);
}

Result<Key> unwrap_message_key(const SiteKeys& keys, MessageId id, std::string_view wrapped) {
    return keys.unwrap(message_key_cell(id), wrapped);
}

std::string seal_chunk(const Key& key, MessageId id, std::int64_t number, std::string_view bytes) {
    return seal(key, chunk_cell(id, number), bytes);
}

Result<std::string> open_chunk(const Key& key, MessageId id, std::int64_t number, std::string_view sealed) {
    return open(key, chunk_cell(id, number), sealed);
}

std::string seal_token(const Key& key, MessageId id, std::string_view token) {
    return seal(key, token_cell(id), token);
}

Result<std::string> open_token(const Key& key, MessageId id, std::string_view sealed) {
    return open(key, token_cell(id), sealed);
}

std::string seal_repeat_token(const Key& key, MessageId id, std::int64_t repeat, std::string_view token) {
    return seal(key, repeat_cell(id, repeat), token);
}

Result<std::string> open_repeat_token(const Key& key, MessageId id, std::int64_t repeat, std::string_view sealed) {
    return open(key, repeat_cell(id, repeat), sealed);
}

std::string wrap_case_key(const SiteKeys& keys, CaseId id, const Key& key) {
    return keys.wrap(case_key_cell(id), key);
}

Result<Key> unwrap_case_key(const SiteKeys& keys, CaseId id, std::string_view wrapped) {
    return keys.unwrap(case_key_cell(id), wrapped);
}

std::string seal_record(const Key& key, CaseId case_id, RecordId id, const Record& record) {
    return seal(key, record_cell(case_id, id), record.encode());
}

Result<Record> open_record(const Key& key, CaseId case_id, RecordId id, std::string_view sealed,
                           const std::shared_ptr<const Catalogue>& catalogue,
                           const std::vector<SharedCorrespondence>& older) {
    auto bytes = open(key, record_cell(case_id, id), sealed);
    if (!bytes) { return fail(std::move(bytes).error()); }
    return decode_record(catalogue, older, *bytes);
}

std::string seal_justification(const Key& key, CaseId case_id, store::OverrideId id, std::string_view salt,
                               std::string_view typed) {
    std::string both;
    put_bytes(both, salt);
    put_bytes(both, typed);
    return seal(key, justification_cell(case_id, id), both);
}

Result<std::string> open_justification(const Key& key, CaseId case_id, store::OverrideId id, std::string_view sealed) {
    auto both = open(key, justification_cell(case_id, id), sealed);
    if (!both) { return fail(std::move(both).error()); }
    BytesReader in(*both);
    (void)in.bytes();
    return std::string(in.bytes());
}

std::string seal_attempt(const Key& key, CaseId case_id, AttemptId id, std::string_view salt, std::string_view bytes) {
    std::string both;
    put_bytes(both, salt);
    put_bytes(both, bytes);
    return seal(key, attempt_cell(case_id, id), both);
}

Result<store::SealedCell> reseal(const store::SealedCell& cell, const CaseSeal& from, const CaseSeal& into) {
    auto value = open(from.key, cell_of(cell, from.id), cell.sealed);
    if (!value) { return fail(std::move(value).error()); }
    return store::SealedCell{cell.table, cell.row, cell.message, seal(into.key, cell_of(cell, into.id), *value)};
}

}  // namespace haven::flow
