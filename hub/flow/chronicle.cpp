#include "hub/flow/chronicle.h"

#include "core/base/code.h"

namespace haven::flow {
namespace {

// Field numbers rise and names are declared, so an entry that does not encode is a defect of the hub: the bytes say so
// and the verifier will name them.
std::string encoded(const ledger::Entry& entry) {
    auto bytes = ledger::encode(entry);
    if (bytes) { return std::move(*bytes); }
    ledger::Entry bare;
    bare.id = entry.id;
    bare.at = entry.at;
    bare.operation = entry.operation;
    bare.action = "entry too large";
    return ledger::encode(bare).value_or(std::string{});
}

}  // namespace

ledger::Entry Chronicle::entry(ledger::Operation operation, ledger::Word action, ledger::Actor actor) const {
    ledger::Entry made;
    made.id = ids_.next_as<ledger::EntryId>(now_);
    made.at = now_;
    made.operation = operation;
    made.action = action;
    made.actor = actor;
    return made;
}

ledger::Entry Chronicle::consultation(ledger::Word action, ledger::Word purpose, ledger::Actor by) const {
    auto made = entry(ledger::Operation::consultation, action, by);
    made.purpose = purpose;
    return made;
}

ledger::Entry Chronicle::disclosure(const Disclosure& told, ledger::Actor by, std::optional<Ground> ground) const {
    const auto& agreement = told.agreement();
    auto made = entry(ledger::Operation::disclosure, "told", by);
    made.recipient = told.recipient();
    made.agreement = agreement.name();
    made.agreement_version = Digest32::from(agreement.terms().version);
    made.lawful_basis = Name::declare(agreement.terms().from.lawful_basis);
    made.purpose = Name::declare(agreement.terms().purpose);
    made.stage = Name::declare(name_of(told.stage()));
    told.fields().each([&](FieldNumber f) { made.fields.push_back(f.value); });
    if (ground && agreement.terms().consent == ConsentRule::overridable) {
        made.reason = Name::declare(code_text(*ground));
    }
    made.schema = Digest16::from(agreement.catalogue().hash()).value_or(Digest16{});
    return made;
}

ledger::Entry Chronicle::alteration(RecordId record, const FieldSet& altered, const Catalogue& catalogue,
                                    ledger::Actor by) const {
    auto made = entry(ledger::Operation::alteration, "case altered", by);
    made.record = record;
    altered.each([&](FieldNumber f) { made.fields.push_back(f.value); });
    made.schema = Digest16::from(catalogue.hash()).value_or(Digest16{});
    return made;
}

store::LedgerRow Chronicle::row(ledger::Entry entry, std::string_view case_name) {
    entry.subject = ledger::LedgerName::from(case_name);
    return {entry.id.value, std::nullopt, std::string(case_name), entry.message, encoded(entry)};
}

}  // namespace haven::flow
