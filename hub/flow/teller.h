#pragma once
#include <map>

#include "core/agreement/guard.h"
#include "core/ledger/entry.h"
#include "core/seal/sha256.h"
#include "core/store/daily_receipts.h"
#include "hub/flow/changes.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// What one piece of work comes to when it is claimed: bytes that may go, or why nothing goes.
struct Telling {
    Cleared cleared;
    std::string key;            ///< the same bytes have the same key
    store::AttemptRow attempt;  ///< begun; with the exact bytes, sealed
    store::LedgerRow ledger;    ///< the disclosure
    Notice notice = Notice::capacity;
    int version = 0;
    std::vector<store::OverrideId> overrides{};  ///< under which it goes
    std::optional<store::CopyRow> copy{};        ///< what the partner holds from then on, where it was told of a person
};

/// What somebody who looks is shown, with the ledger entry that must be committed before the bytes leave.
struct Shown {
    Cleared cleared;
    ledger::Entry entry;
};

/// The maps of one record type in JSON, one for each version of the canonical schema that the site exchanges.
using MapByVersion = std::map<int, std::shared_ptr<const Map>>;

/// The offer has moved on: nobody needs to be told any more.
struct Moot {};

/// What people let go for one piece of work, as it stands now.
using Overrides = std::vector<store::OverrideRow>;

/// The version of a telling that asks something of a holder: each thing that is asked is told by itself.
constexpr int recall_version(store::Wanted wanted) {
    return static_cast<int>(wanted);
}

/// Nothing may go; a person decides.
struct Stopped {
    Error error;
    std::optional<Refusal> why{};  ///< where an agreement or the guard stopped it: a near miss
};

Stopped refused(Refusal why);

/// For each copy that a partner holds of a referral, the bytes that it would be told now; empty where nothing may go.
using WouldTell = std::map<store::CopyId, std::string>;

/// Decides, for one piece of work, what is told now: draws the record, discloses, writes and clears it. Reads nothing
/// but its arguments.
class Teller {
public:
    Teller(const Context& context, Instant now) : context_(context), now_(now) {}

    std::variant<Telling, Moot, Stopped> tell(const store::Work& work, const CaseSnapshot& snapshot,
                                              const store::OfferRow& offer, bool begun_before,
                                              const Overrides& overrides) const;
    std::variant<Telling, Moot, Stopped> report(const store::Work& work, const CaseSnapshot& snapshot,
                                                const Referral& referral, std::string_view reference,
                                                const Overrides& overrides) const;
    /// A victim's account, alone and nothing beside it, to a partner that she decided to tell. `version`: which telling
    /// it is, so that one after it was destroyed is no repeat.
    std::variant<Telling, Moot, Stopped> account(const store::Work& work, const CaseSnapshot& snapshot,
                                                 const CaseFile& account, std::string_view reference, int version,
                                                 const Overrides& overrides) const;
    /// The agreement under which a piece of work would be told; null where there is none. `offer` is that of a `tell`.
    std::shared_ptr<const Agreement> agreement_of(const store::Work& work, const CaseSnapshot& snapshot,
                                                  const store::OfferRow* offer) const;

    /// What is to become of a copy, to its holder.
    std::variant<Telling, Moot, Stopped> recall(const store::Work& work, const CaseSnapshot& snapshot,
                                                const store::CopyRow& copy) const;

    /// What passed on a day, to a partner. `nobody` is `snapshot_of_nobody`.
    std::variant<Telling, Moot, Stopped> daily_receipt(const store::Work& work, const CaseSnapshot& nobody,
                                                       const store::DailyReceiptRow& row) const;

    /// What each holder would be told now at the stage that it has reached: to see whether that has changed. What only
    /// makes it wait does not count: a stop, a restriction, a missing witness.
    WouldTell would_tell(const CaseSnapshot& snapshot) const;

    /// What of a case the hub's own team may see of `part`, in the words of `map`. `part` is the case's file, or less.
    /// Errors: refused - no agreement of the team lets it; those of the map.
    Result<Shown> show_case(const CaseSnapshot& snapshot, const CaseFile& part, const Map& map) const;
    /// The same of a victim's account. Errors: as of `show_case`.
    Result<Shown> show_account(const CaseSnapshot& snapshot, const CaseFile& account, const Map& map) const;
    /// An offer as its partner may see it now: for partners who come and look.
    /// `maps`: of a referral in JSON; it is shown in the version of the agreement with the partner.
    /// Errors: missing - it was not told yet; refused.
    Result<Shown> show_offer(const CaseSnapshot& snapshot, const store::OfferRow& offer,
                             const MapByVersion& maps) const;

    /// What a telling of the past would disclose now: decided, written and cleared as at a sending, and thrown away.
    /// That the referral was taken back since does not count. `offer`: that of a `tell`, null of others; `account`:
    /// that of an `account`. Errors: why nothing would go.
    tl::expected<ledger::Entry, Error> would_tell(const store::Work& work, const CaseSnapshot& snapshot,
                                                  const store::OfferRow* offer, const CaseFile* account) const;

    /// What decides beside the case file, for one recipient and purpose.
    Facts facts(const CaseSnapshot& snapshot, const CaseFile& drawn, Name recipient, std::string_view purpose) const;

private:
    struct Subject {
        OfferId offer;
        std::string reference;
        Notice notice;
        int version;
        Stage stage;
        std::string purpose;
        bool taken_back;         ///< the referral was withdrawn or superseded
        bool says_so;            ///< what is told is that it ends, or has ended, or goes
        bool of_person = false;  ///< of somebody who is held by the partner from then on
        Overrides overrides{};
        /// Of what she told in confidence, when she decided on this very telling: no later no of hers may stand against
        /// it. It goes without ways to her, which go with the case, where all that is known of them stands.
        std::optional<Instant> account_decided{};
        bool supposed = false;            ///< only to see what would be told: what makes it wait just now is left out
        bool at_the_door = false;         ///< shown to whoever of the partner calls the hub, not sent to a handler
        const Referral* ended = nullptr;  ///< whose outcome is told: words of the partner that helped
    };
    struct Asked {
        Subject subject;
        Record own;
    };
    tl::expected<Asked, Stopped> asked(const CaseSnapshot& snapshot, const Referral& referral, const Offer& offer,
                                       const store::OfferRow& row, Notice notice, Instant decided) const;
    tl::expected<Asked, Stopped> reported(const Referral& referral, std::string_view reference) const;
    Asked recounted(std::string_view reference, Instant decided) const;
    tl::expected<Asked, Stopped> asked_again(const store::Work& work, const CaseSnapshot& snapshot,
                                             const store::OfferRow* row) const;
    struct ClearedRecord {
        Cleared cleared;
        std::string key;
        std::string bytes;
        Salt salt;
        ledger::Entry entry;
        std::optional<int> retention_days;
    };
    void heed(const Subject& subject, const CaseSnapshot& snapshot, Facts& facts) const;
    tl::expected<ClearedRecord, Stopped> clear(const CaseSnapshot& snapshot, Name recipient, const CaseFile& file,
                                               const Subject& subject, const Record& own, const Map& map) const;
    store::CopyRow copy_of(const CaseSnapshot& snapshot, Name partner, const Subject& subject,
                           std::optional<int> retention_days) const;
    std::variant<Telling, Moot, Stopped> send(const store::Work& work, const CaseSnapshot& snapshot,
                                              const CaseFile& file, const Subject& subject, const Record& own) const;
    Result<Shown> show(const CaseSnapshot& snapshot, const CaseFile& part, std::string_view type, const Map& map) const;
    Result<Record> own_request(const CaseSnapshot& snapshot, const Referral& referral, const Offer& offer,
                               std::string_view reference, const Agreement& agreement) const;
    Result<Record> own_ending(std::string_view reference, Notice notice, Instant at) const;

    const Context& context_;
    Instant now_;
};

/// Whether the offer still needs what the notice says.
bool still_needed(Notice notice, OfferState state, bool begun_before);

}  // namespace haven::flow
