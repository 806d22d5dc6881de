#include "tests/flow/bad_messages.h"

namespace haven::test {
namespace {

std::string line(int record, const std::string& fault, const std::string& where, const std::string& why) {
    return "{\"record\":" + std::to_string(record) + ",\"result\":\"held\",\"fault\":\"" + fault + "\",\"where\":\"" +
           where + "\",\"why\":\"" + why + "\"}";
}

std::string receipt(int taken, int held, const std::string& lines) {
    return "\"state\":\"held\",\"taken\":" + std::to_string(taken) + ",\"held\":" + std::to_string(held) +
           ",\"repeated\":0,\"records\":[" + lines + "]";
}

/// The second of three rows is wrong; the others are taken.
BadMessage one_bad_row(const std::string& name, const Row& but, const std::string& fault, const std::string& where,
                       const std::string& why) {
    BadMessage bad{
        name, header + export_row() + export_row(but) + export_row(), receipt(2, 1, line(2, fault, where, why)), {}};
    for (const auto& [column, value] : but) { bad.planted.push_back(value); }
    return bad;
}

std::string nested(int depth) {
    std::string out;
    for (int i = 0; i < depth; ++i) { out += "<Planted>"; }
    for (int i = 0; i < depth; ++i) { out += "</Planted>"; }
    return out;
}

std::vector<BadMessage> bad_rows() {
    return {
        one_bad_row("unknown-code.csv", {{"RiskGrade", "Plantedgrade"}}, "unmapped", "line 3: RiskGrade",
                    "expected one of the 3 codes of its table"),
        one_bad_row("impossible-date.csv", {{"VicDOB", "31/02/1977"}}, "malformed", "line 3: VicDOB",
                    "expected a day that exists, in the spelling that the map names"),
        one_bad_row("impossible-telephone.csv", {{"VicTel1Number", "0770090PLANT"}}, "malformed",
                    "line 3: VicTel1Number", "expected a telephone number: digits, spaces and one plus"),
        one_bad_row("bad-utf-8.csv", {{"VicSurname", "Plantedname\xff"}}, "malformed", "row 2: line 3",
                    "expected UTF-8 text"),
        one_bad_row("ragged.csv", {{"VicSurname", "Plantedsurname,Plantedcell"}}, "malformed", "row 2: line 3",
                    "expected 73 cells, got 74"),
        one_bad_row("required.csv", {{"VicSurname", ""}, {"VicForename", "Plantedforename"}}, "malformed",
                    "line 3: VicSurname", "a required field has no value"),
    };
}

/// Nothing of the message is taken.
BadMessage bad_whole(const std::string& name, const std::string& bytes, const std::string& fault,
                     const std::string& where, const std::string& why, std::vector<std::string> planted = {}) {
    return {name, bytes, receipt(0, 1, line(0, fault, where, why)), std::move(planted)};
}

std::vector<BadMessage> bad_wholes() {
    using std::string_literals::operator""s;
    return {
        bad_whole("wrong-header.csv", "Plantedcolumn,Another\r\nPlantedcell,2\r\n", "malformed", "line 1: CrimeRef",
                  "expected this column in the header; missing: 73", {"Plantedcolumn", "Plantedcell"}),
        bad_whole("missing-column.csv", without_column("VicSurname"), "malformed", "line 1: VicSurname",
                  "expected this column in the header; missing: 1"),
        bad_whole("workbook.csv", "PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0Plantedsheet.xml\0\0\x01\x02"s, "malformed", "",
                  "expected text, got a ZIP or Excel file", {"Plantedsheet"}),
        bad_whole("other.xml", "<?xml version=\"1.0\"?><Other><Planted>Plantedxml</Planted></Other>", "malformed",
                  "line 1", "expected the root element that the dialect declares", {"Plantedxml"}),
        bad_whole("other.json", R"({"planted": "Plantedjson"})", "unmapped", "",
                  "no map of this partner reads a message of this kind", {"Plantedjson"}),
        bad_whole("declaration-alone.xml", "<?xml version=\"1.0\"?>", "malformed", "line 1: column 22",
                  "expected an XML document"),
        bad_whole("malformed.xml",
                  "<?xml version=\"1.0\"?><Extract>" + xml_incident("Neighbour") + "<Incident><Plantedtag></Extract>",
                  "malformed", "line 1: column 240", "expected the end tag of the open element", {"Plantedtag"}),
        bad_whole("doctype.xml",
                  "<?xml version=\"1.0\"?><!DOCTYPE Extract [<!ENTITY planted SYSTEM \"file:///etc/hostname\">]>" +
                      xml_extract(xml_incident("&planted;"), 1).substr(22),
                  "malformed", "line 1: column 40", "expected no DOCTYPE", {"planted", "hostname"}),
        bad_whole("entity.xml", xml_extract(xml_incident("&plantedentity;"), 1), "malformed", "line 2: column 70",
                  "expected no entity but XML's own five", {"plantedentity"}),
        bad_whole("nested.xml", xml_extract(xml_incident("Deepsample", nested(70)), 1), "too-large",
                  "line 2: column 752", "expected at most 64 levels", {"Planted", "Deepsample"}),
        bad_whole("trailer.xml", xml_extract(xml_incident("Uncounted") + xml_incident("Uncountedtoo"), 3), "malformed",
                  "", "the trailer says 3 records, the message has 2", {"Uncounted"}),
        bad_whole("no-trailer.xml", "<?xml version=\"1.0\"?><Extract>" + xml_incident("Untrailed") + "</Extract>",
                  "malformed", "", "expected a trailer with the number of records", {"Untrailed"}),
    };
}

BadMessage unknown_element() {
    return {
        "unknown-element.xml",
        xml_extract(xml_incident("Neighbourone") + xml_incident("Neighbourtwo", "<Odd>Plantedtext</Odd>") +
                        xml_incident("Neighbourthree"),
                    3),
        receipt(2, 1,
                line(2, "malformed", "record 2: line 2: column 380", "expected an element that the schema declares")),
        {"Plantedtext"}};
}

}  // namespace

std::vector<BadMessage> bad_messages() {
    auto all = bad_rows();
    for (auto& whole : bad_wholes()) { all.push_back(std::move(whole)); }
    all.push_back(unknown_element());
    return all;
}

}  // namespace haven::test
