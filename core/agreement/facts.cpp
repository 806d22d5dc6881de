#include "core/agreement/facts.h"

#include <algorithm>

namespace haven {

void Facts::block_linked(const SafetyFields& fields, const Record& case_file, Instant now) {
    const Linked linked(fields, case_file);
    blocked_contacts.insert(blocked_contacts.end(), linked.contacts().begin(), linked.contacts().end());
    auto homes = linked.barred_homes(now);
    blocked_homes.insert(blocked_homes.end(), std::make_move_iterator(homes.begin()),
                         std::make_move_iterator(homes.end()));
}

bool Facts::blocks(std::string_view contact) const {
    return std::any_of(blocked_contacts.begin(), blocked_contacts.end(),
                       [&](const std::string& blocked) { return same_words(blocked, contact); });
}

}  // namespace haven
