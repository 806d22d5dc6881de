#pragma once
#include "mapping/tools/dialect.h"
#include "tests/support/catalogue.h"

/// A dialect of two small maps, for the tools to be tried on.
namespace haven::test {

inline const std::string report_map = R"(map        small.report 1
dialect    csv
record     incident-report 1

constant "small"   ->   incident/reference/issuer
Ref                <->  incident/reference/value   required
Surname            <->  victim/name/family
Born               <->  victim/birth-date          date(dd/MM/yyyy)
Seen               <->  incident/started           instant(dd/MM/yyyy HH:mm, Europe/London)
each Tel1..2       <->  victim/phone
  No               <->  victim/phone/number        phone(GB)
  Safe             <->  victim/phone/safe          yes_no(Y, N, U)
Notes              ignore "never leaves"
)";

inline const std::string answer_map = R"(map        small.answer 1
dialect    json
record     referral-answer 1

id        <->  request/reference   required
decision  <->  answer/kind         code(decision)
why       <->  answer/question

code decision
  Y = accept
  N = decline
)";

inline const std::string report_rows =
    "Ref,Surname,Born,Seen,Tel1No,Tel1Safe,Tel2No,Tel2Safe,Notes\n"
    "R/1,Thornfield,14/06/1994,20/11/2026 22:35,07700 900142,Y,,,Loud.\n"
    "R/2,Hartwell,22/08/89,,,,,,\n";

/// What must come out of `report_rows`.
inline const std::string report_told = R"({
  "victim": {
    "name": {
      "family": "Thornfield"
    },
    "birth-date": "1994-06-14",
    "phone": [
      {
        "number": "+447700900142",
        "safe": "yes"
      }
    ]
  },
  "incident": {
    "reference": {
      "issuer": "small",
      "value": "R/1"
    },
    "started": "2026-11-20T22:35:00Z"
  }
}
record 2: malformed: line 3: Born: expected a day that exists, in the spelling that the map names
)";

inline Schemas schemas() {
    return {catalogue(), {}};
}

inline DialectFiles small_files() {
    return {"small",
            {{"report", report_map}, {"answer", answer_map}},
            {{"rows.csv", report_rows}, {"report.case", "in report rows.csv\n----\n" + report_told}}};
}

inline DialectMap compiled_map(const std::string& text) {
    auto made = Map::compile(text, "small/test.map", catalogue());
    if (!made) {
        for (const auto& problem : made.error()) { ADD_FAILURE() << text_of(problem, text); }
        std::abort();
    }
    return {text, *made};
}

}  // namespace haven::test
