#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/flow/hub.h"

namespace haven::test {

/// A message with something wrong in it, the receipt that it must get, and what of it nobody may ever read in a log, an
/// error or a receipt.
struct BadMessage {
    std::string name;  ///< its file's, which says the media type
    std::string bytes;
    std::string receipt;  ///< from "state" on, without the time
    std::vector<std::string> planted;
};

/// A receipt without what differs from run to run.
inline std::string told(const std::string& receipt) {
    const auto state = receipt.find("\"state\":");
    const auto received = receipt.find("\"received\":");
    const auto taken = receipt.find("\"taken\":");
    if (state == std::string::npos || taken == std::string::npos) { return receipt; }
    return receipt.substr(state, received - state) + receipt.substr(taken, receipt.rfind('}') - taken);
}

using Row = std::map<std::string, std::string>;

/// One row of the force's export, whole and sound, another person each time, but for what is given.
inline std::string export_row(const Row& but = {}) {
    static int count = 0;
    const auto n = std::to_string(100 + ++count);
    Row values{{"CrimeRef", "41/09" + n + "/26"},
               {"ExtractedAt", "21/11/2026 06:00:00"},
               {"DateFrom", "20/11/2026"},
               {"TimeFrom", "22:15"},
               {"VicSurname", "Neighbour" + n},
               {"VicForename", "Given" + n},
               {"VicDOB", "03/04/1" + n},
               {"VicSex", "F"},
               {"AskedNoContact", "N"},
               {"VicTel1Number", "07700 900" + n},
               {"VicTel1Kind", "MOB"},
               {"VicTel1Safe", "Y"},
               {"RiskGrade", "M"}};
    for (const auto& [column, value] : but) { values[column] = value; }
    std::string out;
    std::string columns = header;
    columns.replace(columns.find("\r\n"), 2, ",");
    for (std::size_t at = 0; at < columns.size();) {
        const auto end = columns.find(',', at);
        out += (at == 0 ? "" : ",") + values[columns.substr(at, end - at)];
        at = end + 1;
    }
    return out + "\r\n";
}

inline std::string xml_incident(const std::string& family, const std::string& more = "") {
    static int count = 0;
    const auto n = std::to_string(500 + ++count);
    return "<Incident ref=\"41/09" + n + "/26\"><Victim><Surname>" + family + "</Surname><Forename>Xenia" + n +
           "</Forename><Telephone kind=\"MOB\" safe=\"Y\">07700 900" + n + "</Telephone></Victim><Risk grade=\"M\"/>" +
           more + "</Incident>";
}

inline std::string xml_extract(const std::string& incidents, int said) {
    return "<?xml version=\"1.0\"?>\n<Extract>" + incidents + "<Trailer><Incidents>" + std::to_string(said) +
           "</Incidents></Trailer></Extract>";
}

/// A header without one of its columns, and a row to it.
inline std::string without_column(const std::string& column) {
    std::string columns = header;
    columns.erase(columns.find("," + column + ","), column.size() + 1);
    return columns + export_row();
}

std::vector<BadMessage> bad_messages();

}  // namespace haven::test
