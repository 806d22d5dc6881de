#include "mapping/map.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "core/catalogue/value.h"
#include "mapping/check/code_list.h"
#include "mapping/check/compile.h"
#include "mapping/format/xml_reader.h"
#include "mapping/language/parse.h"
#include "mapping/run/inward.h"

namespace haven {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A schema may include and import others that lie beside it, and any of them may change what is let through.
std::string texts_of(const fs::path& folder, const fs::path& main) {
    std::set<fs::path> beside;
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(folder, none_there)) {
        if (entry.path().extension() == main.extension() && entry.path().filename() != main) {
            beside.insert(entry.path());
        }
    }
    auto out = text_of_file(folder / main);
    for (const auto& path : beside) { out += text_of_file(path); }
    return out;
}

}  // namespace

CodeLists code_lists_of(std::string folder) {
    auto known = std::make_shared<std::map<std::string, std::shared_ptr<const CodeList>>>();
    return [folder = std::move(folder), known](const std::string& name) -> std::shared_ptr<const CodeList> {
        if (const auto found = known->find(name); found != known->end()) { return found->second; }
        const auto path = fs::path(folder) / (name + ".codes");
        std::error_code none_there;
        if (!fs::is_regular_file(path, none_there)) { return nullptr; }
        return known->emplace(name, std::make_shared<CodeList>(text_of_file(path), name)).first->second;
    };
}

DialectSchemas dialect_schemas_of(std::string folder) {
    auto known = std::make_shared<std::map<std::string, std::shared_ptr<const DialectSchema>>>();
    return [folder = std::move(folder),
            known](const std::string& file) -> tl::expected<std::shared_ptr<const DialectSchema>, Problems> {
        const auto keep = [&](auto made, std::string text) {
            return known->emplace(file, std::make_shared<DialectSchema>(std::move(made), std::move(text)))
                .first->second;
        };
        if (const auto found = known->find(file); found != known->end()) { return found->second; }
        const auto path = fs::path(folder) / file;
        std::error_code none_there;
        if (!fs::is_regular_file(path, none_there)) { return tl::unexpected(Problems{}); }
        if (path.extension() == ".json") {
            auto text = text_of_file(path);
            auto made = JsonSchema::compile(text, path.filename());
            if (!made) { return tl::unexpected(std::move(made).error()); }
            return keep(std::move(*made), std::move(text));
        }
        const auto home = path.has_parent_path() ? path.parent_path() : fs::path(".");
        auto text = texts_of(home, path.filename());
        auto made = xml::Schema::load(home, path.filename());
        if (!made) { return tl::unexpected(std::move(made).error()); }
        return keep(std::move(*made), std::move(text));
    };
}

DialectSchema::DialectSchema(std::shared_ptr<const xml::Schema> made, std::string said)
    : xml(std::move(made)), text(std::move(said)), places(places_of(xml)) {}

DialectSchema::DialectSchema(std::shared_ptr<const JsonSchema> made, std::string said)
    : json(std::move(made)), text(std::move(said)), places(places_of(json)) {}

tl::expected<std::shared_ptr<const Map>, Problems> Map::compile(std::string_view text, std::string_view file,
                                                                const Versions& versions, const CodeLists& code_lists,
                                                                const DialectSchemas& schemas) {
    const auto parsed = parse_map(text, file);
    if (parsed.lacks_a_basis) { return tl::unexpected(parsed.problems); }
    return MapCompiler(parsed, file, versions, code_lists, schemas).run(text);
}

std::unique_ptr<FormatReader> Map::reader() const {
    switch (format_) {
        case Format::csv: return std::make_unique<CsvReader>(vocabulary_, csv_);
        case Format::json: return std::make_unique<JsonReader>(vocabulary_, json_, json_rules_.get());
        case Format::xml: return std::make_unique<XmlReader>(vocabulary_, XmlShape{split_, encoding_}, schema_.get());
        case Format::fixed: break;
    }
    return std::make_unique<FixedReader>(*fixed_, encoding_);
}

std::vector<NameId> Map::columns() const {
    auto out = columns_;
    if (out.empty()) {
        for (NameId id = 1; id < vocabulary_.size(); ++id) { out.push_back(id); }
    }
    for (const auto& column : csv_.numbered) { std::erase(out, column.name); }
    for (const auto& column : csv_.numbered) {
        const auto at = std::min(column.number - 1, out.size());
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), column.name);
    }
    return out;
}

bool Map::claims(const Document& document) const {
    if (root_ != undeclared && split_.empty() && document.node(Document::root).name != root_) { return false; }
    const auto& known = frame_.matches[0].by_name;
    for (auto at = document.node(Document::root).first_child; at != Document::none; at = document.node(at).next) {
        const auto name = document.node(at).name;
        if (name >= known.size() || known[name].empty()) { return false; }
    }
    for (const auto& line : frame_.lines) {
        if (line.field || line.paths.empty() || line.arrow == ast::Arrow::out) { continue; }
        auto at = Document::root;
        for (const auto& step : line.paths[0]) { at = at == Document::none ? at : document.child(at, step.name); }
        if (at == Document::none || document.text(at) != *line.constant) { return false; }
    }
    return true;
}

Result<Record> Map::in(const Document& document, Instant received, Document::Index victim, Trace* trace) const {
    RecordBuilder builder(catalogue_);
    builder.start(record_type_);
    if (trace != nullptr) { trace->begin(); }
    auto done = run_inward(frame_, vocabulary_, follows_, document, builder, victim, trace);
    if (!done) { return fail(std::move(done).error()); }
    const auto as_of = as_of_ ? builder.instant(*as_of_) : std::nullopt;
    auto record = builder.finish(as_of.value_or(received));
    const auto line = document.line_of(Document::root);
    if (record || line == 0) { return record; }
    return fail(std::move(record).error().at(Place::line(line)));
}

Result<Record> Map::in(const Document& document, Instant received) const {
    if (split_victim_.empty()) { return in(document, received, Document::none, nullptr); }
    auto made = records(document, received);
    if (!made) { return fail(std::move(made).error()); }
    if (made->size() == 1) { return std::move(made->front()); }
    return fail(Fault::unmapped, Reason("expected one victim, got ", made->size()));
}

Result<std::vector<Record>> Map::records(const Document& document, Instant received, Trace* trace) const {
    std::vector<Document::Index> victims{Document::none};
    if (!split_victim_.empty()) { victims = program::elements_at(document, split_victim_); }
    if (victims.empty()) { return fail(Fault::unmapped, "expected a victim, by whom the map splits the record"); }
    std::vector<Record> out;
    for (const auto victim : victims) {
        auto record = in(document, received, victim, trace);
        if (!record) { return fail(std::move(record).error()); }
        out.push_back(std::move(*record));
    }
    return out;
}

Result<std::vector<Record>> Map::hub_records(const Document& document, Instant received) const {
    auto made = records(document, received);
    if (!made || to_hub_ == nullptr) { return made; }
    const auto line = document.line_of(Document::root);
    for (auto& record : *made) {
        auto said = to_hub_->say(record);
        if (!said && line == 0) { return fail(std::move(said).error()); }
        if (!said) { return fail(std::move(said).error().at(Place::line(line))); }
        record = std::move(*said);
    }
    return made;
}

Result<void> Map::check_count(ByteSource& message) const {
    if (!count_) { return {}; }
    std::int64_t counted = 0;
    const RecordHandler count = [&](const ReadRecord& read) -> Result<void> {
        counted = read.number;
        return {};
    };
    const auto around = [&](const auto& read) {
        const auto found = program::elements_at(read.outside(), count_->path);
        return found.size() == 1 ? read.outside().text(found[0]) : std::string_view{};
    };
    auto any = reader();
    if (auto done = any->read(message, count); !done) { return done; }
    if (format_ == Format::json) { return agrees(around(static_cast<const JsonReader&>(*any)), counted); }
    if (format_ == Format::xml) { return agrees(around(static_cast<const XmlReader&>(*any)), counted); }
    const auto cells = static_cast<const CsvReader&>(*any).trailer();
    return agrees(count_->cell <= cells.size() ? std::string_view(cells[count_->cell - 1]) : "", counted);
}

Result<void> Map::agrees(std::string_view said, std::int64_t counted) const {
    while (said.size() > 1 && said.front() == '0') { said.remove_prefix(1); }
    const auto number = parse_integer(said);
    if (!number) { return fail(Fault::malformed, "expected a trailer with the number of records"); }
    if (*number == counted) { return {}; }
    return fail(Fault::malformed, Reason("the trailer says ", *number, " records, the message has ", counted));
}

}  // namespace haven
