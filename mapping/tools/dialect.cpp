#include "mapping/tools/dialect.h"

#include <algorithm>

#include "mapping/tools/canonical_json.h"
#include "mapping/tools/line_changes.h"
#include "mapping/tools/translate.h"

namespace haven {
namespace {

/// The laws of one map over one record.
class Laws {
public:
    explicit Laws(const Map& map) : map_(map), covered_(map.writes()) { covered_ &= map.reads(); }

    /// "" where they hold. `came_in`: the record was read by the map, so what goes both ways comes back the same.
    std::string over(const Record& record, bool came_in) const {
        if (covered_.empty()) { return {}; }
        const auto first = write_whole(map_, record);
        if (!first) { return {}; }  // a value that has no way out is held, and so is this
        const auto back = read_one(*first);
        if (!back) {
            return is_a_part(back.error()) ? "" : "what it writes it does not read: " + back.error().message();
        }
        const auto before = covered_lines(folded(record));
        const auto after = covered_lines(*back);
        if (came_in && before != after) {
            return "what it writes reads otherwise than what came in:\n" +
                   text_of_changes(line_changes(before, after), "      ");
        }
        const auto second = write_whole(map_, *back);
        if (second && *second == *first) { return {}; }
        return "what it wrote it reads, and then writes otherwise:\n" +
               text_of_changes(line_changes(lines_of_text(*first), lines_of_text(second.value_or(""))), "      ");
    }

private:
    // A map need not write all that it requires of what it reads.
    static bool is_a_part(const Error& error) {
        const bool path = std::any_of(error.places.begin(), error.places.end(),
                                      [](const Place& place) { return place.kind == Place::Kind::path; });
        return path || error.reason.text() == "a required field has no value";
    }

    Result<Record> read_one(const std::string& bytes) const {
        Result<Record> out = fail(Fault::malformed, "no record");
        const auto done = read_message(map_, bytes, [&](const ReadRecord&, const Result<std::vector<Record>>& made) {
            if (made) {
                out = made->front();
            } else {
                out = fail(made.error());
            }
        });
        return done ? out : fail(done.error());
    }

    // By the lines of their values, sorted: instances may come back in another order.
    std::vector<std::string> covered_lines(const Record& record) const {
        std::vector<bool> keep;
        for (const auto& value : record.values()) { keep.push_back(covered_.has(value.field)); }
        std::vector<std::string> out;
        for (auto line : value_lines(record.part(record.type(), keep))) {
            for (auto open = line.find('['); open < line.find(" = "); open = line.find('[', open)) {
                line.erase(open, line.find(']', open) - open + 1);
            }
            out.push_back(std::move(line));
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    const Map& map_;
    FieldSet covered_;
};

std::string broken_law(const DialectCase& sample) {
    const auto& map = *sample.map->map;
    const Laws laws(map);
    std::string out;
    if (!sample.sample.inward) {
        const auto record = record_of_json(map.catalogue(), map.record_type(), sample.input);
        return record ? laws.over(*record, false) : "";
    }
    // An error of the message is told in what came out.
    [[maybe_unused]] const auto done =
        read_message(map, sample.input, [&](const ReadRecord&, const Result<std::vector<Record>>& made) {
            if (!made) { return; }
            for (const auto& record : *made) {
                if (out.empty()) { out = laws.over(record, true); }
            }
        });
    return out;
}

// What is written is validated as though the partner read it; "" where it is as its schema says.
std::string against_schema(const DialectCase& sample) {
    const auto& map = *sample.map->map;
    if (sample.sample.inward || !map.has_schema()) { return {}; }
    const auto record = record_of_json(map.catalogue(), map.record_type(), sample.input);
    const auto written = record ? write_whole(map, *record) : Result<std::string>(fail(Fault::malformed, "no record"));
    if (!written) { return {}; }  // its case says so
    MemorySource source(*written);
    std::string out;
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) { out = read.document.error().message(); }
        return {};
    });
    if (!done) { out = done.error().message(); }
    return out;
}

// Whether the map makes something of the sample: one that it only holds shows nothing of what the map does.
bool makes_any(const DialectCase& sample) {
    const auto& map = *sample.map->map;
    if (!sample.sample.inward) {
        const auto record = record_of_json(map.catalogue(), map.record_type(), sample.input);
        return record && write_whole(map, *record);
    }
    bool out = false;
    [[maybe_unused]] const auto done = read_message(
        map, sample.input,
        [&](const ReadRecord&, const Result<std::vector<Record>>& made) { out = out || (made && !made->empty()); });
    return out;
}

}  // namespace

Dialect::Dialect(const DialectFiles& files, const Schemas& schemas) : name_(files.name) {
    for (const auto& [name, text] : files.maps) { add_map(name, text, schemas); }
    for (const auto& [name, text] : files.samples) {
        if (name.ends_with(".case")) { add_case(name, text, files); }
    }
}

void Dialect::add_map(const std::string& name, const std::string& text, const Schemas& schemas) {
    auto made =
        Map::compile(text, name_ + "/" + name + ".map", schemas.versions, schemas.code_lists, schemas.dialect_schemas);
    if (made) {
        maps_.emplace(name, DialectMap{text, *made});
        return;
    }
    for (auto& problem : made.error()) {
        if (problem.quoted.empty() && problem.file.ends_with(".map")) { problem.quoted = line_of(text, problem.line); }
        problems_.push_back(std::move(problem));
    }
}

void Dialect::add_case(const std::string& file, const std::string& text, const DialectFiles& files) {
    const auto shown = name_ + "/samples/" + file;
    auto sample = parse_sample(text, shown);
    if (!sample) { return problems_.push_back(sample.error()); }
    if (!files.maps.contains(sample->map)) {
        std::vector<std::string_view> names;
        for (const auto& [name, map] : files.maps) { names.emplace_back(name); }
        const auto near = nearest_word(sample->map, names);
        auto message = "no map " + sample->map + " in this dialect";
        if (!near.empty()) { message += "; did you mean " + std::string(near) + "?"; }
        return problems_.push_back({shown, 0, 0, 1, std::move(message)});
    }
    const auto beside = files.samples.find(sample->file);
    if (!sample->file.empty() && beside == files.samples.end()) {
        return problems_.push_back({shown, 0, 0, 1, "no file " + sample->file + " beside the case"});
    }
    const auto map = maps_.find(sample->map);
    if (map == maps_.end()) { return; }  // its problems are told
    auto input = sample->file.empty() ? sample->input : beside->second;
    cases_.push_back({file, std::move(*sample), std::move(input), &map->second});
}

CaseResult run_case(const DialectCase& sample) {
    CaseResult out;
    out.of = &sample;
    const auto& map = *sample.map->map;
    out.came_out = sample.sample.inward ? told_inward(map, sample.input) : told_outward(map, sample.input);
    if (out.came_out != sample.sample.expected) {
        out.difference =
            text_of_changes(line_changes(lines_of_text(sample.sample.expected), lines_of_text(out.came_out)), "      ");
    }
    out.broken_law = broken_law(sample);
    const auto said = against_schema(sample);
    if (!said.empty()) { out.broken_law = "what it writes is not as its schema says: " + said; }
    return out;
}

std::vector<std::string> untested_maps(const Dialect& dialect) {
    std::vector<std::string> out;
    for (const auto& [name, made] : dialect.maps()) {
        const auto& all = dialect.cases();
        const bool tested = std::any_of(all.begin(), all.end(), [&made = made](const DialectCase& c) {
            return c.map == &made && !c.sample.expected.empty() && makes_any(c);
        });
        if (!tested) { out.push_back(name); }
    }
    return out;
}

}  // namespace haven
