#include "hub/site/stand_in.h"

#include <toml++/toml.h>
#include <algorithm>
#include <set>
#include <sstream>

namespace haven::site {
namespace {

// What is of the machine, as the analyst's own needs it.
constexpr std::string_view machine_keys =
    "schemas = \"schemas\"\n"
    "database = \"sqlite:var/haven.db\"\n"
    "keys = \"var/keys\"\n";
constexpr std::string_view listens = "[http]\naddress = \"127.0.0.1\"\nport = 8460\n";

// The texts were read as TOML before: what is none is left empty here, and `haven check` says why.
toml::table parsed(const SiteFiles& site, const std::string& path) {
    const auto text = site.texts.find(path);
    if (text == site.texts.end()) { return {}; }
    try {
        return toml::parse(text->second, path);
    } catch (const toml::parse_error&) {  // the library's only way to say so
        return {};
    }
}

std::string text_of(const toml::table& table) {
    std::ostringstream out;
    out << table << "\n";
    return out.str();
}

std::vector<std::string> texts_at(const toml::table& table, std::string_view key) {
    std::vector<std::string> out;
    if (const auto* list = table.get_as<toml::array>(key)) {
        for (const auto& item : *list) {
            if (const auto text = item.value<std::string>()) { out.push_back(*text); }
        }
    }
    return out;
}

std::string partner_file(const std::string& partner) {
    return "partners/" + partner + ".toml";
}

std::string party(const toml::table& agreement, std::string_view side) {
    return agreement[side]["partner"].value_or(std::string{});
}

template <class Take>
void each_under(const SiteFiles& site, std::string_view folder, const Take& take) {
    for (const auto& [path, text] : site.texts) {
        if (path.starts_with(folder)) { take(path); }
    }
}

std::string stem(const std::string& path) {
    const auto from = path.rfind('/') + 1;
    return path.substr(from, path.rfind('.') - from);
}

void put_agreements(const SiteFiles& site, const std::string& partner, const std::string& team, SiteFiles& out) {
    each_under(site, "agreements/", [&](const std::string& path) {
        auto agreement = parsed(site, path);
        const auto from = party(agreement, "from");
        const auto to = party(agreement, "to");
        if (from != partner && to != partner && to != team) { return; }
        if (auto* records = agreement.get_as<toml::array>("record")) {
            for (auto& record : *records) {
                if (auto* table = record.as_table()) { table->erase("onward"); }
            }
        }
        out.texts[path] = text_of(agreement);
    });
}

void put_partner(const SiteFiles& site, const std::string& partner, SiteFiles& out) {
    auto table = parsed(site, partner_file(partner));
    table.erase("certificate_names");
    table.insert_or_assign("state", "rehearsal");
    table.insert_or_assign("adapter", toml::table{{"kind", "light_partner"}});
    if (auto* provider = table.get_as<toml::table>("provider")) {
        provider->erase("hours");
        for (const auto& service : texts_at(*provider, "services")) {
            const auto path = "services/" + service + ".toml";
            if (const auto text = site.texts.find(path); text != site.texts.end()) { out.texts.insert(*text); }
        }
    }
    out.texts[partner_file(partner)] = text_of(table);
}

}  // namespace

std::vector<std::string> maps_of(const SiteFiles& site, const std::string& partner) {
    const auto table = parsed(site, partner_file(partner));
    auto out = texts_at(table, "in");
    for (auto& name : texts_at(table, "out")) { out.push_back(std::move(name)); }
    return out;
}

std::vector<std::string> agreements_of(const SiteFiles& site, const std::string& partner) {
    std::vector<std::string> out;
    each_under(site, "agreements/", [&](const std::string& path) {
        const auto agreement = parsed(site, path);
        if (party(agreement, "from") == partner || party(agreement, "to") == partner) { out.push_back(stem(path)); }
    });
    return out;
}

SiteFiles stand_in(const SiteFiles& site, const std::string& partner) {
    SiteFiles out;
    auto main = parsed(site, "haven.toml");
    const auto team = main["team"].value_or(std::string{});
    main.erase("witness");  // of the real ledger
    main.insert_or_assign("title", main["title"].value_or(std::string{}) + ", a stand-in for " + partner);
    out.texts["haven.toml"] = std::string(machine_keys) + text_of(main) + std::string(listens);
    put_partner(site, partner, out);
    put_agreements(site, partner, team, out);
    const auto maps = maps_of(site, partner);
    std::string map_texts;
    for (const auto& map : maps) {
        const auto text = site.texts.find("schemas/dialects/" + map + ".map");
        if (text != site.texts.end()) { map_texts += text->second; }
    }
    each_under(site, "schemas/", [&](const std::string& path) {
        constexpr std::string_view dialects = "schemas/dialects/";
        if (path.starts_with("schemas/codes/")) {
            const auto list = stem(path);
            if (map_texts.find(list.substr(0, list.find('.'))) != std::string::npos) {
                out.texts[path] = site.texts.at(path);
            }
            return;
        }
        // A dialect's own schema goes with any of its maps.
        const bool is_schema = path.ends_with(".xsd") || path.ends_with(".schema.json");
        const auto end = path.rfind(is_schema ? '/' : '.') + (is_schema ? 1 : 0);
        const auto name = path.starts_with(dialects) ? path.substr(dialects.size(), end - dialects.size()) : "";
        const bool wanted = std::any_of(maps.begin(), maps.end(), [&](const std::string& map) {
            return is_schema ? map.starts_with(name) : map == name;
        });
        if (name.empty() || wanted) { out.texts[path] = site.texts.at(path); }
    });
    return out;
}

}  // namespace haven::site
