#pragma once
#include "core/agreement/disclosure.h"
#include "core/ledger/entry.h"
#include "core/store/ledger_rows.h"

namespace haven::flow {

/// Makes ledger entries: one place decides what each kind of event says.
class Chronicle {
public:
    Chronicle(IdSource& ids, Instant now) : ids_(ids), now_(now) {}

    /// A new entry with its id, time, operation and action; the caller fills in what it knows.
    ledger::Entry entry(ledger::Operation operation, ledger::Word action, ledger::Actor actor) const;
    /// That somebody looks at a person's data: who and, as its justification, in which role and what for (Data
    /// Protection Act 2018, section 62).
    ledger::Entry consultation(ledger::Word action, ledger::Word purpose, ledger::Actor by) const;
    /// Something told to a partner: recipient, agreement, basis, stage, fields; never a value. `ground`: where an
    /// agreement that consent decides on carries it without her yes, the one that a person wrote down.
    ledger::Entry disclosure(const Disclosure& told, ledger::Actor by, std::optional<Ground> ground = {}) const;

    /// That a record changed what was known of a case: `altered` had values that stand no more. What it said anew is in
    /// the entry of its collection.
    ledger::Entry alteration(RecordId record, const FieldSet& altered, const Catalogue& catalogue,
                             ledger::Actor by) const;

    /// The entry as a row. `case_name` is the ledger's name of the case, or empty.
    static store::LedgerRow row(ledger::Entry entry, std::string_view case_name = {});

private:
    IdSource& ids_;
    Instant now_;
};

}  // namespace haven::flow
