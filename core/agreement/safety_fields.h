#pragma once
#include "core/catalogue/catalogue.h"

namespace haven {

/// The fields that the safety rules read, bound once by path.
struct SafetyFields {
    GroupNumber victim_phone;
    GroupNumber victim_email;
    GroupNumber victim_address;
    GroupNumber perpetrator;
    GroupNumber perpetrator_phone;
    GroupNumber perpetrator_email;
    GroupNumber perpetrator_address;
    FieldNumber phone_number;
    FieldNumber email_address;
    FieldNumber address_until;
    FieldNumber address_postcode;
    FieldNumber address_building;
    FieldNumber address_uprn;
    FieldNumber perpetrator_phone_number;
    FieldNumber perpetrator_email_address;
    FieldNumber perpetrator_postcode;
    FieldNumber perpetrator_building;
    FieldNumber perpetrator_uprn;

    /// Errors: missing at the path.
    static Result<SafetyFields> bind(const Catalogue& catalogue);
};

}  // namespace haven
