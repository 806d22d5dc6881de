#include "mapping/tools/listeners.h"

#include <algorithm>

namespace haven {
namespace {

/// At which stages an agreement tells a field: "offer and accept"; "" where at none.
std::string stages_of(const Listener& listener, FieldNumber field) {
    std::string out;
    if (!listener.onward.has(field)) { return out; }
    for (const auto stage : {Stage::capacity, Stage::offer, Stage::accept}) {
        if (!listener.agreement->fields(stage).has(field)) { continue; }
        out += (out.empty() ? "" : " and ") + std::string(name_of(stage));
    }
    return out;
}

}  // namespace

std::string told_to(const Listeners& listeners, std::optional<FieldNumber> field, std::string_view indent) {
    if (listeners.empty()) { return {}; }
    std::vector<std::pair<std::string, std::string>> by_stages;
    for (const auto& listener : listeners) {
        const auto stages = field ? stages_of(listener, *field) : std::string{};
        if (stages.empty()) { continue; }
        auto found = std::find_if(by_stages.begin(), by_stages.end(), [&](const auto& s) { return s.first == stages; });
        if (found == by_stages.end()) { found = by_stages.insert(by_stages.end(), {stages, ""}); }
        const auto& agreement = *listener.agreement;
        found->second += (found->second.empty() ? "" : ", ") + std::string(agreement.to().text()) + " (" +
                         std::string(agreement.name().text()) + ")";
    }
    std::string out;
    for (const auto& [stages, names] : by_stages) {
        out.append(indent).append("at ").append(stages).append(" to ").append(names).append("\n");
    }
    return out.empty() ? std::string(indent) + "to nobody\n" : out;
}

}  // namespace haven
