#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/agreement/agreement.h"

namespace haven {

/// An agreement under which the hub tells a partner, seen from one that gives.
struct Listener {
    std::shared_ptr<const Agreement> agreement;
    FieldSet onward;  ///< what the giver's own agreement lets go on to this partner for this purpose
};
using Listeners = std::vector<Listener>;

/// Who is told a field of the hub's own version, and when: lines "at offer and accept to eastford-council
/// (eastford-1)", or "to nobody" where no agreement lets it through. Each begins with `indent`. "" where no agreements
/// are given.
std::string told_to(const Listeners& listeners, std::optional<FieldNumber> field, std::string_view indent);

}  // namespace haven
