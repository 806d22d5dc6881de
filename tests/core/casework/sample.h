#pragma once
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "core/calendar/zone.h"
#include "core/casework/contact_fields.h"
#include "tests/support/catalogue.h"

namespace haven {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

inline Zone london() {
    return *Zone::find("Europe/London");
}

/// A time on the wall in London, in 2026.
inline Instant at(unsigned month, unsigned day, unsigned hour, unsigned minute = 0) {
    return london().moment(*wall_time(2026, month, day, hour, minute)).earliest;
}

inline const Name police = Name::declare("northshire-police");
inline const Name hub = Name::declare("beacon");

/// A record of the police or, of type contact-result, of a hub worker.
inline CaseRecord said(Name partner, std::int64_t id, Instant as_of, std::initializer_list<test::PathValue> values) {
    return {test::record(partner == hub ? "contact-result" : "incident-report", values, as_of),
            {RecordId{id}, partner, as_of, partner == hub}};
}
inline CaseFile file_of(const std::vector<CaseRecord>& records) {
    return CaseFile::fold(test::catalogue(), records);
}

}  // namespace haven
