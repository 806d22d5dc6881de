#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "hub/cli/run.h"
#include "hub/cli/schemas.h"
#include "mapping/tools/coverage.h"
#include "mapping/tools/draft.h"
#include "mapping/tools/explain.h"
#include "mapping/tools/map_diff.h"

namespace haven::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t sample_bytes_max = std::size_t{64} << 20;

/// What goes in, from a plain file or from a case.
struct Input {
    bool inward = true;
    std::string text;
};

std::optional<Input> read_input(const std::string& path) {
    auto text = read_file(path, sample_bytes_max);
    if (!text) {
        std::cerr << "haven: " << path << ": " << text.error().message() << "\n";
        return std::nullopt;
    }
    if (!path.ends_with(".case")) { return Input{true, std::move(*text)}; }
    auto sample = parse_sample(*text, path);
    if (!sample) {
        std::cerr << text_of(sample.error()) << "\n";
        return std::nullopt;
    }
    if (sample->file.empty()) { return Input{sample->inward, std::move(sample->input)}; }
    auto beside = read_file((fs::path(path).parent_path() / sample->file).string(), sample_bytes_max);
    if (beside) { return Input{sample->inward, std::move(*beside)}; }
    std::cerr << "haven: no file " << sample->file << " beside " << path << "\n";
    return std::nullopt;
}

/// The site, where there is one that can be read; null after it has said that nobody is named then.
std::shared_ptr<const site::Site> site_of(const Call& call) {
    if (!fs::exists(call.site + "/haven.toml")) {
        std::cerr << "haven: no site here, so nobody is told anything; name one with --site\n";
        return nullptr;
    }
    auto site = load_site(call.site);
    if (site == nullptr) { std::cerr << "haven: the site is not right yet, so nobody is told anything\n"; }
    return site;
}

bool reads_with(const site::Partner& partner, const Map& map) {
    return std::any_of(partner.in.begin(), partner.in.end(), [&](const auto& m) { return m->name() == map.name(); });
}

bool writes_with(const site::Partner& partner, const Map& map) {
    const auto found = partner.out.find(map.hub_type());
    return found != partner.out.end() && found->second->name() == map.name();
}

using UsesMap = bool (*)(const site::Partner&, const Map&);

std::vector<const site::Partner*> partners_of(const site::Site& site, const Map& map, UsesMap uses) {
    std::vector<const site::Partner*> out;
    for (const auto& [name, partner] : site.partners) {
        if (uses(partner, map)) { out.push_back(&partner); }
    }
    return out;
}

std::string words_of(const std::vector<const site::Partner*>& partners) {
    std::string out;
    for (const auto* partner : partners) { out.append(" ").append(partner->name.text()); }
    return out;
}

/// The partner that a map is for: the one named, else the only one of the site that uses it.
const site::Partner* partner_of(const site::Site& site, const Map& map, const std::string& named, UsesMap uses) {
    if (!named.empty()) { return find_partner(site, named); }
    const auto found = partners_of(site, map, uses);
    if (found.size() == 1) { return found.front(); }
    std::cerr << "haven: "
              << (found.empty() ? "no partner of the site uses this map; name one with --partner"
                                : "several partners of the site use this map; name one with --partner:")
              << words_of(found) << "\n";
    return nullptr;
}

/// Everybody whom the hub may tell what this partner gives as one kind of record.
Listeners listeners_to(const site::Site& site, const site::Partner& giver, RecordTypeNumber type) {
    Listeners out;
    const auto source = site.agreement_from(giver.name, type, SystemClock().now());
    if (source == nullptr) {
        std::cerr << "haven: no agreement lets " << giver.name.text() << " give this kind of record\n";
        return out;
    }
    for (const auto& agreement : site.agreements) {
        if (agreement->from() != site.hub) { continue; }
        const auto* to = site.partner(agreement->to().text());
        const auto& purpose = agreement->terms().purpose;
        out.push_back({agreement, source->onward(agreement->to().text(), to == nullptr ? "" : to->kind, purpose)});
    }
    return out;
}

/// What the hub may tell one partner as one kind of record, of what whoever gave it lets go on.
Listeners listeners_at(const site::Site& site, const site::Partner& recipient, RecordTypeNumber type) {
    Listeners out;
    for (const auto& agreement : site.agreements) {
        const bool fits =
            agreement->from() == site.hub && agreement->to() == recipient.name && agreement->record_type() == type;
        if (fits) { out.push_back({agreement, site.catalogue->record_type(type).fields}); }
    }
    return out;
}

/// Nothing after it has said that the site has no partner of the name that was given.
std::optional<Listeners> listeners(const Call& call, const Map& map, bool inward, const std::string& partner) {
    const auto site = site_of(call);
    if (site == nullptr) { return Listeners{}; }
    const auto* found = partner_of(*site, map, partner, inward ? reads_with : writes_with);
    if (found == nullptr) { return partner.empty() ? std::optional(Listeners{}) : std::nullopt; }
    std::cout << (inward ? "as given by " : "as told to ") << found->name.text() << "\n";
    return inward ? listeners_to(*site, *found, map.hub_type()) : listeners_at(*site, *found, map.hub_type());
}

/// Says who is told what this map writes: the partner that was named, or each that the site writes to with it. False
/// after it has said that the site has no partner of that name.
bool say_recipients(const Call& call, const Map& map) {
    const auto site = site_of(call);
    if (site == nullptr) { return true; }
    auto found = partners_of(*site, map, writes_with);
    if (!call.partner.empty()) { found = {find_partner(*site, call.partner)}; }
    if (found.empty()) {
        std::cerr << "haven: no partner of the site is told anything by this map\n";
    } else if (found.front() != nullptr) {
        std::cout << "as told to" << words_of(found) << "\n";
    }
    return found.empty() || found.front() != nullptr;
}

// Why the draft does not name the schema: each thing once, at the first place where it stands.
void remark_unchecked(const std::string& file, const Problems& problems, Shape& shape) {
    shape.remarks.push_back("No message is held against " + file +
                            ", because the hub does not check all that it says:");
    std::set<std::string> told;
    for (const auto& problem : problems) {
        const auto what = problem.message.substr(std::min(problem.message.find(": "), problem.message.size()));
        if (told.insert(what).second) { shape.remarks.push_back("  " + problem.message); }
    }
}

Result<Shape> shape_of_json_schema(const fs::path& path, const std::string& bytes, Schemas& with) {
    const auto beside = [](const std::string& file) -> std::optional<std::string> {
        auto text = read_file(file, sample_bytes_max);
        return text ? std::optional(std::move(*text)) : std::nullopt;
    };
    auto shape = json_schema_shape(bytes, path.string(), beside);
    if (!shape) { return shape; }
    const auto file = path.filename().string();
    const auto strict = JsonSchema::compile(bytes, file);
    if (!strict) {
        remark_unchecked(file, strict.error(), *shape);
    } else if (path.extension() == ".json") {
        with.dialect_schemas = dialect_schemas_of(path.parent_path().string());
        shape->schema = file;
    } else {
        shape->remarks.push_back("Call " + file + " .json, and a line dialect json schema can name it.");
    }
    return shape;
}

/// The shape of what an XML schema allows below an element; nothing after it has said what is wrong with the schema.
std::optional<Result<Shape>> shape_of_xml_schema(const fs::path& path, const std::string& root, Schemas& with) {
    with.dialect_schemas = dialect_schemas_of(path.parent_path().string());
    const auto schema = with.dialect_schemas(path.filename().string());
    if (!schema) {
        for (const auto& problem : schema.error()) { std::cerr << text_of(problem) << "\n"; }
        return std::nullopt;
    }
    auto shape = schema_shape(*(*schema)->xml, root);
    if (!shape) {
        const auto roots = roots_of(*(*schema)->xml);
        if (!root.empty()) {
            no_such("element", root, roots);
            return std::nullopt;
        }
        std::cerr << "haven: several elements of the schema may be the root; name one behind the schema:";
        for (const auto& one : roots) { std::cerr << " " << one; }
        std::cerr << "\n";
        return std::nullopt;
    }
    shape->schema = path.filename().string();
    return shape;
}

Result<Shape> shape_of(const std::string& path, const std::string& bytes, const std::string& layout) {
    if (!layout.empty()) {
        auto text = read_file(layout, sample_bytes_max);
        return text ? fixed_shape(bytes, *text) : Result<Shape>(fail(text.error()));
    }
    if (path.ends_with(".csv")) { return csv_shape(bytes); }
    if (path.ends_with(".json")) { return json_shape(bytes); }
    if (path.ends_with(".xml")) { return xml_shape(bytes); }
    return fail(Fault::malformed, "expected a file that ends in .csv, .json or .xml, or a layout beside it");
}

// "incidents 2026.csv" is "incidents-2026".
std::string plain_stem(const std::string& path) {
    auto out = fs::path(path).stem().string();
    if (out.ends_with(".schema")) { out.resize(out.size() - 7); }
    std::replace_if(
        out.begin(), out.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '-');
    return out;
}

}  // namespace

int map_new(const Call& call) {
    if (call.arguments.size() < 2 || call.arguments.size() > 3) { return usage("map new"); }
    auto with = load_schemas(schema_folder(call.site));
    if (!with) { return exit_failed; }
    const auto type = with->versions.own()->find_record_type(call.arguments[0]);
    if (!type) {
        std::vector<std::string> names;
        for (std::uint16_t i = 0; i < with->versions.own()->record_type_count(); ++i) {
            names.emplace_back(with->versions.own()->record_type({i}).name.text());
        }
        return no_such("record type", call.arguments[0], names);
    }
    const auto& path = call.arguments[1];
    const auto bytes = read_file(path, sample_bytes_max);
    if (!bytes) { return failed(bytes.error()); }
    const auto beside = call.arguments.size() > 2 ? call.arguments[2] : std::string{};
    auto made = path.ends_with(".xsd")                     ? shape_of_xml_schema(path, beside, *with)
                : beside.empty() && is_json_schema(*bytes) ? std::optional(shape_of_json_schema(path, *bytes, *with))
                                                           : std::optional(shape_of(path, *bytes, beside));
    if (!made) { return exit_failed; }
    auto& shape = *made;
    if (!shape) { return failed(shape.error()); }
    find_split(*shape);
    std::cout << draft_map(*shape, plain_stem(path) + "." + call.arguments[0], *type, *with);
    return exit_ok;
}

int map_explain(const Call& call) {
    if (call.arguments.size() != 2) { return usage("map explain"); }
    const auto schemas = schema_folder(call.site);
    const auto with = load_schemas(schemas);
    const auto read = with ? read_map(schemas, call.arguments[0], *with) : std::nullopt;
    const auto input = read && read->map ? read_input(call.arguments[1]) : std::nullopt;
    if (!input) { return exit_failed; }
    const auto told = listeners(call, *read->map, input->inward, call.partner);
    if (!told) { return exit_failed; }
    const DialectMap map{read->text, read->map};
    std::cout << (input->inward ? explain_inward(map, input->text, *told) : explain_outward(map, input->text, *told));
    return exit_ok;
}

int map_coverage(const Call& call) {
    if (call.arguments.size() != 1) { return usage("map coverage"); }
    const auto schemas = schema_folder(call.site);
    const auto with = load_schemas(schemas);
    const auto files = with ? read_dialect(schemas, call.arguments[0], with->versions) : std::nullopt;
    if (with && !files) { return no_such("dialect", call.arguments[0], dialect_names(schemas)); }
    if (!files) { return exit_failed; }
    const Dialect dialect(*files, *with);
    for (const auto& problem : dialect.problems()) { std::cout << text_of(problem) << "\n"; }
    std::cout << coverage_text(dialect);
    return dialect.problems().empty() ? exit_ok : exit_failed;
}

int map_diff(const Call& call) {
    if (call.arguments.size() < 3) { return usage("map diff"); }
    const auto schemas = schema_folder(call.site);
    const auto with = load_schemas(schemas);
    const auto before = with ? read_map(schemas, call.arguments[0], *with, call.arguments[1]) : std::nullopt;
    const auto after = before && before->map ? read_map(schemas, call.arguments[1], *with) : std::nullopt;
    if (!after || !after->map) { return exit_failed; }
    if (before->map->hub_type() != after->map->hub_type()) {
        std::cerr << "haven: the two maps are of different record types\n";
        return exit_failed;
    }
    std::optional<Listeners> told;
    bool recipients_said = false;
    bool same = true;
    for (std::size_t i = 2; i < call.arguments.size(); ++i) {
        const auto input = read_input(call.arguments[i]);
        if (!input) { return exit_failed; }
        if (input->inward && !told) {
            told = listeners(call, *before->map, true, call.partner);
            if (!told) { return exit_failed; }
        }
        if (!input->inward && !recipients_said) {
            recipients_said = true;
            if (!say_recipients(call, *before->map)) { return exit_failed; }
        }
        const auto changes = input->inward ? inward_diff(*before->map, *after->map, input->text, *told)
                                           : outward_diff(*before->map, *after->map, input->text);
        if (changes.empty()) { continue; }
        same = false;
        std::cout << call.arguments[i] << "\n" << changes;
    }
    if (same) { std::cout << "nothing is different\n"; }
    return exit_ok;
}

}  // namespace haven::cli
