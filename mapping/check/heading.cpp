#include "core/base/encoding.h"
#include "core/catalogue/value.h"
#include "mapping/check/compile.h"

namespace haven {
namespace {

template <class T>
using Choice = std::pair<std::string_view, T>;

constexpr std::array<Choice<Format>, 4> formats{
    {{"csv", Format::csv}, {"json", Format::json}, {"xml", Format::xml}, {"fixed", Format::fixed}}};
constexpr std::array<Choice<CsvSeparator>, 4> separators{{{",", CsvSeparator::comma},
                                                          {";", CsvSeparator::semicolon},
                                                          {"tab", CsvSeparator::tab},
                                                          {"|", CsvSeparator::pipe}}};
constexpr std::array<Choice<Encoding>, 3> encodings{
    {{"utf-8", Encoding::utf8}, {"cp1252", Encoding::windows_1252}, {"latin-1", Encoding::latin_1}}};
constexpr std::array<Choice<bool>, 2> yes_or_no{{{"yes", true}, {"no", false}}};

/// What each format's dialect line may say.
const std::vector<std::string_view>& options_of(Format format) {
    static const std::vector<std::string_view> csv{"separator", "encoding", "header", "names", "trailer"};
    static const std::vector<std::string_view> json{"lines", "schema"};
    static const std::vector<std::string_view> xml{"root", "encoding", "schema"};
    static const std::vector<std::string_view> fixed{"encoding"};
    switch (format) {
        case Format::csv: return csv;
        case Format::json: return json;
        case Format::xml: return xml;
        case Format::fixed: break;
    }
    return fixed;
}

std::string enumerated(const std::vector<std::string_view>& words) {
    std::string out;
    for (const auto word : words) { out.append(out.empty() ? "" : ", ").append(word); }
    return out;
}

}  // namespace

void MapCompiler::heading() {
    made_->name_ = Name::declare(ast_.name.text);
    made_->version_ = ast_.version;
    format();
    version();
    record_type();
    if (!problems_.empty()) { return; }
    for (const auto& space : ast_.namespaces) {
        made_->namespaces_.emplace_back(space.prefix.text == "default" ? "" : space.prefix.text, space.uri.text);
        if (made_->format_ != Format::xml) { problem(space.prefix.span, "only an xml dialect has namespaces"); }
    }
    if (ast_.split) {
        const bool tree = made_->format_ == Format::xml || made_->format_ == Format::json;
        if (!tree) { problem(ast_.split->span, "in csv and fixed each row is a record; only xml and json split"); }
        for (const auto& step : ast_.split->steps) { made_->split_.push_back(name(step.name)); }
        made_->json_.record_path = made_->split_;
    }
    options();
    columns();
    count();
    follows();
    begin_at_record();
}

void MapCompiler::format() {
    for (const auto& [text, format] : formats) {
        if (text == ast_.format.text) {
            made_->format_ = format;
            return;
        }
    }
    problem(ast_.format.span, "a dialect is csv, json, xml or fixed");
}

void MapCompiler::version() {
    if (const auto named = versions_.find(ast_.canonical_version)) {
        catalogue_ = named;
        made_->to_hub_ = versions_.to_own(ast_.canonical_version);
        made_->from_hub_ = versions_.from_own(ast_.canonical_version);
    } else {
        std::string there;
        for (const auto number : versions_.numbers()) {
            there += (there.empty() ? "" : " and ") + std::to_string(number);
        }
        problem(ast_.record.span, "the map is for version " + std::to_string(ast_.canonical_version) +
                                      " of the canonical schema, which is version " + there);
    }
    made_->catalogue_ = catalogue_;
}

void MapCompiler::record_type() {
    const auto type = catalogue_->find_record_type(ast_.record.text);
    if (!type) {
        std::vector<std::string_view> names;
        for (std::uint16_t i = 0; i < catalogue_->record_type_count(); ++i) {
            names.push_back(catalogue_->record_type({i}).name.text());
        }
        return problem(ast_.record.span,
                       "no record type " + ast_.record.text + suggesting(nearest_word(ast_.record.text, names)));
    }
    made_->record_type_ = *type;
    made_->hub_type_ = made_->to_hub_ == nullptr ? *type : made_->to_hub_->record_type(*type).value_or(*type);
    const auto as_of = catalogue_->find("report/as-of");
    if (as_of && catalogue_->record_type(*type).fields.has(*as_of)) { made_->as_of_ = as_of; }
}

// What the dialect line may say beside the format, and how each is taken.
void MapCompiler::options() {
    for (const auto& [name, said] : ast_.options) {
        const auto& known = options_of(made_->format_);
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const auto near = suggesting(nearest_word(name, known));
            problem(said.name, "a " + ast_.format.text + " dialect has no option " + name +
                                   (near.empty() ? "; it may have " + enumerated(known) : near));
            continue;
        }
        option(name, said.value);
    }
    const auto& csv = made_->csv_;
    if (csv.header_rows > 0 && csv.names_row > csv.header_rows) {
        problem(ast_.options.at(ast_.options.contains("names") ? "names" : "header").value.span,
                "the names stand in one of the " + std::to_string(csv.header_rows) + " header rows");
    }
    if (made_->format_ == Format::xml && made_->root_ != undeclared && !made_->split_.empty()) {
        problem(ast_.options.at("root").value.span, "the split line already names the root");
    }
}

void MapCompiler::option(const std::string& name, const ast::Word& value) {
    if (name == "separator") {
        made_->csv_.separator = one_of(value, separators);
    } else if (name == "encoding") {
        made_->encoding_ = one_of(value, encodings);
        made_->csv_.encoding = made_->encoding_;
    } else if (name == "header") {
        made_->csv_.header_rows = number(value, 0, CsvShape::header_rows_max);
    } else if (name == "names") {
        made_->csv_.names_row = number(value, 1, CsvShape::header_rows_max);
    } else if (name == "trailer") {
        made_->csv_.trailer = value.text;
    } else if (name == "lines") {
        made_->json_.lines = one_of(value, yes_or_no);
    } else if (name == "schema") {
        schema(value);
    } else {
        made_->root_ = this->name(value);
    }
}

// The dialect's own schema stands beside the map.
void MapCompiler::schema(const ast::Word& file) {
    const auto folder = file_.substr(0, file_.rfind('/') + 1);
    if (file.text.find('/') != std::string::npos) {
        return problem(file.span, "a schema stands in the folder of its map: name the file alone");
    }
    auto found = schemas_ ? schemas_(folder + file.text) : tl::unexpected(Problems{});
    if (!found && found.error().empty()) { return problem(file.span, "no file " + file.text + " beside the map"); }
    if (!found) {
        const auto& first = found.error().front();
        const auto line = first.line == 0 ? std::string{} : ":" + std::to_string(first.line);
        return problem(file.span, file.text + line + ": " + first.message);
    }
    const auto& is = **found;
    if ((is.json != nullptr) != (made_->format_ == Format::json)) {
        return problem(file.span, "an xml dialect has an XML schema, a json dialect a JSON schema in a file .json");
    }
    hash_.update(is.text);
    places_ = is.places;
    here_ = places_->message({});
    if (is.json != nullptr) { return json_rules(file, is.json); }
    made_->schema_ = is.xml;
    schema_has_root();
}

// The names that the schema declares are the dialect's names: an error may tell them.
void MapCompiler::json_rules(const ast::Word& file, std::shared_ptr<const JsonSchema> schema) {
    std::vector<std::string> path;
    if (ast_.split) {
        known(*ast_.split);
        if (!problems_.empty()) { return; }
        for (const auto& step : ast_.split->steps) { path.push_back(step.name.text); }
    }
    const auto record = schema->record(path);
    if (record == JsonSchema::none) { return problem(file.span, "the schema has no list where the map splits"); }
    std::vector<NameId> ids;
    for (const auto& name : schema->names()) { ids.push_back(made_->vocabulary_.add(name, Name::declare(name))); }
    made_->json_rules_ = std::make_unique<JsonRules>(std::move(schema), std::move(ids), record, made_->vocabulary_);
}

// A root that the schema does not declare would have every message held.
void MapCompiler::schema_has_root() {
    const auto root = ast_.options.find("root");
    const auto& word = ast_.split && !ast_.split->steps.empty() ? ast_.split->steps[0].name
                       : root != ast_.options.end()             ? root->second.value
                                                                : ast::Word{};
    if (word.text.empty()) { return; }
    const auto full = key(word);  // "{uri}local" or "local"
    const auto end = full.starts_with('{') ? full.find('}') : std::string::npos;
    const auto space = end == std::string::npos ? std::string{} : full.substr(1, end - 1);
    const auto local = end == std::string::npos ? full : full.substr(end + 1);
    if (made_->schema_->element(space, local) != xml::none) { return; }
    std::vector<std::string_view> names;
    for (const auto& element : made_->schema_->elements()) {
        if (element.is_global) { names.push_back(element.name); }
    }
    problem(word.span, "the schema declares no element " + word.text + suggesting(nearest_word(local, names)));
}

int MapCompiler::number(const ast::Word& value, int least, int most) {
    const auto n = parse_integer(value.text);
    if (n && *n >= least && *n <= most) { return static_cast<int>(*n); }
    problem(value.span, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return least;
}

template <class T, std::size_t N>
T MapCompiler::one_of(const ast::Word& value, const std::array<std::pair<std::string_view, T>, N>& choices) {
    std::string expected;
    for (const auto& [name, choice] : choices) {
        if (name == value.text) { return choice; }
        expected += (expected.empty() ? "" : ", ") + std::string(name);
    }
    problem(value.span, "expected one of " + expected);
    return choices[0].second;
}

}  // namespace haven
