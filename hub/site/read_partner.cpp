#include <algorithm>
#include <fstream>

#include "core/agreement/law.h"
#include "core/base/code.h"
#include "hub/site/files.h"
#include "hub/site/read.h"
#include "mapping/identity.h"

namespace haven::site {
namespace {

template <class E>
std::vector<E> codes(TomlTable& table, std::string_view key) {
    std::vector<E> out;
    for (const auto& word : table.texts(key)) {
        const auto code = code_from<E>(word);
        if (code) {
            out.push_back(*code);
        } else {
            const auto names = code_names(E{});
            table.problem(key, "no such word: " + word + did_you_mean(word, {names.begin(), names.end()}));
        }
    }
    return out;
}

std::optional<int> small(TomlTable& table, std::string_view key) {
    const auto n = table.integer_if(key);
    if (!n) { return std::nullopt; }
    return static_cast<int>(std::min<std::int64_t>(*n, 1000));
}

// "[provider.listed]": which entry of which directory may narrow what the provider does.
std::optional<Listed> read_listed(TomlTable& provider) {
    auto table = provider.table_if("listed");
    if (!table) { return std::nullopt; }
    Listed listed{Name::declare(table->text("directory")), table->text("entry")};
    table->finish();
    return listed;
}

Provider read_provider(TomlTable& table, Partner& partner, Reading& in) {
    partner.listed = read_listed(table);
    Provider provider{.partner = partner.name, .hours = read_hours(table, in), .reply_window = std::chrono::hours(1)};
    provider.rank = small(table, "rank").value_or(0);
    for (const auto& service : table.texts("services")) { provider.services.push_back(Name::declare(service)); }
    provider.area = table.text_if("area").value_or("");
    provider.serves = table.texts("serves");
    provider.age_min = small(table, "age_min");
    provider.age_max = small(table, "age_max");
    provider.genders = codes<Gender>(table, "genders");
    provider.children_max = small(table, "children_max");
    provider.child_age_max = small(table, "child_age_max");
    provider.boy_age_max = small(table, "boy_age_max");
    provider.pets = codes<PetKind>(table, "pets");
    provider.access = codes<AccessNeed>(table, "access");
    provider.takes_no_recourse = table.boolean_if("takes_no_recourse").value_or(false);
    const auto window = duration_of(table.text("reply_window"));
    if (window) {
        provider.reply_window = *window;
    } else {
        table.problem("reply_window", "expected a duration such as \"30m\" or \"1h\"");
    }
    table.finish();
    return provider;
}

template <class Way>
void read_adapter(TomlTable& table, Way& way, Reading& in) {
    const auto name = table.text("kind");
    const auto found = std::find_if(in.adapters.begin(), in.adapters.end(),
                                    [&](const sdk::Declaration* d) { return d->name == name; });
    if (found == in.adapters.end()) {
        std::vector<std::string_view> names;
        for (const auto* declaration : in.adapters) { names.emplace_back(declaration->name); }
        return table.problem("kind", "no adapter " + name + did_you_mean(name, names));
    }
    way.adapter = *found;
    std::map<std::string, std::string> given;
    for (const auto& key : table.keys()) {
        if (key != "kind") { given[key] = table.text(key); }
    }
    auto settings = sdk::Settings::check(way.adapter->settings, given, in.site.machine.folder);
    if (settings) {
        way.settings = std::move(*settings);
    } else {
        const auto key = settings.error().where();
        table.problem(key.empty() ? "kind" : key, settings.error().reason.text());
    }
}

// "[handler]": told of cases in which the partner has a conflict of interest, past the partner's own system.
void read_handler(TomlTable& table, Partner& partner, Reading& in) {
    Handler handler;
    handler.name = table.text("name");
    if (auto adapter = table.table_if("adapter")) { read_adapter(*adapter, handler, in); }
    if (handler.adapter == nullptr) {
        table.problem("adapter", "says no way to the handler: [handler.adapter]");
    } else if (handler.adapter->posture == sdk::Posture::hub_door || handler.adapter->make_sink == nullptr) {
        table.problem("adapter", "the partner's own people would see it there: name a way to the handler alone");
    } else {
        partner.handler = std::move(handler);
    }
    table.finish();
}

// The canonical schema itself, or a file of a dialect's folder.
std::optional<std::string> map_text(const std::string& name, const Reading& in) {
    if (name.starts_with("haven/")) {
        const auto named = canonical_type(name, in.site.versions);
        return named ? std::optional(identity_map(*named->catalogue, named->type, false)) : std::nullopt;
    }
    std::ifstream file(in.schemas + "/dialects/" + name + ".map", std::ios::binary);
    if (!file.is_open()) { return std::nullopt; }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> maps_known(const Reading& in) {
    auto out = maps_in(in.schemas);
    for (std::uint16_t t = 0; in.site.catalogue && t < in.site.catalogue->record_type_count(); ++t) {
        out.push_back("haven/" + std::string(in.site.catalogue->record_type({t}).name.text()));
    }
    return out;
}

}  // namespace

std::shared_ptr<const Map> read_map(const std::string& name, TomlTable& named_by, std::string_view key, Reading& in) {
    if (const auto known = in.maps.find(name); known != in.maps.end()) { return known->second; }
    std::shared_ptr<const Map> map;
    const auto text = map_text(name, in);
    if (!text) {
        const auto known = maps_known(in);
        named_by.problem(key,
                         "no map " + name + " in schemas/dialects" + did_you_mean(name, {known.begin(), known.end()}));
    } else if (in.site.catalogue) {
        auto compiled = Map::compile(*text, name + ".map", in.site.versions, in.code_lists, in.dialect_schemas);
        if (compiled) {
            map = *compiled;
        } else {
            for (auto& problem : compiled.error()) {
                problem.quoted = std::string(line_of(*text, problem.line));
                in.problems.push_back(std::move(problem));
            }
        }
    }
    in.maps[name] = map;
    return map;
}

std::string read_kind(TomlTable& table) {
    auto kind = table.text("kind");
    if (std::find(partner_kinds.begin(), partner_kinds.end(), kind) == partner_kinds.end()) {
        table.problem("kind", "expected police, council, refuge, charity or other");
    }
    return kind;
}

void read_partner(TomlTable& table, const std::string& name, Reading& in) {
    Partner partner;
    partner.name = Name::declare(name);
    partner.title = table.text("title");
    partner.kind = read_kind(table);
    if (const auto word = table.text_if("state")) {
        const auto state = code_from<PartnerState>(*word);
        if (!state) { table.problem("state", "expected rehearsal or live"); }
        partner.state = state.value_or(PartnerState::rehearsal);
    }
    partner.certificate_names = table.texts("certificate_names");
    if (auto adapter = table.table_if("adapter")) { read_adapter(*adapter, partner, in); }
    if (auto handler = table.table_if("handler")) { read_handler(*handler, partner, in); }
    for (const auto& map_name : table.texts("in")) {
        partner.maps.push_back(map_name);
        if (auto map = read_map(map_name, table, "in", in)) { partner.in.push_back(std::move(map)); }
    }
    for (const auto& map_name : table.texts("out")) {
        partner.maps.push_back(map_name);
        auto map = read_map(map_name, table, "out", in);
        if (map && !partner.out.emplace(map->hub_type(), map).second) {
            table.problem("out", "two maps write the same record type: " + map_name);
        }
    }
    if (auto provider = table.table_if("provider")) {
        partner.provider = read_provider(*provider, partner, in);
        partner.provider->in_rehearsal = partner.state == PartnerState::rehearsal;
    }
    in.site.partners.emplace(name, std::move(partner));
}

}  // namespace haven::site
