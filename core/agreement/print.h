#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/agreement/agreement.h"
#include "core/calendar/zone.h"

/// Agreements for people: to sign, to file, to compare. No case is in any of it.
namespace haven {

/// The record types of one agreement, as its file lists them.
using AgreementRecords = std::span<const std::shared_ptr<const Agreement>>;

/// A whole agreement as plain text for signature: parties, law, every field by stage with shorthands written out,
/// onward sharing, dates (days of `zone`) and places to sign.
std::string agreement_text(AgreementRecords records, const Zone& zone);

/// Who gives whom, for what, on which conditions, from when to when: in one line.
std::string terms_line(const Terms& terms, const Zone& zone);

/// The record of processing activities of one party, from its agreements in force at `now`.
/// Source: UK GDPR article 30(1); DPA 2018 section 61 for a party under part 3.
std::string article_30_record(AgreementRecords all, Name controller, Instant now, const Zone& zone);

/// What is different between two versions of an agreement.
struct AgreementChange {
    enum class Kind : std::uint8_t {
        tells_more,  ///< a field, a stage or an onward sharing that was not there; a condition that is gone or lower
        tells_less,
        terms,  ///< anything else
    };
    Kind kind = Kind::terms;
    std::string text;  ///< "referral: accept: + victim/birth-date"
    bool operator==(const AgreementChange&) const = default;
};
constexpr std::array<std::string_view, 3> code_names(AgreementChange::Kind) {
    return {"tells-more", "tells-less", "terms"};
}

/// Every difference, record type by record type. An empty side is an agreement that is new or has gone. The two may be
/// of different schemas: fields are compared by path.
std::vector<AgreementChange> agreement_diff(AgreementRecords before, AgreementRecords after, const Zone& zone);

}  // namespace haven
