#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

using CopyId = Id<struct CopyTag>;

/// What is to become of a copy that a partner holds, in the codes of the canonical schema. Later ones protect more.
enum class Wanted : std::uint8_t { keep, stop_using, destroy };
constexpr std::array<std::string_view, 3> code_names(Wanted) {
    return {"keep", "stop-using", "destroy"};
}

/// How far the holder has been heard of what is wanted.
enum class CopyState : std::uint8_t {
    kept,          ///< nothing was asked of it
    asked,         ///< to be told, or on its way
    told,          ///< its system has it
    acknowledged,  ///< it says that it is done
    refused,       ///< it says no: a person decides
};
constexpr std::array<std::string_view, 5> code_names(CopyState) {
    return {"kept", "asked", "told", "acknowledged", "refused"};
}

/// What a partner was told of a case under one reference.
struct CopyRow {
    CopyId id;
    CaseId case_id;
    Name partner;
    OfferId offer;  ///< none: a report to the source of the case
    std::string reference;
    std::string purpose;
    Instant told_at{};                   ///< last
    std::optional<Instant> delete_by{};  ///< by the agreement's retention
    Wanted wanted = Wanted::keep;
    std::string why{};  ///< a declared code
    CopyState state = CopyState::kept;
    Instant changed_at{};
    std::optional<Instant> due_at{};  ///< by when it must be acknowledged
};

/// A new copy, or everything that may change of one that is there.
void put_copy(Sql& sql, const CopyRow& row);
std::vector<CopyRow> copies_of(Sql& sql, CaseId id);
std::optional<CopyRow> read_copy(Sql& sql, CopyId id);

/// When its holder was told what is wanted of a copy, newest asking first; none where it is not told yet. `version` is
/// that of each attempt to tell it (flow's recall_version).
struct Asking {
    std::optional<std::int64_t> version;
    std::optional<Instant> told_at;
};
std::vector<Asking> askings_of(Sql& sql, const CopyRow& copy);

}  // namespace haven::store
