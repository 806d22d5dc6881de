#include <algorithm>

#include "hub/site/read.h"

namespace haven::site {
namespace {

void problem(Reading& in, const std::string& file, std::string message) {
    in.problems.push_back({file, 0, 0, 1, std::move(message)});
}

std::string file_of(const Agreement& agreement) {
    return "agreements/" + agreement.terms().name + ".toml";
}

// Two agreements that both fit would leave it to chance which one decides.
void one_agreement_each(Reading& in) {
    const auto& all = in.site.agreements;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = i + 1; k < all.size(); ++k) {
            const auto& a = all[i]->terms();
            const auto& b = all[k]->terms();
            const bool same = a.from.partner == b.from.partner && a.to.partner == b.to.partner &&
                              a.record_type == b.record_type && (a.purpose == b.purpose || all[i]->to() == in.site.hub);
            if (same && a.start < b.end && b.start < a.end) {
                problem(in, file_of(*all[k]),
                        "overlaps " + file_of(*all[i]) + ": the same recipient, purpose and " + a.record_type);
            }
        }
    }
}

void parties_exist(Reading& in) {
    const auto known = [&](const std::string& party) {
        return party == in.site.hub.text() || party == in.site.team.text() || in.site.partners.contains(party);
    };
    for (const auto& agreement : in.site.agreements) {
        for (const auto* party : {&agreement->terms().from, &agreement->terms().to}) {
            if (known(party->partner)) { continue; }
            std::vector<std::string_view> names;
            for (const auto& [name, partner] : in.site.partners) { names.push_back(name); }
            const auto near = nearest_word(party->partner, names);
            problem(in, file_of(*agreement),
                    "no partner " + party->partner + (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
        }
    }
}

// What an agreement lets the hub tell must have a map to be told in.
void maps_for_what_is_told(Reading& in) {
    for (const auto& agreement : in.site.agreements) {
        const auto* partner = in.site.partner(agreement->to().text());
        if (partner == nullptr || agreement->from() != in.site.hub || partner->out.contains(agreement->record_type())) {
            continue;
        }
        problem(in, "partners/" + std::string(partner->name.text()) + ".toml",
                "no map in `out` writes " + agreement->terms().record_type + ", which " + file_of(*agreement) +
                    " lets the hub tell");
    }
}

// Where several are asked at once, those who are released must hold nothing to recall.
void nothing_personal_to_several(Reading& in) {
    FieldSet personal;
    for (const auto cls : {FieldClass::identifier, FieldClass::name, FieldClass::contact, FieldClass::locator}) {
        personal |= in.site.catalogue->of_class(cls);
    }
    for (const auto& [name, service] : in.site.services) {
        if (service.rules.at_once < 2) { continue; }
        for (const auto& agreement : in.site.agreements) {
            if (agreement->terms().purpose != service.purpose || agreement->from() != in.site.hub) { continue; }
            (agreement->fields(Stage::offer) & personal).each([&](FieldNumber f) {
                problem(in, file_of(*agreement),
                        std::string(in.site.catalogue->field(f).path.text()) + " at offer: " + name +
                            " asks several at once, and those who are released must hold nothing to recall");
            });
        }
    }
}

void services_have_providers(Reading& in) {
    for (const auto& [name, service] : in.site.services) {
        const bool any = std::any_of(in.site.partners.begin(), in.site.partners.end(), [&](const auto& entry) {
            const auto& provider = entry.second.provider;
            return provider && std::find(provider->services.begin(), provider->services.end(), service.name) !=
                                   provider->services.end();
        });
        if (!any) { problem(in, "services/" + name + ".toml", "no partner provides this service"); }
    }
    for (const auto& [name, partner] : in.site.partners) {
        if (!partner.provider) { continue; }
        for (const auto service : partner.provider->services) {
            if (in.site.service(service.text()) == nullptr) {
                problem(in, "partners/" + name + ".toml", "no service " + std::string(service.text()));
            }
        }
    }
}

}  // namespace

void check_whole(Reading& in) {
    parties_exist(in);
    one_agreement_each(in);
    maps_for_what_is_told(in);
    nothing_personal_to_several(in);
    services_have_providers(in);
}

}  // namespace haven::site
