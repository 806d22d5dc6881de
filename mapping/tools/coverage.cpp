#include "mapping/tools/coverage.h"

#include <algorithm>
#include <set>

#include "mapping/tools/canonical_json.h"
#include "mapping/tools/places.h"
#include "mapping/tools/translate.h"

namespace haven {
namespace {

/// What the samples of one map have exercised.
class Exercised : public Trace {
public:
    void begin() override {}
    void met(const program::Match& place, Document::Index /*node*/) override { places.insert(&place); }
    void gave(const program::Line& line, std::span<const Document::Index> /*nodes*/, InstanceNumber /*in*/,
              std::string_view /*value*/) override {
        fields.add(*line.field);
    }

    void add(const DialectCase& sample) {
        const auto& map = *sample.map->map;
        if (sample.sample.inward) {
            // What cannot be read is a sample too: its case says so.
            [[maybe_unused]] const auto done = read_message(
                map, sample.input, [](const ReadRecord&, const Result<std::vector<Record>>&) {}, this);
            return;
        }
        const auto record = record_of_json(map.catalogue(), map.record_type(), sample.input);
        const auto written =
            record ? write_whole(map, *record) : Result<std::string>(fail(Fault::malformed, "no record"));
        if (!written) { return; }
        fields |= record->fields();
        MemorySource source(*written);
        [[maybe_unused]] const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
            if (!read.document) { return {}; }
            const auto found = places_in(map, **read.document);
            places.insert(found.begin(), found.end());
            return {};
        });
    }

    std::set<const program::Match*> places;
    FieldSet fields;
};

void add_list(const char* title, const std::vector<std::string>& names, std::string& out) {
    if (names.empty()) { return; }
    out += std::string("  ") + title + " that no sample exercises:\n";
    for (const auto& name : names) { out += "    " + name + "\n"; }
}

std::string so_many(std::size_t all, std::size_t left, const char* what) {
    return std::to_string(all - left) + " of " + std::to_string(all) + " " + what;
}

}  // namespace

std::map<std::string, Coverage> coverage_of(const Dialect& dialect) {
    std::map<std::string, Coverage> out;
    for (const auto& [name, made] : dialect.maps()) {
        Exercised exercised;
        for (const auto& each : dialect.cases()) {
            if (each.map == &made) { exercised.add(each); }
        }
        auto& coverage = out[name];
        for (const auto& place : partner_places(*made.map)) {
            ++coverage.partner_fields;
            if (!exercised.places.contains(place.match)) { coverage.partner_left.push_back(place.path); }
        }
        const auto fields = made.map->writes() | made.map->reads();
        const auto& catalogue = *made.map->catalogue();
        coverage.canonical_fields = fields.size();
        (fields - exercised.fields).each([&](FieldNumber f) {
            coverage.canonical_left.emplace_back(catalogue.field(f).path.text());
        });
    }
    return out;
}

std::string coverage_text(const Dialect& dialect) {
    std::string out;
    for (const auto& [name, coverage] : coverage_of(dialect)) {
        out += dialect.name() + "/" + name +
               ".map: " + so_many(coverage.partner_fields, coverage.partner_left.size(), "partner fields, ") +
               so_many(coverage.canonical_fields, coverage.canonical_left.size(), "canonical fields\n");
        add_list("partner fields", coverage.partner_left, out);
        add_list("canonical fields", coverage.canonical_left, out);
    }
    return out;
}

}  // namespace haven
