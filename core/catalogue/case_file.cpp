#include "core/catalogue/case_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

/// One instance of one record, as an input of the fold.
struct Part {
    std::uint16_t source;
    InstanceNumber instance;
};

/// What competes for one field: which source says what.
struct Claim {
    std::uint16_t source;
    std::string_view text;
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
                claims[value.field].push_back({part.source, RawText::of(record, value)});
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

    const Claim* decide(const FieldInfo& info, const std::vector<Claim>& said) const {
        const auto newest = [&](auto&& counts) -> const Claim* {
            const Claim* best = nullptr;
            for (const auto& claim : said) {
                if (counts(claim) && (best == nullptr || older(best->source, claim.source))) { best = &claim; }
            }
            return best;
        };
        const auto* latest = newest([](const Claim&) { return true; });
        if (info.cls != FieldClass::safety && info.raises.empty()) { return latest; }
        const auto* person = newest([&](const Claim& c) { return source(c.source).by_person; });
        const auto* raised = newest([&](const Claim& c) { return c.text == info.raises; });
        if (raised != nullptr && (person == nullptr || source(person->source).as_of <= source(raised->source).as_of)) {
            return raised;
        }
        return person != nullptr ? person : latest;
    }

    // Instances with the same key are one; those without any key are taken from the newest source that has such.
    void merge_group(const std::vector<Part>& parts, GroupNumber group, InstanceNumber into) {
        std::vector<std::pair<std::string, std::vector<Part>>> by_key;  // in the order of the records
        for (const auto& part : parts) {
            const auto& record = records_[part.source]->record;
            for (const auto instance : record.instances(group, part.instance)) {
                auto key = key_of(record, group, instance);
                auto same = std::find_if(by_key.begin(), by_key.end(), [&](const auto& k) { return k.first == key; });
                if (same == by_key.end()) { same = by_key.emplace(same, std::move(key), std::vector<Part>{}); }
                same->second.push_back({part.source, instance});
            }
        }
        for (const auto& [key, same] : by_key) {
            if (!key.empty()) {
                merge_instance(same, group, into);
                continue;
            }
            const auto newest = std::max_element(same.begin(), same.end(), [&](const Part& a, const Part& b) {
                                    return older(a.source, b.source);
                                })->source;
            for (const auto& part : same) {
                if (part.source == newest) { merge_instance({part}, group, into); }
            }
        }
    }

    void merge_instance(const std::vector<Part>& parts, GroupNumber group, InstanceNumber into) {
        const auto opened = builder_.open(group, into);
        if (opened) { merge(parts, group, *opened); }
    }

    std::string key_of(const Record& record, GroupNumber group, InstanceNumber instance) const {
        std::string key;
        bool any = false;
        for (const auto field : catalogue_.group(group).key) {
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
