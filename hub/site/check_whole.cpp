#include <algorithm>
#include <array>

#include "core/agreement/law.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

constexpr std::string_view outcome_purpose = "outcome";  // what is reported back to where a case came from

void problem(Reading& in, const std::string& file, std::string message, int line = 0) {
    in.problems.push_back({file, line, line == 0 ? 0 : 1, 1, std::move(message)});
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
                        "overlaps " + file_of(*all[i]) + ": the same recipient, purpose and " + a.record_type,
                        in.agreement_lines[k]);
            }
        }
    }
}

// A purpose that is nobody's lets nothing on, and nobody would see why.
void onward_purposes_exist(Reading& in) {
    std::vector<std::string_view> purposes{outcome_purpose};
    for (const auto& [name, service] : in.site.services) { purposes.push_back(service.purpose); }
    for (const auto& agreement : in.site.agreements) { purposes.push_back(agreement->terms().purpose); }
    for (std::size_t i = 0; i < in.site.agreements.size(); ++i) {
        for (const auto& onward : in.site.agreements[i]->terms().onward) {
            for (const auto& purpose : onward.purposes) {
                if (std::find(purposes.begin(), purposes.end(), purpose) != purposes.end()) { continue; }
                problem(in, file_of(*in.site.agreements[i]),
                        "onward: nothing is for the purpose " + purpose + did_you_mean(purpose, purposes),
                        in.agreement_lines[i]);
            }
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

// What the hub does something with when a partner tells it (flow::Taking).
constexpr std::array<std::string_view, 8> taken_types{
    "incident-report", "perpetrator-update", "service-entry", "vacancy", "referral-answer", "arrival", "outcome",
    "recall"};

void maps_in_are_of_what_is_taken(Reading& in) {
    for (const auto& [name, partner] : in.site.partners) {
        for (const auto& map : partner.in) {
            const std::string_view type = in.site.catalogue->record_type(map->hub_type()).name.text();
            if (std::find(taken_types.begin(), taken_types.end(), type) != taken_types.end()) { continue; }
            problem(in, "partners/" + name + ".toml",
                    "the map " + std::string(map->name().text()) + " in `in` makes " + std::string(type) +
                        ", which the hub takes from no partner");
        }
    }
}

// Where several are asked at once, those who are released must hold nothing to recall.
void nothing_personal_to_several(Reading& in) {
    FieldSet personal;
    for (const auto cls : {FieldClass::identifier, FieldClass::name, FieldClass::contact, FieldClass::locator}) {
        personal |= in.site.catalogue->of_class(cls);
    }
    for (const auto& entry : in.site.services) {  // no binding: clang 14 lets no lambda see one
        const auto& name = entry.first;
        const auto& service = entry.second;
        if (service.rules.at_once < 2) { continue; }
        for (std::size_t i = 0; i < in.site.agreements.size(); ++i) {
            const auto& agreement = in.site.agreements[i];
            if (agreement->terms().purpose != service.purpose || agreement->from() != in.site.hub) { continue; }
            (agreement->fields(Stage::offer) & personal).each([&](FieldNumber f) {
                problem(in, file_of(*agreement),
                        std::string(in.site.catalogue->field(f).path.text()) + " at offer: " + name +
                            " asks several at once, and those who are released must hold nothing to recall",
                        in.agreement_lines[i]);
            });
        }
    }
}

void directories_are_partners(Reading& in) {
    for (const auto& [name, partner] : in.site.partners) {
        if (!partner.listed || in.site.partner(partner.listed->directory.text()) != nullptr) { continue; }
        problem(in, "partners/" + name + ".toml",
                "listed in the directory of " + std::string(partner.listed->directory.text()) + ", who is no partner");
    }
}

void services_have_providers(Reading& in) {
    for (const auto& named : in.site.services) {
        const auto& name = named.first;
        const auto& service = named.second;
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

void same_version(Reading& in, const Agreement& agreement, int line, const Map& map) {
    const auto named = agreement.named_in().version();
    const auto spoken = map.catalogue()->version();
    if (named == spoken) { return; }
    problem(in, file_of(agreement),
            "names fields of version " + std::to_string(named) + " of the canonical schema, and the map " +
                std::string(map.name().text()) + " is of version " + std::to_string(spoken) +
                ": `schema` of a [[record]] says the version",
            line);
}

// What people signed and what is exchanged under it are said in the same version.
void agreements_name_what_is_exchanged(Reading& in) {
    for (std::size_t i = 0; i < in.site.agreements.size(); ++i) {
        const auto& agreement = *in.site.agreements[i];
        if (const auto* to = in.site.partner(agreement.to().text())) {
            const auto map = to->out.find(agreement.record_type());
            if (map != to->out.end()) { same_version(in, agreement, in.agreement_lines[i], *map->second); }
        }
        if (const auto* from = in.site.partner(agreement.from().text())) {
            for (const auto& map : from->in) {
                const bool of_it = map->hub_type() == agreement.record_type();
                if (of_it) { same_version(in, agreement, in.agreement_lines[i], *map); }
            }
        }
    }
}

}  // namespace

void check_agreements(Reading& in) {
    one_agreement_each(in);
    onward_purposes_exist(in);
    nothing_personal_to_several(in);
}

void check_whole(Reading& in) {
    maps_for_what_is_told(in);
    maps_in_are_of_what_is_taken(in);
    agreements_name_what_is_exchanged(in);
    services_have_providers(in);
    directories_are_partners(in);
}

}  // namespace haven::site
