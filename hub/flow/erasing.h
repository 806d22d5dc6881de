#pragma once
#include "core/ledger/entry.h"
#include "core/store/erasure.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// Why a case is erased.
enum class EraseReason : std::uint8_t { victim_asked, retention_ended, court_order, opened_by_mistake, other };
constexpr std::array<std::string_view, 5> code_names(EraseReason) {
    return {"victim-asked", "retention-ended", "court-order", "opened-by-mistake", "other"};
}

/// What is said of an erasure; it names nobody.
struct ErasureReceipt {
    std::optional<ledger::EntryId> entry;  ///< its entry in the ledger; said once, as nothing here leads there any more
    Instant at{};
    std::optional<Instant> final_at;  ///< when the last backup that holds the key is past its time; none: not declared
    store::ErasedRows erased;
};

/// Destroys a case's key and all that is known of it; see `store::erase_case`. When it returns, the store's own files
/// hold nothing of it that opens. Its references stay as a stop list: what comes again under one is held.
/// A restored backup does not bring it back (`keep_erased`).
/// Errors: those of `store::erase_case`; unreachable - also where the files could not be wiped yet: then it is erased,
/// and `erasure_receipt` wipes them.
Result<ErasureReceipt> erase_case(const Context& context, CaseId id, EraseReason why, ledger::Actor by);
/// The receipt of an erasure that was done before; what was cut short of it is ended first.
/// Errors: missing - there was none; unreachable.
Result<ErasureReceipt> erasure_receipt(const Context& context, CaseId id);
/// Either of them, by whatever id a user calls the case: erases it, or gives the receipt where it is erased already, so
/// that whoever lost the answer asks again. Errors: those of the two.
Result<ErasureReceipt> erase_or_receipt(const Context& context, CaseId named, EraseReason why, UserId by);
std::string receipt_text(const ErasureReceipt& receipt);  ///< as JSON

/// Before a hub serves, and each hour: erases again what the journal of erasures names and a restored backup brought
/// back, in whichever case its records stand there, ends the wiping that a kill cut short, and adds to the journal what
/// it lacks. Errors: unreachable; broken.
Result<void> keep_erased(const Context& context);

/// Why a case may not be erased.
enum class HoldReason : std::uint8_t { police_investigation, court_proceedings, complaint, inquiry, other };
constexpr std::array<std::string_view, 5> code_names(HoldReason) {
    return {"police-investigation", "court-proceedings", "complaint", "inquiry", "other"};
}
/// Puts a case under legal hold, or (no reason) lifts that.
/// Errors: missing - no such case, or there is no hold to lift; conflict - it is held already; unreachable.
Result<void> set_legal_hold(const Context& context, CaseId id, std::optional<HoldReason> why, UserId by);

}  // namespace haven::flow
