#include "mapping/tools/explain.h"

#include <algorithm>

#include "core/catalogue/raw_text.h"
#include "mapping/tools/canonical_json.h"
#include "mapping/tools/places.h"
#include "mapping/tools/translate.h"
#include "mapping/tools/unknown.h"

namespace haven {
namespace {

/// Keeps what a map read of one document.
class Heard : public Trace {
public:
    struct Given {
        std::size_t record;  // of the document, from 0
        const program::Line* line;
        std::vector<Document::Index> nodes;
        InstanceNumber in;
        std::string value;

        /// In the order of the document; constants and defaults first.
        std::int64_t first_node() const {
            const auto most = nodes.empty() ? Document::none : *std::min_element(nodes.begin(), nodes.end());
            return most == Document::none ? -1 : static_cast<std::int64_t>(most);
        }
    };

    void begin() override { ++records_; }
    void met(const program::Match& place, Document::Index node) override {
        if (place.ignored && (ignored.empty() || ignored.back().second != node)) { ignored.emplace_back(&place, node); }
    }
    void gave(const program::Line& line, std::span<const Document::Index> nodes, InstanceNumber in,
              std::string_view value) override {
        given.push_back({records_ - 1, &line, {nodes.begin(), nodes.end()}, in, std::string(value)});
    }
    void clear() {
        records_ = 0;
        given.clear();
        ignored.clear();
    }

    std::vector<Given> given;
    std::vector<std::pair<const program::Match*, Document::Index>> ignored;

private:
    std::size_t records_ = 0;
};

class Explaining {
public:
    Explaining(const DialectMap& map, const Listeners& listeners) : map_(map), listeners_(listeners) {}

    std::string inward(std::string_view message) {
        const auto done = read_message(
            *map_.map, message,
            [&](const ReadRecord& read, const Result<std::vector<Record>>& made) {
                out_ += "record " + std::to_string(read.number) + ", from line " + std::to_string(read.line) + "\n";
                if (read.document) { fields(**read.document, made); }
                if (!made) { out_ += "  held: " + told_error(read.number, made.error()) + "\n"; }
                heard_.clear();
            },
            &heard_);
        if (!done) { out_ += "the message is held: " + done.error().message() + "\n"; }
        std::string names;
        for (const auto& name : unknown_names(map_, message)) { names += (names.empty() ? "" : ", ") + name; }
        if (!names.empty()) { out_ += "no line of the map knows: " + names + "\n"; }
        return std::move(out_);
    }

private:
    void fields(const Document& document, const Result<std::vector<Record>>& made) {
        std::stable_sort(heard_.given.begin(), heard_.given.end(), [](const auto& a, const auto& b) {
            return std::pair(a.record, a.first_node()) < std::pair(b.record, b.first_node());
        });
        for (const auto& given : heard_.given) {
            out_ += "  " + source(document, given) + "\n    -> " + path(*given.line) + " = " + given.value;
            const auto words = words_of(map_.text, *given.line);
            out_ += (words.empty() ? "" : "   by " + words) + "\n";
            const auto* record = made && given.record < made->size() ? &(*made)[given.record] : nullptr;
            if (record == nullptr) {
                out_ += "       to nobody: the record is held\n";
                continue;
            }
            const auto rule = rule_that_stops(*record, given);
            out_ += rule ? "       to nobody: " + *rule + " is not yes\n"
                         : told_to(listeners_, map_.map->hub_field(*given.line->field), "       ");
        }
        for (const auto& [place, node] : heard_.ignored) {
            out_ += "  line " + std::to_string(document.node(node).line) + "  " + spelled(document, node) +
                    "\n    ignored by line " + std::to_string(line_of_place(place)) + " of the map\n";
        }
    }

    // A contact point goes with its rule or not at all, whatever an agreement says; what stands beside it goes with it.
    static std::optional<std::string> rule_that_stops(const Record& record, const Heard::Given& given) {
        const auto& catalogue = record.catalogue();
        for (const auto& beside : record.values_of(given.in)) {
            const auto rule = catalogue.field(beside.field).rule;
            if (given.in == root_instance || !rule || RawText::of(record, *rule, given.in) == "yes") { continue; }
            return std::string(catalogue.field(*rule).path.text());
        }
        return std::nullopt;
    }

    std::string source(const Document& document, const Heard::Given& given) const {
        if (!given.line->by_column.empty()) { return "the column's name"; }
        if (given.line->paths.empty()) { return "constant"; }
        std::string out;
        std::uint32_t line = 0;
        for (const auto node : given.nodes) {
            if (node == Document::none) { continue; }
            line = line > 0 ? line : document.node(node).line;
            out += (out.empty() ? "" : ", ") + spelled(document, node) + " = " + std::string(document.text(node));
        }
        if (out.empty()) { return std::string(given.line->shown.text()) + " is absent"; }
        return "line " + std::to_string(line) + "  " + out;
    }

    std::string spelled(const Document& document, Document::Index node) const {
        std::string out;
        for (auto at = node; at != Document::none && at != Document::root; at = document.node(at).parent) {
            const auto name = map_.map->vocabulary().shown(document.node(at).name).text();
            if (name.empty()) { continue; }
            const bool joined = out.empty() || out.starts_with('@');
            out.insert(0, joined ? "" : ".").insert(0, name);
        }
        return out.empty() ? "." : out;
    }

    std::string path(const program::Line& line) const {
        return std::string(map_.map->catalogue()->field(*line.field).path.text());
    }

    int line_of_place(const program::Match* match) const {
        for (const auto& place : partner_places(*map_.map)) {
            if (place.match == match) { return place.line; }
        }
        return 0;
    }

    const DialectMap& map_;
    const Listeners& listeners_;
    Heard heard_;
    std::string out_;
};

void lines_that_write(const program::Frame& frame, FieldNumber field, std::vector<const program::Line*>& out) {
    for (const auto& line : frame.lines) {
        if (line.arrow != ast::Arrow::in && line.field == field) { out.push_back(&line); }
    }
    for (const auto& below : frame.nested) { lines_that_write(below, field, out); }
}

}  // namespace

std::string explain_inward(const DialectMap& map, std::string_view message, const Listeners& listeners) {
    return Explaining(map, listeners).inward(message);
}

std::string explain_outward(const DialectMap& map, std::string_view json, const Listeners& listeners) {
    const auto record = record_of_json(map.map->catalogue(), map.map->record_type(), json);
    if (!record) { return "not read: " + record.error() + "\n"; }
    std::string out;
    for (const auto& value : record->values()) {
        out += std::string(record->catalogue().field(value.field).path.text()) + " = " +
               std::string(RawText::of(*record, value)) + "\n" +
               told_to(listeners, map.map->hub_field(value.field), "    ");
        std::vector<const program::Line*> lines;
        lines_that_write(map.map->lines(), value.field, lines);
        for (const auto* line : lines) {
            const auto words = words_of(map.text, *line);
            out += "    as line " + std::to_string(line->at.line) + ", " + std::string(line->shown.text()) +
                   (words.empty() ? "" : "   by " + words) + "\n";
        }
        if (lines.empty()) { out += "    no line of the map writes it\n"; }
    }
    return out;
}

}  // namespace haven
