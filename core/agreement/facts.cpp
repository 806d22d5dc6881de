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

void Facts::block_unsafe(const SafetyFields& fields, const Record& record) {
    for (const auto contact : Linked(fields, record).unsafe_contacts()) { blocked_contacts.emplace_back(contact); }
}

void Facts::block_letters(const SafetyFields& fields, const Record& sent) {
    for (auto& home : Linked(fields, sent).victims_homes()) { blocked_homes.push_back(std::move(home)); }
}

bool Facts::blocks(std::string_view contact) const {
    return std::any_of(blocked_contacts.begin(), blocked_contacts.end(),
                       [&](const std::string& blocked) { return same_words(blocked, contact); });
}

}  // namespace haven
