#include "core/catalogue/versions.h"

#include <algorithm>

#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

// The longest entry that is the path or a branch above it decides.
std::string moved(const std::string& path, const Moves& moves) {
    const std::pair<const std::string, std::string>* longest = nullptr;
    for (const auto& move : moves) {
        const bool above = path == move.first || path.starts_with(move.first + "/");
        if (above && (longest == nullptr || longest->first.size() < move.first.size())) { longest = &move; }
    }
    return longest == nullptr ? path : longest->second + path.substr(longest->first.size());
}

std::string moved(std::string_view path, const std::vector<Moves>& steps) {
    std::string at(path);
    for (const auto& moves : steps) { at = moved(at, moves); }
    return at;
}

// The way back: the last step first, each turned round.
std::vector<Moves> turned(const std::vector<Moves>& steps) {
    std::vector<Moves> out;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        auto& back = out.emplace_back();
        for (const auto& [from, to] : *step) { back[to] = from; }
    }
    return out;
}

bool has_branch(const Catalogue& catalogue, const std::string& path) {
    if (catalogue.find(path) || catalogue.find_group(path)) { return true; }
    for (std::size_t f = 0; f < catalogue.field_count(); ++f) {
        if (catalogue.field({static_cast<std::uint16_t>(f)}).path.text().starts_with(path + "/")) { return true; }
    }
    return false;
}

Error schema_error(std::string_view reason_path, Reason reason) {
    return Error{Fault::malformed, reason, {}}.at(Place::path(Name::declare(reason_path)));
}

}  // namespace

Correspondence::Correspondence(std::shared_ptr<const Catalogue> from, std::shared_ptr<const Catalogue> to,
                               const std::vector<Moves>& moves)
    : from_(std::move(from)), to_(std::move(to)) {
    groups_.push_back(root_group);
    for (std::size_t g = 1; g < from_->group_count(); ++g) {
        groups_.push_back(to_->find_group(moved(from_->group({static_cast<std::uint16_t>(g)}).path.text(), moves)));
    }
    for (std::size_t f = 0; f < from_->field_count(); ++f) {
        fields_.push_back(to_->find(moved(from_->field({static_cast<std::uint16_t>(f)}).path.text(), moves)));
    }
}

std::optional<RecordTypeNumber> Correspondence::record_type(RecordTypeNumber of_from) const {
    return to_->find_record_type(from_->record_type(of_from).name.text());
}

FieldSet Correspondence::fields(const FieldSet& of_from) const {
    FieldSet out;
    of_from.each([&](FieldNumber f) {
        if (const auto to = field(f)) { out.add(*to); }
    });
    return out;
}

std::string Correspondence::lost() const {
    for (std::uint16_t t = 0; t < from_->record_type_count(); ++t) {
        if (!record_type({t})) { return std::string(from_->record_type({t}).name.text()); }
        const auto& here = from_->record_type({t}).fields;
        const auto there = to_->record_type(*record_type({t})).fields;
        std::string lost;
        here.each([&](FieldNumber f) {
            const bool has = field(f) && there.has(*field(f));
            if (!has && lost.empty()) { lost = from_->field(f).path.text(); }
        });
        if (!lost.empty()) { return lost; }
    }
    return {};
}

std::string Correspondence::changed() const {
    for (std::uint16_t f = 0; f < fields_.size(); ++f) {
        if (!fields_[f]) { continue; }
        const auto& before = from_->field({f});
        const auto& after = to_->field(*fields_[f]);
        if (before.cls != after.cls || groups_[before.group.value] != after.group) {
            return std::string(before.path.text());
        }
    }
    return {};
}

Result<Record> Correspondence::say(const Record& record) const {
    const auto no_place = [&](Name path) {
        return fail(Error{Fault::unmapped, Reason("version ", to_->version(), " has no place for this value"), {}}.at(
            Place::path(path)));
    };
    if (record.catalogue().hash() != from_->hash()) { return fail(Fault::broken, "a record of another schema"); }
    const auto type = record_type(record.type());
    if (!type) { return no_place(from_->record_type(record.type()).name); }
    RecordBuilder builder(to_);
    builder.start(*type);
    std::vector<InstanceNumber> places{root_instance};
    const auto instances = record.all_instances();
    for (std::size_t i = 1; i < instances.size(); ++i) {
        const auto group = groups_[instances[i].group.value];
        const auto opened = group ? builder.open(*group, places.at(instances[i].parent.value))
                                  : Result<InstanceNumber>(no_place(from_->group(instances[i].group).path));
        if (!opened) { return fail(opened.error()); }
        places.push_back(*opened);
    }
    for (const auto& value : record.values()) {
        const auto to = field(value.field);
        if (!to) { return no_place(from_->field(value.field).path); }
        const auto set = builder.set(*to, RawText::of(record, value), places.at(value.instance.value), value.source);
        if (!set) { return no_place(from_->field(value.field).path); }
    }
    return builder.finish_part(record.as_of());
}

Versions::Versions(std::shared_ptr<const Catalogue> only) : own_(std::move(only)) {}

Result<Versions> Versions::make(std::vector<Version> rising) {
    Versions made(rising.back().catalogue);
    const Catalogue* before = nullptr;
    for (auto& version : rising) {
        for (const auto& [from, to] : version.moves) {
            if (before != nullptr && !has_branch(*before, from)) {
                return fail(schema_error(from, "moved, and the version before has no such path"));
            }
            if (!has_branch(*version.catalogue, to)) {
                return fail(schema_error(to, "something is moved to it, and the version has no such path"));
            }
        }
        before = version.catalogue.get();
        made.moves_[version.catalogue->version()] = std::move(version.moves);
    }
    rising.pop_back();
    for (const auto& version : rising) {
        made.add(version.catalogue);
        const auto& to_own = *made.to_own(version.catalogue->version());
        if (const auto path = to_own.lost(); !path.empty()) {
            return fail(schema_error(path, Reason("of version ", version.catalogue->version(),
                                                  ": has no place in the newest; [moved] of its version.toml may say "
                                                  "where it stands now")));
        }
        if (const auto path = to_own.changed(); !path.empty()) {
            return fail(schema_error(path, Reason("of version ", version.catalogue->version(),
                                                  ": has another class, or stands in another group, in the newest")));
        }
    }
    return made;
}

std::vector<Moves> Versions::steps_from(int version) const {
    std::vector<Moves> steps;
    for (auto moves = moves_.upper_bound(version); moves != moves_.end(); ++moves) { steps.push_back(moves->second); }
    return steps;
}

void Versions::add(const std::shared_ptr<const Catalogue>& older) {
    const auto steps = steps_from(older->version());
    spoken_[older->version()] = {older, std::make_shared<const Correspondence>(older, own_, steps),
                                 std::make_shared<const Correspondence>(own_, older, turned(steps))};
}

std::shared_ptr<const Catalogue> Versions::find(int version) const {
    if (own_ != nullptr && own_->version() == version) { return own_; }
    const auto found = spoken_.find(version);
    return found == spoken_.end() ? nullptr : found->second.catalogue;
}

std::vector<int> Versions::numbers() const {
    std::vector<int> out;
    for (const auto& [number, spoken] : spoken_) { out.push_back(number); }
    if (own_ != nullptr) { out.push_back(own_->version()); }
    return out;
}

SharedCorrespondence Versions::to_own(int version) const {
    const auto found = spoken_.find(version);
    return found == spoken_.end() ? nullptr : found->second.to_own;
}

SharedCorrespondence Versions::from_own(int version) const {
    const auto found = spoken_.find(version);
    return found == spoken_.end() ? nullptr : found->second.from_own;
}

SharedCorrespondence Versions::from_older(const std::shared_ptr<const Catalogue>& older) const {
    return std::make_shared<const Correspondence>(older, own_, steps_from(older->version()));
}

Versions Versions::with(const Versions& others) const {
    auto out = *this;
    for (const auto number : others.numbers()) {
        if (number < own_->version() && out.find(number) == nullptr) { out.add(others.find(number)); }
    }
    return out;
}

}  // namespace haven
