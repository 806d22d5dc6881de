#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/agreement/agreement.h"
#include "core/agreement/linked.h"
#include "core/agreement/override.h"

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
    /// What the recipient's format has words for. The rest is not told, and no number goes without a "no" that would be
    /// lost on the way.
    FieldSet said;

    std::optional<RiskLevel> risk;  ///< the highest human grade in force
    std::optional<int> victim_age;  ///< whole years; not known: no condition of age is met
    Answer consent_to_referral = Answer::unknown;
    Answer consent_to_pass_contact = Answer::unknown;
    bool consent_overridden = false;       ///< a named person decided, with a recorded ground
    std::vector<GivenOverride> overrides;  ///< given for this one sending; each lifts one refusal
    bool withdrawn = true;                 ///< the referral, or the consent it rests on, was taken back
    bool stopped = true;                   ///< the kill switch of the partner
    bool site_stopped = true;              ///< the kill switch of the whole site
    bool mixes_rehearsal = true;           ///< a real case and a partner in rehearsal, or a fictional one and a live
    bool conflict = true;                  ///< the perpetrator or a relative works at the recipient
    bool nominated_handler = false;        ///< and the message goes to the person named for that
    bool locators_held = true;             ///< the ledger's witness is missing
    bool outside_safe_window = true;       ///< of what reaches her directly; false for what goes to a partner
    bool sent_alone = true;  ///< a record apart from the case, in which all that is known of ways to her stands
    std::vector<std::string> blocked_contacts;  ///< suspended, superseded or linked numbers and e-mail addresses
    std::vector<Dwelling> blocked_homes;        ///< the perpetrator's, and hers that have ended

    /// Blocks what a whole case file shows to be the perpetrator's or a feared person's, and addresses that ended at
    /// `now`; so that it is known where the record that is sent leaves those people out.
    void block_linked(const SafetyFields& fields, const Record& case_file, Instant now);
    /// Blocks numbers and mailboxes of which a record says that they are not safe, under whatever name they stand.
    void block_unsafe(const SafetyFields& fields, const Record& record);
    /// Blocks every address of the victim's in what is sent: she asked not to be contacted, and a letter is a contact.
    void block_letters(const SafetyFields& fields, const Record& sent);
    /// Whether a number or e-mail address is blocked.
    bool blocks(std::string_view contact) const;
};

}  // namespace haven
