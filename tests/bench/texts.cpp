#include "tests/bench/texts.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace haven::bench {
namespace {

constexpr std::string_view stem = "Benchley";
constexpr std::uint64_t letters = 26;
constexpr std::size_t xml_bytes = 2'048;

std::string two_digits(std::uint64_t n) {
    return (n < 10 ? "0" : "") + std::to_string(n);
}

struct Person {
    std::string surname;
    std::string forename;
    std::uint64_t year, month, day;
    std::string phone;
};

// Numbers that begin with 06 belong to nobody in the United Kingdom; there are not enough of Ofcom's for drama.
Person person(std::uint64_t number) {
    static constexpr std::array forenames{"Alva", "Brin", "Cato", "Dilys", "Enfys", "Fenn", "Greer", "Hollis"};
    const auto x = number * 2'654'435'761U;
    std::array<char, 16> phone{};
    std::snprintf(phone.data(), phone.size(), "06%09llu", static_cast<unsigned long long>(number % 1'000'000'000U));
    return {surname_of(number), forenames.at(number % forenames.size()),
            1950 + x % 50,      1 + x / 64 % 12,
            1 + x / 1024 % 28,  phone.data()};
}

std::string now_text(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &utc)};
}

}  // namespace

std::string surname_of(std::uint64_t number) {
    std::string out(stem);
    for (; number > 0; number /= letters) { out += static_cast<char>('a' + number % letters); }
    return out;
}

std::optional<std::uint64_t> number_of(std::string_view surname) {
    if (!surname.starts_with(stem)) { return std::nullopt; }
    std::uint64_t number = 0;
    for (auto at = surname.size(); at > stem.size(); --at) {
        number = number * letters + static_cast<std::uint64_t>(surname[at - 1] - 'a');
    }
    return number;
}

std::string police_xml(std::uint64_t number, bool consents) {
    const auto p = person(number);
    const auto now = now_text("%Y-%m-%dT%H:%M:%SZ");
    const auto born = std::to_string(p.year) + "-" + two_digits(p.month) + "-" + two_digits(p.day);
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Incident><Ref>BN-" + std::to_string(number) +
        "</Ref><ExtractedAt>" + now + "</ExtractedAt><Started>" + now + "</Started><Reported>" + now +
        "</Reported><Place><Postcode>ZZ99 3VZ</Postcode><AsEntered>1 Invented Street, Nowhere</AsEntered></Place>"
        "<Victim><Surname>" +
        p.surname + "</Surname><Forename>" + p.forename + "</Forename><DOB>" + born +
        "</DOB><Sex>F</Sex><Language>en</Language><HomeArea>E07999001</HomeArea><Sleeping>HOME</Sleeping>"
        "<Phone><Number>" +
        p.phone +
        "</Number><Kind>MOB</Kind><Safe>Y</Safe></Phone>"
        "<Address><Kind>HOME</Kind><House>" +
        std::to_string(number % 200) +
        "</House><Street>Invented Street</Street><Town>Nowhere</Town><Postcode>ZZ99 3VZ</Postcode></Address></Victim>"
        "<Child><Surname>" +
        p.surname + "</Surname><Forename>Wynn</Forename><DOB>2016-03-0" + std::to_string(1 + number % 9) +
        "</DOB><School>Invented Primary</School></Child>"
        "<Perpetrator><Surname>Ruthless</Surname><Forename>Rex</Forename><DOB>1980-01-01</DOB><Relation>HUSB</Relation>"
        "<LivesWith>Y</LivesWith><Employer>Invented Works</Employer><Custody>RUI</Custody></Perpetrator>"
        "<Risk><Grade>H</Grade><Tool>DASH</Tool><Score>15</Score><Factor>SEP</Factor><Factor>THR</Factor></Risk>"
        "<Abuse>CON</Abuse><Abuse>PHY</Abuse>";
    if (consents) { out += "<Consent><Refer>Y</Refer><PassContact>Y</PassContact></Consent>"; }
    out += "<Summary>";
    constexpr std::string_view words =
        "An invented account of an incident that never was, as long as such accounts are. ";
    constexpr std::string_view end = "</Summary></Incident>\n";
    while (out.size() + words.size() + end.size() < xml_bytes) { out += words; }
    out += end;
    return out;
}

std::string csv_header() {
    std::string out =
        "CrimeRef,ExtractedAt,DateFrom,TimeFrom,Reported,IncidentPostcode,IncidentAddress,Summary,VicSurname,"
        "VicForename,"
        "VicDOB,VicSex,VicLanguage,VicHomeArea,SleepingTonight,AskedNoContact,VicTel1Number,VicTel1Kind,VicTel1Safe,"
        "VicTel2Number,VicTel2Kind,VicTel2Safe,VicAddr1Kind,VicAddr1House,VicAddr1Street,VicAddr1Town,VicAddr1Postcode,"
        "VicAddr1Uprn";
    for (const char* child : {"1", "2", "3", "4", "5", "6"}) {
        for (const char* what : {"Surname", "Forename", "DOB", "School"}) {
            out += std::string(",Child") + child + what;
        }
    }
    for (const char* person : {"1", "2"}) {
        for (const char* what : {"Surname", "Forename", "DOB", "Relation", "LivesWith", "Employer", "Custody"}) {
            out += std::string(",Perp") + person + what;
        }
    }
    return out + ",RiskGrade,RiskTool,RiskScore,RiskFactors,AbuseKinds,HousingApproach,OfficerNotes\r\n";
}

std::string csv_row(std::uint64_t number) {
    const auto p = person(number);
    const auto born = two_digits(p.day) + "/" + two_digits(p.month) + "/" + std::to_string(p.year);
    static const auto today = now_text("%d/%m/%Y");
    static const std::string no_more_children(20, ',');
    return "BC-" + std::to_string(number) + "," + today + " 00:00:00," + today + ",00:00," + today +
           " 00:00,ZZ99 3VZ,\"1 Invented Street, Nowhere\",An invented account of an incident that never was.," +
           p.surname + "," + p.forename + "," + born + ",F,en,E07999001,HOME,N," + p.phone + ",MOB,Y,,,,HOME," +
           std::to_string(number % 200) + ",Invented Street,Nowhere,ZZ99 3VZ,," + p.surname +
           ",Wynn,01/03/2016,Invented Primary" + no_more_children +
           ",Ruthless,Rex,01/01/1980,HUSB,Y,Invented Works,RUI,,,,,,,,H,DASH,15,SEP;THR,CON;PHY,,\r\n";
}

std::string acceptance(std::string_view reference) {
    return R"({"messageType":"answer","externalId":")" + std::string(reference) +
           R"(","decision":"ACCEPTED","decidedAt":")" + now_text("%Y-%m-%dT%H:%M:%SZ") + "\"}";
}

}  // namespace haven::bench
