#include "core/catalogue/case_file.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "core/catalogue/raw_text.h"
#include "core/catalogue/span.h"

namespace haven {
namespace {

/// One instance of one record, as an input of the fold.
struct Part {
    std::uint16_t source;
    InstanceNumber instance;
    bool lowers = true;  ///< whether what it says may lower protection
};

/// Instances that are one.
struct Same {
    std::string key;
    std::vector<Part> parts;
    bool nameless = false;
};

/// What competes for one field: which source says what.
struct Claim {
    std::uint16_t source;
    std::string_view text;
    bool lowers;
};

using Claims = std::map<FieldNumber, std::vector<Claim>>;
using Owners = std::map<std::int32_t, std::uint16_t>;  // unit -> source

class Fold {
public:
    Fold(const std::shared_ptr<const Catalogue>& catalogue, std::vector<const CaseRecord*> records)
        : catalogue_(*catalogue), records_(std::move(records)), builder_(catalogue) {}

    Record run() {
        builder_.start(*catalogue_.find_record_type("case-file"));
        std::vector<Part> parts;
        Instant newest{};
        for (std::size_t i = 0; i < records_.size(); ++i) {
            parts.push_back({static_cast<std::uint16_t>(i), root_instance});
            newest = std::max(newest, records_[i]->source.as_of);
        }
        merge(parts, root_group, root_instance);
        return builder_.finish_part(newest);
    }

private:
    const ValueSource& source(std::uint16_t i) const { return records_[i]->source; }

    // Older first; the record's number decides between equals, so that the order of arrival does not.
    bool older(std::uint16_t a, std::uint16_t b) const {
        const auto& x = source(a);
        const auto& y = source(b);
        return std::tie(x.as_of, x.by_person, x.record) < std::tie(y.as_of, y.by_person, y.record);
    }

    void merge(const std::vector<Part>& parts, GroupNumber group, InstanceNumber into) {
        const auto claims = claims_of(parts);
        const auto owners = unit_owners(claims);
        for (const auto& [field, said] : claims) {
            const auto& info = catalogue_.field(field);
            const auto* chosen = info.whole >= 0 ? of_source(said, owners.at(info.whole)) : decide(info, said);
            if (chosen != nullptr) {
                // Every value was valid in its own record, under the same schema.
                (void)builder_.set(field, chosen->text, into, chosen->source);
            }
        }
        for (const auto below : catalogue_.groups_below(group)) {
            const auto owner = owners.find(catalogue_.group(below).whole);
            if (owner == owners.end()) {
                merge_group(parts, below, into);
            } else {
                std::vector<Part> owned;
                std::copy_if(parts.begin(), parts.end(), std::back_inserter(owned),
                             [&](const Part& p) { return p.source == owner->second; });
                merge_group(owned, below, into);
            }
        }
    }

    Claims claims_of(const std::vector<Part>& parts) const {
        Claims claims;
        for (const auto& part : parts) {
            const auto& record = records_[part.source]->record;
            for (const auto& value : record.values_of(part.instance)) {
                claims[value.field].push_back({part.source, RawText::of(record, value), part.lowers});
            }
        }
        return claims;
    }

    // The newest source that says anything of a unit owns the whole of it.
    Owners unit_owners(const Claims& claims) const {
        Owners owners;
        for (const auto& [field, said] : claims) {
            const auto unit = catalogue_.field(field).whole;
            if (unit < 0) { continue; }
            for (const auto& claim : said) {
                const auto [at, first] = owners.try_emplace(unit, claim.source);
                if (!first && older(at->second, claim.source)) { at->second = claim.source; }
            }
        }
        return owners;
    }

    static const Claim* of_source(const std::vector<Claim>& said, std::uint16_t source) {
        const auto at = std::find_if(said.begin(), said.end(), [&](const Claim& c) { return c.source == source; });
        return at == said.end() ? nullptr : &*at;
    }

    // What a person said last of this place, and of all else that was said since, or without one, the earliest.
    const Claim* earliest(const std::vector<Claim>& said) const {
        const Claim* person = nullptr;
        for (const auto& claim : said) {
            const bool is_newer = person == nullptr || older(person->source, claim.source);
            if (source(claim.source).by_person && claim.lowers && is_newer) { person = &claim; }
        }
        const auto* best = person;
        for (const auto& claim : said) {
            const bool counts = person == nullptr || older(person->source, claim.source);
            if (counts && (best == nullptr || claim.text < best->text)) { best = &claim; }
        }
        return best;
    }

    const Claim* decide(const FieldInfo& info, const std::vector<Claim>& said) const {
        if (info.earliest_stands) { return earliest(said); }
        const bool protects = info.cls == FieldClass::safety || !info.raises.empty();
        const auto newest = [&](auto&& counts) -> const Claim* {
            const Claim* best = nullptr;
            for (const auto& claim : said) {
                if (protects && !claim.lowers && claim.text != info.raises) { continue; }
                if (counts(claim) && (best == nullptr || older(best->source, claim.source))) { best = &claim; }
            }
            return best;
        };
        const auto* latest = newest([](const Claim&) { return true; });
        if (!protects) { return latest; }
        const auto* person = newest([&](const Claim& c) { return source(c.source).by_person; });
        const auto* raised = newest([&](const Claim& c) { return c.text == info.raises; });
        if (raised != nullptr && (person == nullptr || source(person->source).as_of <= source(raised->source).as_of)) {
            return raised;
        }
        return person != nullptr ? person : latest;
    }

    // Instances with the same key are one; those without any key are taken from the newest source that has such.
    void merge_group(const std::vector<Part>& parts, GroupNumber group, InstanceNumber into) {
        const auto& info = catalogue_.group(group);
        auto all = alike(!info.span.empty() ? of_who_names_all(parts, group) : parts, group);
        if (!info.stands.empty()) { let_the_last_stand(all, group); }
        for (const auto& same : all) {
            if (!same.key.empty()) {
                merge_instance(same.parts, group, into);
                continue;
            }
            const auto newest =
                std::max_element(same.parts.begin(), same.parts.end(), [&](const Part& a, const Part& b) {
                    return older(a.source, b.source);
                })->source;
            for (const auto& part : same.parts) {
                if (part.source == newest) { merge_instance({part}, group, into); }
            }
        }
    }

    // Who says when she may be called says all of it anew. Of imports a later one may only narrow it.
    std::vector<Part> of_who_names_all(const std::vector<Part>& parts, GroupNumber group) const {
        std::map<std::uint16_t, std::vector<Part>> naming;
        for (const auto& part : parts) {
            const auto& record = records_[part.source]->record;
            if (!record.instances(group, part.instance).empty()) { naming[part.source].push_back(part); }
        }
        std::vector<std::uint16_t> oldest_first;
        for (const auto& [source, named] : naming) { oldest_first.push_back(source); }
        std::sort(oldest_first.begin(), oldest_first.end(), [&](auto a, auto b) { return older(a, b); });
        const std::vector<Part>* stand = nullptr;
        for (const auto next : oldest_first) {
            const bool by_import = stand != nullptr && !source(stand->front().source).by_person;
            const bool counts =
                stand == nullptr || source(next).by_person || (by_import && narrows(naming.at(next), *stand, group));
            if (counts) { stand = &naming.at(next); }
        }
        return stand == nullptr ? std::vector<Part>{} : *stand;
    }

    bool narrows(const std::vector<Part>& later, const std::vector<Part>& earlier, GroupNumber group) const {
        const auto outer = spans(earlier, group);
        const auto inner = spans(later, group);
        return std::all_of(inner.begin(), inner.end(), [&](const Span& in) {
            return std::any_of(outer.begin(), outer.end(), [&](const Span& out) { return lies_within(in, out); });
        });
    }

    std::vector<Span> spans(const std::vector<Part>& parts, GroupNumber group) const {
        const auto& leaves = catalogue_.group(group).span;
        std::vector<Span> out;
        for (const auto& part : parts) {
            const auto& record = records_[part.source]->record;
            for (const auto in : record.instances(group, part.instance)) {
                const auto text = [&](std::size_t i) { return RawText::of(record, leaves[i], in).value_or(""); };
                out.push_back({text(0), text(1), text(2), text(3)});
            }
        }
        return out;
    }

    // In the order of the records.
    std::vector<Same> alike(const std::vector<Part>& parts, GroupNumber group) const {
        const auto& info = catalogue_.group(group);
        std::vector<Same> all;
        for (const auto& part : parts) {
            const auto& record = records_[part.source]->record;
            int nameless = 0;
            for (const auto instance : record.instances(group, part.instance)) {
                auto key = key_of(record, info.key, instance);
                const bool joined = key.empty() && info.nameless_joined;
                if (joined) { key = std::to_string(++nameless); }
                auto same = std::find_if(all.begin(), all.end(), [&](const Same& s) { return s.key == key; });
                if (same == all.end()) { same = all.insert(same, {std::move(key), {}, joined}); }
                same->parts.push_back({part.source, instance});
            }
        }
        for (auto& same : all) {  // they may be two men: a word of one takes nothing from the other
            for (auto& part : same.parts) { part.lowers = !same.nameless || same.parts.size() == 1; }
        }
        return all;
    }

    // What lowers protection counts for the home that was said last alone. Who says no more than "her home" speaks of
    // each of them, and only to protect.
    void let_the_last_stand(std::vector<Same>& all, GroupNumber group) const {
        const auto& info = catalogue_.group(group);
        std::vector<FieldNumber> rest;
        std::copy_if(info.key.begin(), info.key.end(), std::back_inserter(rest), [&](FieldNumber f) {
            return std::find(info.stands.begin(), info.stands.end(), f) == info.stands.end();
        });
        const auto first = [&](const Same& same, const std::vector<FieldNumber>& fields) {
            return key_of(records_[same.parts[0].source]->record, fields, same.parts[0].instance);
        };
        const auto placeless =
            std::stable_partition(all.begin(), all.end(), [&](const Same& same) { return !first(same, rest).empty(); });
        std::map<std::string, std::vector<Same*>> alternatives;  // "home": each place that was called so
        std::vector<const Same*> of_people;
        for (auto same = all.begin(); same != placeless; ++same) {
            alternatives[first(*same, info.stands)].push_back(&*same);
        }
        for (const auto& same : all) {
            if (is_of_person(same)) { of_people.push_back(&same); }
        }
        for (auto& [slot, places] : alternatives) { let_lower(places, of_people); }
        const auto of_all = std::stable_partition(
            placeless, all.end(), [&](const Same& same) { return !alternatives.contains(first(same, info.stands)); });
        for (auto same = of_all; same != all.end(); ++same) {
            for (auto part : same->parts) {
                part.lowers = false;
                for (auto* place : alternatives.at(first(*same, info.stands))) { place->parts.push_back(part); }
            }
        }
        all.erase(of_all, all.end());
    }

    // A person's word counts until somebody says another place of the kind, where one who names both at once knows of
    // both. An import's counts only where nobody ever said another of the kind, and no person another of any: its
    // system may hold what she left.
    void let_lower(const std::vector<Same*>& places, const std::vector<const Same*>& of_people) const {
        std::vector<std::pair<const Same*, std::uint16_t>> all;
        for (const auto* place : places) { all.emplace_back(place, said(*place)); }
        for (auto* place : places) {
            const bool is_only = places.size() == 1 && std::all_of(of_people.begin(), of_people.end(),
                                                                   [&](const Same* other) { return other == place; });
            for (auto& part : place->parts) {
                const bool is_last = std::all_of(all.begin(), all.end(), [&](const auto& other) {
                    return other.first == place || other.second == part.source || older(other.second, part.source);
                });
                part.lowers = source(part.source).by_person ? is_last : is_only;
            }
        }
    }

    bool is_of_person(const Same& same) const {
        return std::any_of(same.parts.begin(), same.parts.end(),
                           [&](const Part& part) { return source(part.source).by_person; });
    }

    // By which source a place was said last. A person says it anew each time; an import repeats what its system holds,
    // so only the first word of it is news.
    std::uint16_t said(const Same& place) const {
        auto first = place.parts[0].source;
        std::optional<std::uint16_t> by_person;
        for (const auto& part : place.parts) {
            if (older(part.source, first)) { first = part.source; }
            const bool is_newest = !by_person || older(*by_person, part.source);
            if (source(part.source).by_person && is_newest) { by_person = part.source; }
        }
        return by_person.value_or(first);
    }

    void merge_instance(const std::vector<Part>& parts, GroupNumber group, InstanceNumber into) {
        const auto opened = builder_.open(group, into);
        if (opened) { merge(parts, group, *opened); }
    }

    static std::string key_of(const Record& record, const std::vector<FieldNumber>& fields, InstanceNumber instance) {
        std::string key;
        bool any = false;
        for (const auto field : fields) {
            const auto text = RawText::of(record, field, instance).value_or("");
            any = any || !text.empty();
            put_bytes(key, text);
        }
        return any ? key : std::string{};
    }

    const Catalogue& catalogue_;
    std::vector<const CaseRecord*> records_;
    RecordBuilder builder_;
};

}  // namespace

CaseFile CaseFile::fold(const std::shared_ptr<const Catalogue>& catalogue, std::span<const CaseRecord> records) {
    std::vector<const CaseRecord*> ordered;
    for (const auto& record : records) { ordered.push_back(&record); }
    std::sort(ordered.begin(), ordered.end(),
              [](const CaseRecord* a, const CaseRecord* b) { return a->source.record < b->source.record; });
    std::vector<ValueSource> sources;
    for (const auto* record : ordered) { sources.push_back(record->source); }
    return {Fold(catalogue, ordered).run(), std::move(sources)};
}

Result<CaseFile> CaseFile::draw(RecordTypeNumber type, const Record& own, const ValueSource& by) const {
    RecordBuilder builder(facts_.shared_catalogue());
    auto sources = sources_;
    const auto own_source = static_cast<std::uint16_t>(sources.size());
    sources.push_back(by);
    // Own values first: a field that both have is the request's, and a group that both have is the request's alone.
    std::vector<bool> keep;
    const auto own_fields = own.fields();
    for (const auto& value : facts_.values()) { keep.push_back(!own_fields.has(value.field)); }
    builder.start(type);
    builder.copy(facts_.part(type, keep));
    std::vector<InstanceNumber> opened(own.all_instances().size());
    for (std::size_t i = 1; i < own.all_instances().size(); ++i) {
        const auto& instance = own.all_instances()[i];
        auto made = builder.open(instance.group, opened[instance.parent.value]);
        if (!made) { return fail(std::move(made).error()); }
        opened[i] = *made;
    }
    for (const auto& value : own.values()) {
        auto set = builder.set(value.field, RawText::of(own, value), opened[value.instance.value], own_source);
        if (!set) { return fail(std::move(set).error()); }
    }
    return CaseFile(builder.finish_part(std::max(facts_.as_of(), own.as_of())), std::move(sources));
}

FieldSet altered(const CaseFile& before, const CaseFile& after) {
    std::set<std::pair<FieldNumber, std::string_view>> stand;
    for (const auto& value : after.facts().values()) { stand.emplace(value.field, RawText::of(after.facts(), value)); }
    FieldSet fields;
    for (const auto& value : before.facts().values()) {
        if (!stand.contains({value.field, RawText::of(before.facts(), value)})) { fields.add(value.field); }
    }
    return fields;
}

}  // namespace haven
