#include "mapping/map.h"

#include "mapping/check/compile.h"
#include "mapping/format/xml_reader.h"
#include "mapping/language/parse.h"
#include "mapping/run/inward.h"

namespace haven {

tl::expected<std::shared_ptr<const Map>, Problems> Map::compile(std::string_view text, std::string_view file,
                                                                const std::shared_ptr<const Catalogue>& catalogue) {
    auto ast = parse_map(text, file);
    if (!ast) { return tl::unexpected(std::move(ast).error()); }
    return MapCompiler(*ast, file, catalogue).run(text);
}

std::unique_ptr<FormatReader> Map::reader() const {
    switch (format_) {
        case Format::csv: return std::make_unique<CsvReader>(vocabulary_, csv_);
        case Format::json: return std::make_unique<JsonReader>(vocabulary_, json_);
        case Format::xml: return std::make_unique<XmlReader>(vocabulary_, XmlShape{split_});
        case Format::fixed: break;
    }
    return nullptr;
}

std::vector<NameId> Map::columns() const {
    std::vector<NameId> out;
    for (NameId id = 1; id < vocabulary_.size(); ++id) { out.push_back(id); }
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

Result<Record> Map::in(const Document& document, Instant received) const {
    RecordBuilder builder(catalogue_);
    builder.start(record_type_);
    InwardRun run(vocabulary_, document, builder);
    if (auto done = run.run(frame_); !done) { return fail(std::move(done).error()); }
    const auto as_of = as_of_ ? builder.instant(*as_of_) : std::nullopt;
    return builder.finish(as_of.value_or(received));
}

}  // namespace haven
