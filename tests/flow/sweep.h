#pragma once
#include <filesystem>

#include "core/catalogue/raw_text.h"
#include "hub/flow/snapshot.h"
#include "hub/node/node.h"
#include "tests/flow/places.h"
#include "tests/flow/site_folder.h"
#include "tests/support/wire_client.h"

/// What a hub knows of people, and where it stands: looked into at the end of every flow test.
namespace haven::test {

/// What was said of people, each value with the fields in which their records hold it.
using SaidOfPeople = std::map<std::string, FieldSet>;

/// Values that can be told from others: of classes that say who or where somebody is, and not short.
inline void add_values(const Record& record, SaidOfPeople& said) {
    for (const auto& value : record.values()) {
        const auto cls = record.catalogue().field(value.field).cls;
        const bool tells = cls == FieldClass::name || cls == FieldClass::contact || cls == FieldClass::locator ||
                           cls == FieldClass::narrative || cls == FieldClass::identifier;
        const auto text = RawText::of(record, value);
        if (tells && text.size() > 5) { said[std::string(text)].add(value.field); }
    }
}

/// What stands in the files of a site, as it is or as it was shipped, says nothing of anybody: "Eastford" is a place of
/// the council's too.
inline void leave_out_what_the_site_says(const SiteFolder& folder, SaidOfPeople& said) {
    for (const auto& path : {folder.site().string(), std::string(HAVEN_SOURCE_DIR "/deploy/beacon")}) {
        const auto site = site::SiteFiles::read(path);
        EXPECT_TRUE(site);
        if (!site) { return; }
        std::erase_if(said, [&](const auto& value) {
            return std::any_of(site->texts.begin(), site->texts.end(), [&, &text = value.first](const auto& file) {
                return file.second.find(text) != std::string::npos;
            });
        });
    }
}

/// All that the hub's cases hold. An erased one holds nothing.
inline SaidOfPeople held_in_cases(const flow::Context& context) {
    constexpr int cases_max = 200;
    SaidOfPeople said;
    const auto cases = context.readers.read(
        [&](store::Sql& sql) -> Result<std::vector<store::CaseRow>> { return store::list_cases(sql, {}, cases_max); });
    if (!cases) { return said; }
    for (const auto& row : *cases) {
        const auto snapshot = flow::read_snapshot(context, row.id);
        if (!snapshot) { continue; }
        for (const auto& one : snapshot->records) { add_values(one.record, said); }
    }
    return said;
}

/// The partners to whom some agreement lets one of these fields go.
inline std::set<std::string> may_hear(const site::Site& site, const FieldSet& fields) {
    std::set<std::string> out;
    for (const auto& agreement : site.agreements) {
        const bool tells = agreement->from() == site.hub && agreement->to() != site.team;
        if (tells && agreement->fields(Stage::accept).meets(fields)) {
            out.insert(std::string(agreement->to().text()));
        }
    }
    return out;
}

/// The force's own folder holds what the force put there.
inline void leave_out_the_sources_own(Places& places) {
    std::erase_if(places, [](const auto& place) {
        return place.first.starts_with("var: northshire/") && place.first.find("receipts") == std::string::npos;
    });
}

/// What lies on the disk while the hub runs, and only then: the database with its log of writes, temporary files, and
/// files that have no name any more.
inline Places while_it_runs(const SiteFolder& folder, const std::filesystem::path& temporary) {
    Places places;
    add_files(places, folder.site() / "var", "var");
    add_files(places, temporary, "temporary");
    for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(open.path(), gone).string();
        if (!gone && target.starts_with("/") && target.ends_with(" (deleted)") && !target.starts_with("/dev")) {
            places["unnamed: all"] += peers::file_text(open.path());
        }
    }
    leave_out_the_sources_own(places);
    return places;
}

/// What went to partners that keep files: the council and the charities.
inline void add_partners(Places& places, SiteFolder& folder) {
    for (const char* charity : {"steadfast", "kindred"}) { add_files(places, folder.drop(charity), charity); }
    places["eastford-council: received"] = folder.council().received_text();
}

/// What anybody may ask of the hub.
inline std::string open_answers(const Node& node) {
    std::string out;
    for (const char* path : {"/healthz", "/metrics"}) {
        WireClient wire(node.port());
        (void)wire.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        out += wire.answer();
    }
    return out;
}

/// Looks into everything that a hub which still runs wrote and sent for what its cases hold: it is found at partners to
/// whom some agreement lets it go, and nowhere else.
inline void expect_nothing_strays(Node& node, SiteFolder& folder, const std::filesystem::path& temporary,
                                  const std::string& log) {
    auto said = held_in_cases(node.context());
    leave_out_what_the_site_says(folder, said);
    if (said.empty()) { return; }
    auto places = while_it_runs(folder, temporary);
    add_partners(places, folder);
    places["log: all"] = log;
    places["http: open"] = open_answers(node);
    std::vector<std::string> values;
    for (const auto& [value, fields] : said) { values.push_back(value); }
    for (const auto& [value, where] : found_in(places, values)) {
        const auto may = may_hear(*node.context().site, said.at(value));
        for (const auto& place : where) { EXPECT_TRUE(may.contains(place)) << value << " strayed to " << place; }
    }
}

}  // namespace haven::test
