#include "hub/flow/holding.h"

namespace haven::flow {
namespace {

constexpr std::chrono::hours held_due{1};

// What two records that were held for the same reason share: names, and no number of a row.
std::string names_in(const Error& error) {
    std::string out;
    for (auto place = error.places.rbegin(); place != error.places.rend(); ++place) {
        if (place->name.empty()) { continue; }
        out += (out.empty() ? "" : ": ") + place->text();
    }
    return out;
}

}  // namespace

store::HeldRow held_row(const Context& context, Name partner, const Error& error, Instant now) {
    const bool ours = error.fault == Fault::refused;
    return {context.ids.next_as<HeldId>(now),
            partner,
            std::string(name_of(error.fault)),
            names_in(error),
            error.reason.text(),
            ours ? "information-governance" : "integration-engineer",
            now,
            now + held_due,
            0};
}

store::ReceiptLine receipt_line(std::int64_t number, const char* result, const Error& error) {
    return {number, result, std::string(name_of(error.fault)), error.where(), error.reason.text()};
}

Changes held_whole(const Context& context, const store::MessageRow& message, const Error& error) {
    auto changes = held_again(context, message, {{}, 0}, error);
    changes.advance = Changes::Advance{message.id, 0, 0, 1, 0, store::MessageState::held};
    return changes;
}

Changes held_again(const Context& context, const store::MessageRow& message, const HeldPart& part, const Error& error) {
    const auto now = context.clock.now();
    Changes changes;
    const auto hold = [&](store::HeldKind kind, std::int64_t number) {
        changes.held.emplace_back(held_row(context, message.partner, error, now),
                                  store::HeldItem{kind, message.id.value, number, {}});
        changes.receipt_lines.emplace_back(message.id, receipt_line(number, "held", error));
    };
    for (const auto number : part.records) { hold(store::HeldKind::record, number); }
    if (part.rest) { hold(store::HeldKind::message, *part.rest); }
    return changes;
}

std::map<MessageId, HeldPart> held_parts(store::Sql& sql, const std::vector<store::HeldItem>& items) {
    std::map<MessageId, HeldPart> parts;
    std::map<MessageId, std::set<std::int64_t>> held;
    for (const auto& item : items) {
        if (item.kind != store::HeldKind::record && item.kind != store::HeldKind::message) { continue; }
        const MessageId message{item.subject};
        if (!held.contains(message)) { held[message] = store::held_numbers(sql, message); }
        if (!held[message].contains(item.number)) { continue; }
        auto& part = parts[message];
        item.kind == store::HeldKind::record ? (void)part.records.insert(item.number) : (void)(part.rest = item.number);
    }
    return parts;
}

}  // namespace haven::flow
