#include "core/agreement/safety_fields.h"

#include <string>

#include "core/catalogue/field.h"

namespace haven {
namespace {

PlaceFields place(FieldBinder& b, const std::string& path) {
    return {.uprn = b.number(path + "/uprn"),
            .postcode = b.number(path + "/postcode"),
            .unit = b.number(path + "/unit"),
            .building = b.number(path + "/building"),
            .street = b.number(path + "/street"),
            .town = b.number(path + "/town"),
            .as_entered = b.number(path + "/as-entered")};
}

}  // namespace

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
        .window = b.group("victim/safe-contact/window"),
        .person = b.group("person"),
        .person_phone = b.group("person/phone"),
        .phone_number = b.number("victim/phone/number"),
        .email_address = b.number("victim/email/address"),
        .address_kind = b.number("victim/address/kind"),
        .address_until = b.number("victim/address/until"),
        .address_safe = b.number("victim/address/safe"),
        .address_known = b.number("victim/address/known-to-perpetrator"),
        .window_last_day = b.number("victim/safe-contact/window/last-day"),
        .perpetrator_lives_with = b.number("perpetrator/lives-with-victim"),
        .victim_place = place(b, "victim/address/place"),
        .perpetrator_phone_number = b.number("perpetrator/phone/number"),
        .perpetrator_email_address = b.number("perpetrator/email/address"),
        .perpetrator_place = place(b, "perpetrator/address/place"),
        .person_role = b.number("person/role"),
        .person_phone_number = b.number("person/phone/number"),
    };
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return s;
}

}  // namespace haven
