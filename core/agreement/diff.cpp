#include <algorithm>
#include <map>
#include <set>

#include "core/agreement/print.h"
#include "core/base/code.h"

namespace haven {
namespace {

using Kind = AgreementChange::Kind;
using Paths = std::set<std::string, std::less<>>;

Paths paths_of(const Agreement* agreement, const FieldSet& fields) {
    Paths out;
    if (agreement == nullptr) { return out; }
    fields.each([&](FieldNumber f) { out.emplace(agreement->catalogue().field(f).path.text()); });
    return out;
}

/// What of a record type may go on, as "council for rehousing" -> paths.
std::map<std::string, Paths> onward_of(const Agreement* agreement) {
    std::map<std::string, Paths> out;
    if (agreement == nullptr) { return out; }
    for (const auto& onward : agreement->onward_rules()) {
        const auto fields = paths_of(agreement, onward.fields);
        for (const auto& to : onward.terms.to) {
            for (const auto& purpose : onward.terms.purposes) {
                auto way = to;
                way.append(" for ").append(purpose);
                out[way].insert(fields.begin(), fields.end());
            }
        }
    }
    return out;
}

class Comparison {
public:
    explicit Comparison(const Zone& zone) : zone_(zone) {}

    void fields(const std::string& where, const Paths& before, const Paths& after) {
        for (const auto& path : after) {
            if (!before.contains(path)) { field(Kind::tells_more, where, ": + ", path); }
        }
        for (const auto& path : before) {
            if (!after.contains(path)) { field(Kind::tells_less, where, ": - ", path); }
        }
    }

    void record(const std::string& type, const Agreement* before, const Agreement* after) {
        for (const auto stage : {Stage::capacity, Stage::offer, Stage::accept}) {
            const auto at = [&](const Agreement* a) {
                return paths_of(a, a == nullptr ? FieldSet{} : a->fields(stage));
            };
            fields(type + ": " + std::string(name_of(stage)), at(before), at(after));
        }
        const auto old_onward = onward_of(before);
        const auto new_onward = onward_of(after);
        Paths ways;
        for (const auto* ends : {&old_onward, &new_onward}) {
            for (const auto& [way, paths] : *ends) { ways.insert(way); }
        }
        for (const auto& way : ways) {
            const auto of = [&](const std::map<std::string, Paths>& onward) {
                const auto found = onward.find(way);
                return found == onward.end() ? Paths{} : found->second;
            };
            auto where = type;
            where.append(": onward to ").append(way);
            fields(where, of(old_onward), of(new_onward));
        }
        if (before != nullptr && after != nullptr) {
            number(type + ": retention_days", before->terms().retention_days, after->terms().retention_days,
                   Kind::terms, Kind::terms);
        }
    }

    void terms(const Terms& a, const Terms& b) {
        // The rules stand from the strictest to the loosest.
        if (a.consent != b.consent) {
            changed("consent", code_text(a.consent), code_text(b.consent),
                    a.consent < b.consent ? Kind::tells_more : Kind::tells_less);
        }
        const auto level = [](const Terms& t) {
            return t.risk_at_least ? std::optional<int>(static_cast<int>(*t.risk_at_least)) : std::nullopt;
        };
        if (level(a) != level(b)) {
            const auto text = [](const Terms& t) {
                return t.risk_at_least ? code_text(*t.risk_at_least) : std::string_view("any");
            };
            changed("risk_at_least", text(a), text(b),
                    level(b).value_or(-1) < level(a).value_or(-1) ? Kind::tells_more : Kind::tells_less);
        }
        number("age_at_least", a.age_at_least, b.age_at_least, Kind::tells_less, Kind::tells_more);
        word("purpose", a.purpose, b.purpose);
        word("legal_power", a.legal_power, b.legal_power);
        override_rule(a.override_consent.value_or(Override{}), b.override_consent.value_or(Override{}));
        party("from", a.from, b.from);
        party("to", a.to, b.to);
        day("start", a.start, b.start);
        day("review", a.review, b.review);
        day("end", a.end - 1us, b.end - 1us);  // the last day, as people write it
        signatures(a, b);
    }

    /// Of one that was not there before, or is not there any more.
    void whole(std::string what, const std::string& terms) { say(Kind::terms, std::move(what) + terms); }

    std::vector<AgreementChange> changes;

private:
    void say(Kind kind, std::string text) { changes.push_back({kind, std::move(text)}); }
    void field(Kind kind, std::string where, std::string_view sign, std::string_view path) {
        where.append(sign).append(path);
        say(kind, std::move(where));
    }
    void changed(std::string_view key, std::string_view before, std::string_view after, Kind kind) {
        say(kind, std::string(key) + ": " + std::string(before) + " -> " + std::string(after));
    }
    void word(std::string_view key, std::string_view before, std::string_view after) {
        if (before != after) {
            changed(key, before.empty() ? "none" : before, after.empty() ? "none" : after, Kind::terms);
        }
    }
    void number(std::string_view key, std::optional<int> before, std::optional<int> after, Kind higher, Kind lower) {
        if (before == after) { return; }
        const auto text = [](std::optional<int> n) { return n ? std::to_string(*n) : std::string("none"); };
        changed(key, text(before), text(after), after.value_or(-1) > before.value_or(-1) ? higher : lower);
    }
    // Who may decide without her yes, and on what grounds: each more lets more through.
    void override_rule(const Override& a, const Override& b) {
        fields("override/by", {a.by.begin(), a.by.end()}, {b.by.begin(), b.by.end()});
        fields("override/grounds", {a.grounds.begin(), a.grounds.end()}, {b.grounds.begin(), b.grounds.end()});
    }
    void signatures(const Terms& a, const Terms& b) {
        const auto all = [](const Terms& terms) {
            std::string out;
            for (const auto& one : terms.signatories) {
                out.append(out.empty() ? "" : "; ").append(one.party).append(", ").append(one.name).append(", ");
                out.append(one.role).append(", ").append(date_text(one.signed_on));
            }
            return out;
        };
        word("signed", all(a), all(b));
    }
    void day(std::string_view key, Instant before, Instant after) {
        const auto text = [&](Instant t) { return date_text(Date{zone_.day(t)}); };
        if (before != after) { changed(key, text(before), text(after), Kind::terms); }
    }
    void party(const std::string& side, const Party& a, const Party& b) {
        const auto maybe = [&](const char* key, const std::optional<std::string>& x,
                               const std::optional<std::string>& y) {
            word(side + "/" + key, x.value_or(""), y.value_or(""));
        };
        word(side + "/partner", a.partner, b.partner);
        word(side + "/contact", a.contact, b.contact);
        word(side + "/lawful_basis", a.lawful_basis, b.lawful_basis);
        maybe("special_category", a.special_category, b.special_category);
        maybe("offence_data", a.offence_data, b.offence_data);
        maybe("schedule_1", a.schedule_1, b.schedule_1);
        maybe("on_behalf_of", a.on_behalf_of, b.on_behalf_of);
    }

    const Zone& zone_;
};

const Agreement* of_type(AgreementRecords records, std::string_view type) {
    const auto at =
        std::find_if(records.begin(), records.end(), [&](const auto& a) { return a->terms().record_type == type; });
    return at == records.end() ? nullptr : at->get();
}

}  // namespace

std::vector<AgreementChange> agreement_diff(AgreementRecords before, AgreementRecords after, const Zone& zone) {
    Comparison comparison(zone);
    std::set<std::string> types;
    for (const auto& side : {before, after}) {
        for (const auto& agreement : side) { types.insert(agreement->terms().record_type); }
    }
    for (const auto& type : types) { comparison.record(type, of_type(before, type), of_type(after, type)); }
    if (!before.empty() && !after.empty()) {
        comparison.terms(before.front()->terms(), after.front()->terms());
    } else if (!before.empty() || !after.empty()) {
        const auto& one = before.empty() ? after.front() : before.front();
        comparison.whole(before.empty() ? "new: " : "gone: ", terms_line(one->terms(), zone));
    }
    return comparison.changes;
}

}  // namespace haven
