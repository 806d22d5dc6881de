#include "core/agreement/safety_fields.h"

#include "core/catalogue/field.h"

namespace haven {
Result<SafetyFields> SafetyFields::bind(const Catalogue& catalogue) {
    FieldBinder b(catalogue);
    SafetyFields s{
        .victim_phone = b.group("victim/phone"),
        .victim_email = b.group("victim/email"),
        .victim_address = b.group("victim/address"),
        .perpetrator = b.group("perpetrator"),
        .perpetrator_phone = b.group("perpetrator/phone"),
        .perpetrator_email = b.group("perpetrator/email"),
        .perpetrator_address = b.group("perpetrator/address"),
        .phone_number = b.number("victim/phone/number"),
        .email_address = b.number("victim/email/address"),
        .address_until = b.number("victim/address/until"),
        .address_postcode = b.number("victim/address/place/postcode"),
        .address_building = b.number("victim/address/place/building"),
        .address_uprn = b.number("victim/address/place/uprn"),
        .perpetrator_phone_number = b.number("perpetrator/phone/number"),
        .perpetrator_email_address = b.number("perpetrator/email/address"),
        .perpetrator_postcode = b.number("perpetrator/address/place/postcode"),
        .perpetrator_building = b.number("perpetrator/address/place/building"),
        .perpetrator_uprn = b.number("perpetrator/address/place/uprn"),
    };
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return s;
}

}  // namespace haven
