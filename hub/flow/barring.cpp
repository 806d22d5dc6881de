#include "hub/flow/barring.h"

#include "hub/flow/casework.h"

namespace haven::flow {
namespace {

// Every way to her that a record names: a call, a message and a letter are contacts.
void bar_ways_to_her(Facts& facts, const Fields& fields, const SafetyFields& safety, const Record& drawn) {
    for (const auto in : drawn.instances(fields.phone)) {
        if (auto number = drawn.get(fields.phone_number, in)) { facts.blocked_contacts.push_back(std::move(*number)); }
    }
    for (const auto in : drawn.instances(fields.email)) {
        if (auto mailbox = drawn.get(fields.email_address, in)) {
            facts.blocked_contacts.push_back(std::move(*mailbox));
        }
    }
    facts.block_letters(safety, drawn);
}

}  // namespace

void bar(Facts& facts, const Fields& fields, const SafetyFields& safety, const CaseSnapshot& snapshot,
         const Record& drawn, Instant now) {
    for (const auto& known : standings_of(fields, snapshot)) {
        const bool good = known.standing == ChannelStanding::unverified || known.standing == ChannelStanding::verified;
        if (!good) { facts.blocked_contacts.push_back(known.contact); }
    }
    const auto bar_named_in = [&](const Record& record) {
        facts.block_linked(safety, record, now);
        facts.block_unsafe(safety, record);
    };
    const auto& file = snapshot.file.facts();
    bar_named_in(file);
    bool bars_all =
        file.get(fields.asked_not_to_be_contacted) == Answer::yes || snapshot.maybe_hers.size() >= maybe_hers_max;
    for (const auto& beside : snapshot.beside) {
        bar_named_in(beside.record);
        bars_all = bars_all || beside.record.get(fields.asked_not_to_be_contacted) == Answer::yes;
    }
    for (const auto other : snapshot.maybe_hers) {
        for (auto& number : fields.contact.bounded(drawn, snapshot.said_by(other).facts())) {
            facts.blocked_contacts.push_back(std::move(number));
        }
    }
    if (bars_all) { bar_ways_to_her(facts, fields, safety, drawn); }
}

}  // namespace haven::flow
