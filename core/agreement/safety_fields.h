#pragma once
#include <string_view>

#include "core/catalogue/catalogue.h"

namespace haven {

/// Where a path keeps the parts of an address.
struct PlaceFields {
    FieldNumber uprn;
    FieldNumber postcode;
    FieldNumber unit;
    FieldNumber building;
    FieldNumber street;
    FieldNumber town;
    FieldNumber as_entered;
};

/// The fields that the safety rules read, bound once by path.
struct SafetyFields {
    GroupNumber victim_phone;
    GroupNumber victim_email;
    GroupNumber victim_address;
    GroupNumber perpetrator;
    GroupNumber perpetrator_phone;
    GroupNumber perpetrator_email;
    GroupNumber perpetrator_address;
    GroupNumber window;
    GroupNumber person;
    GroupNumber person_phone;
    FieldNumber phone_number;
    FieldNumber email_address;
    FieldNumber address_kind;
    FieldNumber address_until;
    FieldNumber address_safe;
    FieldNumber address_known;  ///< to the perpetrator
    FieldNumber window_last_day;
    FieldNumber perpetrator_lives_with;
    PlaceFields victim_place;
    FieldNumber perpetrator_phone_number;
    FieldNumber perpetrator_email_address;
    PlaceFields perpetrator_place;
    FieldNumber person_role;
    FieldNumber person_phone_number;

    /// Errors: missing at the path.
    static Result<SafetyFields> bind(const Catalogue& catalogue);
};

}  // namespace haven
