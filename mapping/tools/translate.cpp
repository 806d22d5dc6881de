#include "mapping/tools/translate.h"

#include "mapping/format/json_writer.h"
#include "mapping/tools/canonical_json.h"
#include "mapping/tools/sample.h"

namespace haven {
namespace {

// A sample's own time, so that what comes out is the same on every day.
constexpr Instant sample_time = from_us(1'795'262'400'000'000);  // 2026-11-21T12:00:00Z

/// An agreement that names every field of a record type: a sample is told whole.
std::shared_ptr<const Agreement> about_everything(const std::shared_ptr<const Catalogue>& catalogue,
                                                  RecordTypeNumber number) {
    const auto& type = catalogue->record_type(number);
    Terms terms;
    terms.name = "samples";
    terms.from.partner = "hub";
    terms.to.partner = "reader-of-samples";
    terms.record_type = type.name.text();
    terms.consent = ConsentRule::not_required;
    terms.start = sample_time - std::chrono::hours(1);
    terms.end = sample_time + std::chrono::hours(1);
    auto& fields = terms.fields[Stage::accept];
    type.fields.each([&](FieldNumber f) { fields.emplace_back(catalogue->field(f).path.text()); });
    auto made = Agreement::make(terms, catalogue);
    return made ? *made : nullptr;
}

CaseFile case_file_of(const Record& record) {
    const std::vector<CaseRecord> records{{record, {RecordId{1}, {}, sample_time, false}}};
    return CaseFile::fold(record.shared_catalogue(), records);
}

tl::expected<Disclosure, Refusal> whole(const Record& record) {
    const auto& catalogue = record.shared_catalogue();
    const auto agreement = about_everything(catalogue, record.type());
    if (agreement == nullptr) { return tl::unexpected(Refusal::nothing_allowed); }
    Facts facts;
    facts.recipient = agreement->to();
    facts.hub_team = true;  // a map is tested with what it may have to write one day: every contact point
    facts.onward.assign(1, catalogue->record_type(record.type()).fields);
    facts.said = catalogue->record_type(record.type()).fields;
    facts.withdrawn = facts.stopped = facts.site_stopped = facts.conflict = false;
    facts.mixes_rehearsal = facts.locators_held = facts.outside_safe_window = false;
    return disclose(agreement, case_file_of(record), Stage::accept, facts, sample_time);
}

// The record's own number stands at the front of the line.
std::string text_of_error(const Error& error) {
    std::string out = std::string(name_of(error.fault)) + ": ";
    for (auto place = error.places.rbegin(); place != error.places.rend(); ++place) {
        if (place->kind == Place::Kind::row || place->kind == Place::Kind::record) { continue; }
        out += place->text() + ": ";
    }
    return out + std::string(error.reason.text());
}

std::string indented(const Map& map, const std::string& bytes) {
    std::string out;
    MemorySource source(bytes);
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) { return fail(read.document.error()); }
        return JsonWriter(map.vocabulary(), JsonLayout::indented).write(**read.document, out);
    });
    return done ? out : bytes;
}

}  // namespace

Result<void> read_message(const Map& map, std::string_view message, const OnRecords& handler, Trace* trace) {
    if (map.has_count()) {
        MemorySource counted(message);
        if (auto done = map.check_count(counted); !done) { return done; }
    }
    MemorySource source(message);
    return map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (read.document) {
            handler(read, map.records(**read.document, sample_time, trace));
        } else {
            handler(read, fail(read.document.error()));
        }
        return {};
    });
}

Record folded(const Record& record) {
    return case_file_of(record).facts();
}

std::string told_error(std::int64_t record, const Error& error) {
    return "record " + std::to_string(record) + ": " + text_of_error(error);
}

std::string told_inward(const Map& map, std::string_view message) {
    std::string out;
    const auto done = read_message(map, message, [&](const ReadRecord& read, const Result<std::vector<Record>>& made) {
        if (!made) { out += told_error(read.number, made.error()) + "\n"; }
        if (!made) { return; }
        for (const auto& record : *made) { out += canonical_json(record); }
    });
    if (!done) { out += "message: " + text_of_error(done.error()) + "\n"; }
    return std::string(without_last_line_end(out));
}

Result<std::string> write_whole(const Map& map, const Record& record) {
    auto disclosure = whole(record);
    if (!disclosure) { return fail(Fault::refused, reason_of(disclosure.error())); }
    auto written = OutwardMap(map).write(std::move(*disclosure));
    if (!written) { return fail(std::move(written).error()); }
    return std::string(written->bytes());
}

std::string told_outward(const Map& map, const Record& record) {
    const auto written = write_whole(map, record);
    if (!written) { return "nothing is written: " + text_of_error(written.error()); }
    const auto shown = map.format() == Format::json ? indented(map, *written) : *written;
    return std::string(without_last_line_end(shown));
}

std::string told_outward(const Map& map, std::string_view json) {
    const auto record = record_of_json(map.catalogue(), map.record_type(), json);
    if (!record) { return "not read: " + record.error(); }
    return told_outward(map, *record);
}

}  // namespace haven
