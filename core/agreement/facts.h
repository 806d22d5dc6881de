#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/agreement/agreement.h"

namespace haven {

enum class Answer : std::uint8_t { yes, no, unknown };
constexpr std::array<std::string_view, 3> code_names(Answer) {
    return {"yes", "no", "unknown"};
}

/// What an agreement needs to know, beside the case file, to decide. Filled by `hub/flow` at the moment of deciding.
/// Every default is the one that lets less through.
struct Facts {
    Name recipient;
    bool hub_team = false;  ///< the hub's own people: they see a contact point whatever its rule says, to heed the rule

    /// For each source of the case file, what its agreement lets go on to this recipient for this purpose.
    std::vector<FieldSet> onward;

    std::optional<RiskLevel> risk;  ///< the highest human grade in force
    Answer consent_to_referral = Answer::unknown;
    Answer consent_to_pass_contact = Answer::unknown;
    bool consent_overridden = false;            ///< a named person decided, with a recorded ground
    bool withdrawn = true;                      ///< the referral, or the consent it rests on, was taken back
    bool stopped = true;                        ///< the kill switch of the partner or of the site
    bool conflict = true;                       ///< the perpetrator or a relative works at the recipient
    bool nominated_handler = false;             ///< and the message goes to the person named for that
    bool locators_held = true;                  ///< the ledger's witness is missing
    std::vector<std::string> blocked_contacts;  ///< suspended or superseded numbers and e-mail addresses, canonical
};

}  // namespace haven
