#pragma once
#include <string_view>

#include "core/catalogue/field_set.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// What of a case may go on to one recipient, for a purpose, by who said it.
class Onward {
public:
    Onward(const site::Site& site, const CaseSnapshot& snapshot, Name recipient, std::string_view purpose, Instant now)
        : site_(site), snapshot_(snapshot), recipient_(recipient), purpose_(purpose), now_(now) {}

    /// All of the hub's own, and of a partner's what the agreement lets go on under which it gave it; nothing of a
    /// partner that the site has no more.
    FieldSet of(const ValueSource& source) const;
    /// What the hub works out itself and may not tell, as of what it is made of some may not go on.
    FieldSet not_worked_out() const;
    /// What of a referral's outcome may not go on, as a partner that said it does not let it; all of it where no record
    /// says it any more.
    FieldSet not_reported(const Fields& fields, const Referral& referral) const;

private:
    std::vector<const Agreement*> given_under(const ValueSource& source) const;

    const site::Site& site_;
    const CaseSnapshot& snapshot_;
    Name recipient_;
    std::string_view purpose_;
    Instant now_;
};

}  // namespace haven::flow
