// How fast messages become canonical records and records become messages, on one core, beside what the reading or the
// writing alone costs. Prints: what, value, unit, the raw cost beside it.
//
//     mapping_bench [MEGABYTES-OF-THE-BIG-FILE]
#include <cstdio>
#include <fstream>

#include "core/xml/schema.h"
#include "mapping/format/xml_reader.h"
#include "mapping/outward.h"
#include "tests/bench/timing.h"
#include "tests/mapping/shipped_maps.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using bench::print;
using bench::rate;
using bench::seconds_of;

constexpr std::string_view header =
    "CrimeRef,ExtractedAt,DateFrom,TimeFrom,Reported,IncidentPostcode,IncidentAddress,Summary,VicSurname,VicForename,"
    "VicDOB,VicSex,VicLanguage,VicHomeArea,SleepingTonight,AskedNoContact,VicTel1Number,VicTel1Kind,VicTel1Safe,"
    "VicAddr1Kind,VicAddr1House,VicAddr1Street,VicAddr1Town,VicAddr1Postcode,VicAddr1Uprn,Child1Surname,"
    "Child1Forename,Child1DOB,Child1School,Child2Surname,Child2Forename,Child2DOB,Perp1Surname,Perp1Forename,Perp1DOB,"
    "Perp1Relation,Perp1LivesWith,Perp1Employer,RiskGrade,RiskScore\r\n";
constexpr std::string_view row =
    ",21/11/2026 06:00:00,20/11/2026,22:35,20/11/2026 23:00,ZZ99 1AB,\"12 Alderney Close, Eastford\",\"He keeps her "
    "keys, her card and her telephone.\",Thornfield,Maya,14/06/1994,F,en,E07999001,HOME,N,07700 900142,MOB,Y,HOME,12,"
    "Alderney Close,Eastford,ZZ99 1AB,000999000142,Thornfield,Ivy,09/09/2022,Saltbridge Primary,Thornfield,Noah,"
    "02/02/2017,Thornfield,Daniel,30/01/1990,HUSB,Y,Brightwater Vans,H,17\r\n";

// 40 columns, and the conversions that a police extract needs.
constexpr std::string_view map_text = R"(map bench.incident 1
dialect csv
record incident-report 1
constant "bench"          ->  incident/reference/issuer
CrimeRef                  ->  incident/reference/value   required
ExtractedAt               ->  report/as-of               instant(dd/MM/yyyy HH:mm:ss, Europe/London)
DateFrom, TimeFrom        ->  incident/started           instant(dd/MM/yyyy HH:mm, Europe/London, 00:00)
Reported                  ->  incident/reported          instant(dd/MM/yyyy HH:mm, Europe/London)
IncidentPostcode          ->  incident/place/postcode    postcode
IncidentAddress           ->  incident/place/as-entered
Summary                   ->  incident/summary           trim
VicSurname                ->  victim/name/family         required
VicForename               ->  victim/name/given
VicDOB                    ->  victim/birth-date          date(dd/MM/yyyy)
VicSex                    ->  victim/gender              code(sex)
VicLanguage               ->  victim/language
VicHomeArea               ->  victim/home-area
SleepingTonight           ->  victim/sleeping-tonight    code(sleeping)
AskedNoContact            ->  victim/safe-contact/asked-not-to-be-contacted  yes_no(Y, N)
each VicTel1..1           ->  victim/phone
  Number                  ->  victim/phone/number        phone(GB)
  Kind                    ->  victim/phone/kind          code(telephone)
  Safe                    ->  victim/phone/safe          yes_no(Y, N, U)   default unknown
each VicAddr1..1          ->  victim/address
  Kind                    ->  victim/address/kind        code(address)
  House                   ->  victim/address/place/building
  Street                  ->  victim/address/place/street
  Town                    ->  victim/address/place/town
  Postcode                ->  victim/address/place/postcode  postcode
  Uprn                    ->  victim/address/place/uprn      uprn(12)
each Child1..2            ->  child
  Surname                 ->  child/name/family
  Forename                ->  child/name/given
  DOB                     ->  child/birth-date           date(dd/MM/yyyy)
Child1School              ignore "measured without"
each Perp1..1             ->  perpetrator
  Surname                 ->  perpetrator/name/family
  Forename                ->  perpetrator/name/given
  DOB                     ->  perpetrator/birth-date     date(dd/MM/yyyy)
  Relation                ->  perpetrator/relationship-to-victim  code(relation)
  LivesWith               ->  perpetrator/lives-with-victim       yes_no(Y, N, U)
  Employer                ->  perpetrator/employer
RiskGrade                 ->  risk/level                 code(risk)   required
RiskScore                 ->  risk/score
code sex
  F = female
  M = male
code sleeping
  HOME = home
  CAR = car
code telephone
  MOB = mobile
code address
  HOME = home
code relation
  HUSB = husband
  WIFE = wife
code risk
  S = standard
  M = medium
  H = high
)";

constexpr std::string_view offer_map = R"(map bench.offer 1
dialect json
record referral 1
reference               <-  request/reference         required
kind                    <-  constant "referral"
service                 <-  request/service
person.firstName        <-  victim/name/given
person.lastName         <-  victim/name/family
person.dateOfBirth      <-  victim/birth-date
household.adults        <-  household/adults
household.children      <-  household/children
each person.telephones  <-  victim/phone
  number                <-  victim/phone/number       phone(GB)
  safeToCall            <-  victim/phone/safe         boolean
each children           <-  child
  firstName             <-  child/name/given
  dateOfBirth           <-  child/birth-date
riskGrade               <-  risk/level
)";

std::shared_ptr<const Map> compiled(std::string_view text, const CodeLists& lists = {},
                                    const DialectSchemas& schemas = {}) {
    auto made = Map::compile(text, "bench.map", test::catalogue(), lists, schemas);
    if (!made) {
        std::fprintf(stderr, "%s\n", text_of(made.error().front(), text).c_str());
        std::exit(1);
    }
    return *made;
}

std::string csv_of(int records) {
    std::string out(header);
    for (int i = 0; i < records; ++i) { out += "41/" + std::to_string(i) + "/26" + std::string(row); }
    return out;
}

/// Reads a message; `take` gets each document.
template <class Take>
void read(FormatReader& reader, ByteSource& source, Take&& take) {
    const auto done = reader.read(source, [&](const ReadRecord& one) -> Result<void> {
        if (!one.document) { return fail(one.document.error()); }
        return take(**one.document);
    });
    if (done) { return; }
    std::fprintf(stderr, "%s\n", done.error().message().c_str());
    std::exit(1);
}

Result<void> map_one(const Map& map, const Document& document) {
    const auto record = map.in(document, test::noon);
    if (!record) { return fail(record.error()); }
    return {};
}

void incidents_in_csv() {
    const auto map = compiled(map_text);
    constexpr int records = 10'000;
    const auto message = csv_of(records);
    const auto reader = map->reader();
    const double all = seconds_of([&] {
        MemorySource source(message);
        read(*reader, source, [&](const Document& d) { return map_one(*map, d); });
    });
    const double alone = seconds_of([&] {
        MemorySource source(message);
        read(*reader, source, [](const Document&) -> Result<void> { return {}; });
    });
    const auto only_one = csv_of(1);
    MemorySource source(only_one);
    double one = 0;
    read(*reader, source, [&](const Document& d) -> Result<void> {
        one = seconds_of([&] {
            for (int i = 0; i < 1'000; ++i) { static_cast<void>(map_one(*map, d)); }
        });
        return {};
    });
    print("mapping alone, 40 fields", one * 1e3, "us", "");
    print("CSV in to canonical", records / all, "records/s", rate("reading alone", records / alone));
    print("CSV in, bytes", static_cast<double>(message.size()) / all / 1e6, "MB/s", "");
}

std::string xml_message() {
    std::string out =
        "<Referral><Reference>5b65f3a8304d339a</Reference><Service>mens-support</Service>"
        "<Marking>official-sensitive</Marking><Person><FirstName>Owen</FirstName><LastName>Quarrington</LastName>"
        "<AgeBand>25-64</AgeBand><Gender>male</Gender><Language>en</Language>";
    for (int i = 0; i < 6; ++i) {
        out +=
            "<Telephone><Number>0770090027" + std::to_string(i) + "</Number><SafeToCall>yes</SafeToCall></Telephone>";
    }
    for (int i = 0; i < 8; ++i) { out += "<CallWindow day=\"tuesday\" from=\"13:00:00\" until=\"14:30:00\"/>"; }
    return out + "</Person><Household><Children>0</Children></Household><Risk>medium</Risk></Referral>";
}

constexpr std::string_view xml_map = R"(map bench.referral 1
dialect xml root Referral
record referral 1
Reference              ->  request/reference        required
Service                ->  request/service
Marking                ->  request/marking
Person.FirstName       ->  victim/name/given
Person.LastName        ->  victim/name/family
Person.AgeBand         ->  household/victim-age-band
Person.Gender          ->  victim/gender
Person.Language        ->  victim/language
each Person.Telephone  ->  victim/phone
  Number               ->  victim/phone/number      phone(GB)
  SafeToCall           ->  victim/phone/safe
each Person.CallWindow ->  victim/safe-contact/window
  @day                 ->  victim/safe-contact/window/day
  @from                ->  victim/safe-contact/window/from
  @until               ->  victim/safe-contact/window/until
Household.Children     ->  household/children
Risk                   ->  risk/level
)";

/// Looks at nothing: what the parser costs by itself.
class Nothing : public xml::Events {
public:
    Result<void> start(const xml::Element&) override { return {}; }
    Result<void> text(std::string_view) override { return {}; }
    Result<void> end() override { return {}; }
    Result<void> invalid(const Error&) override { return {}; }
};

void referrals_in_xml() {
    const auto schema = xml::Schema::load(HAVEN_SOURCE_DIR "/schemas/dialects/charity-xml", "charity.xsd").value();
    const auto map = compiled(xml_map);
    const auto message = xml_message();
    XmlReader reader(map->vocabulary(), {}, schema.get());
    const double all = seconds_of([&] {
        MemorySource source(message);
        read(reader, source, [&](const Document& d) { return map_one(*map, d); });
    });
    const auto parse = [&](const xml::Schema* with) {
        xml::Reader parser(with);
        return seconds_of([&] {
            MemorySource source(message);
            Nothing nothing;
            static_cast<void>(parser.read(source, nothing));
        });
    };
    print(
        ("XML " + std::to_string(message.size()) + " bytes with XSD to canonical").c_str(), 1 / all, "records/s",
        rate("parsed and validated alone", 1 / parse(schema.get())) + ", " + rate("parsed alone", 1 / parse(nullptr)));
}

void offers_in_json() {
    const auto map = compiled(offer_map);
    const auto record = test::record("referral", {{"request/reference", "5b65f3a8304d339a"},
                                                  {"request/service", "rehousing"},
                                                  {"victim/name/given", "Maya"},
                                                  {"victim/name/family", "Thornfield"},
                                                  {"victim/birth-date", "1994-06-14"},
                                                  {"victim/phone[0]/number", "+447700900142"},
                                                  {"victim/phone[0]/safe", "yes"},
                                                  {"household/adults", "1"},
                                                  {"household/children", "2"},
                                                  {"child[0]/name/given", "Ivy"},
                                                  {"child[0]/birth-date", "2022-09-09"},
                                                  {"child[1]/name/given", "Noah"},
                                                  {"risk/level", "high"}});
    const auto disclosure = test::whole(record, "referral");
    std::size_t bytes = 0;
    const double one = seconds_of([&] { bytes = OutwardMap(*map).write(disclosure)->bytes().size(); });
    print("JSON out", 1 / one, "records/s", std::to_string(bytes) + " bytes each");
}

/// Rows without end, as a file of that size would hold them.
class Rows : public ByteSource {
public:
    explicit Rows(std::size_t bytes) : left_(bytes), text_(csv_of(200)) {}
    Result<std::size_t> read(std::span<char> into) override {
        if (at_ == text_.size()) {
            at_ = header.size();
            left_ -= std::min(left_, text_.size());
        }
        if (left_ == 0) { return std::size_t{0}; }
        const auto n = text_.copy(into.data(), into.size(), at_);
        at_ += n;
        return n;
    }

private:
    std::size_t left_;
    std::string text_;
    std::size_t at_ = 0;
};

// What getrusage says would be the peak of whoever started this program too.
double peak_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) { return std::stod(line.substr(6)) / 1024; }
    }
    return 0;
}

void big_file(std::size_t megabytes) {
    const auto map = compiled(map_text);
    const auto run = [&](std::size_t size) {
        Rows rows(size * 1'000'000);
        read(*map->reader(), rows, [&](const Document& d) { return map_one(*map, d); });
        return peak_mb();
    };
    const double small = run(1);
    const double big = run(megabytes);
    print(("peak memory after " + std::to_string(megabytes) + " MB of CSV").c_str(), big, "MB",
          "after 1 MB " + std::to_string(small));
}

void checker() {
    const auto one = seconds_of([] { compiled(map_text); });
    print("checking 300 maps of 45 lines", one * 300 * 1e3, "ms", "");
    const auto path = std::filesystem::path(HAVEN_SOURCE_DIR "/schemas/dialects/northshire-police/incident-xml.map");
    const auto text = test::text_of_file(path);
    const auto lists = code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes");
    const auto schemas = dialect_schemas_of(path.parent_path().string());  // reads each schema once
    const auto held = seconds_of([&] { compiled(text, lists, schemas); });
    print("checking 300 maps of 114 lines against an XSD", held * 300 * 1e3, "ms", "");
}

}  // namespace
}  // namespace haven

int main(int count, char** arguments) {
    haven::incidents_in_csv();
    haven::referrals_in_xml();
    haven::offers_in_json();
    haven::checker();
    haven::big_file(count > 1 ? std::stoul(arguments[1]) : 200);
}
