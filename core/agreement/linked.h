#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/agreement/safety_fields.h"
#include "core/catalogue/record.h"

namespace haven {

/// Where somebody lives, as far as a record tells it. A locator: it converts to no text and no stream takes it.
class Dwelling {
public:
    /// Whether both are one home, as far as can be told: where one of them leaves a part out, the rest decides.
    bool is_at(const Dwelling& other) const;

private:
    friend class Linked;
    bool is_alike(const Dwelling& other) const;  ///< in every part, of which one at least is known
    bool is_in_text_of(const Dwelling& other) const;
    bool is_door_of(const Dwelling& other) const;
    bool may_be_door_of(const Dwelling& other) const;
    std::string door() const;  ///< unit and building, as those write it who keep both in one
    std::string uprn_;
    std::string postcode_;
    std::string unit_;
    std::string building_;
    std::string street_;
    std::string town_;
    std::string as_entered_;
};

/// What of a record must not be used as the victim's own: numbers and mailboxes of the perpetrator, of those whom she
/// fears and of those who are not safe to talk to; the home that she shares with the perpetrator, which is each of hers
/// where they live together, until somebody says that he does not know it; addresses that ended.
class Linked {
public:
    Linked(const SafetyFields& fields, const Record& record);

    /// Whether a number or e-mail address is one of those people's.
    bool is_of_perpetrator(std::string_view contact) const;
    /// Whether an instance of the victim's addresses is a place where the perpetrator is too.
    bool is_shared_address(InstanceNumber in) const;
    /// Whether an instance of the victim's addresses is a previous one or ended before the day of `now`, or of an hour
    /// later.
    bool has_ended(InstanceNumber in, Instant now) const;
    /// Whether an instance is one of the victim's addresses.
    bool is_victims(InstanceNumber in) const;
    /// Whether an instance of the victim's addresses is one of `homes`.
    bool is_one_of(InstanceNumber in, std::span<const Dwelling> homes) const;

    std::span<const std::string_view> contacts() const { return contacts_; }
    /// The perpetrator's homes, and those of the victim's that have ended, that he knows, or where a letter is not
    /// safe: a no holds however else the same place is spelled or called.
    std::vector<Dwelling> barred_homes(Instant now) const;
    /// Numbers and mailboxes, whoever's, of which the record says that they are not safe.
    std::vector<std::string_view> unsafe_contacts() const;
    /// All of the victim's addresses.
    std::vector<Dwelling> victims_homes() const;

private:
    Dwelling dwelling(InstanceNumber in, const PlaceFields& fields) const;
    bool is_lived_in_together(InstanceNumber in) const;
    bool is_said_unsafe(InstanceNumber in) const;

    const SafetyFields& fields_;
    const Record& record_;
    std::vector<std::string_view> contacts_;
    std::vector<Dwelling> homes_;
    bool live_together_ = false;
};

/// When a day is over in the United Kingdom. In winter it is an hour early: rather than an hour late in summer.
Instant end_of(Date day);
/// Whether it is over by now.
bool is_over(Date day, Instant now);

/// Equal but for case, spaces and commas, as people spell one number, mailbox or building in two ways.
bool same_words(std::string_view a, std::string_view b);

}  // namespace haven
