#pragma once
#include <string_view>
#include <vector>

#include "core/agreement/safety_fields.h"
#include "core/catalogue/record.h"

namespace haven {

/// What of a record is the perpetrator's too: numbers, mailboxes and the shared home.
class Linked {
public:
    Linked(const SafetyFields& fields, const Record& record);

    /// Whether a number or e-mail address is one of the perpetrator's.
    bool is_of_perpetrator(std::string_view contact) const;
    /// Whether an instance of the victim's addresses is a place where the perpetrator is too.
    bool is_shared_address(InstanceNumber in) const;
    /// Whether an instance of the victim's addresses ended before the day of `now`.
    bool has_ended(InstanceNumber in, Instant now) const;

private:
    struct Place {
        std::string_view uprn;
        std::string_view postcode;
        std::string_view building;
    };
    Place place(InstanceNumber in, FieldNumber uprn, FieldNumber postcode, FieldNumber building) const;

    const SafetyFields& fields_;
    const Record& record_;
    std::vector<std::string_view> contacts_;
    std::vector<Place> places_;
};

}  // namespace haven
