#include "core/catalogue/record.h"

#include <algorithm>

namespace haven {
namespace {

constexpr std::uint16_t encoding_version = 1;
constexpr std::size_t values_expected = 64;  // of a usual record
constexpr std::size_t instances_expected = 8;

bool before(const Record::Value& a, const Record::Value& b) {
    const auto place = [](const Record::Value& v) { return std::uint32_t{v.instance.value} << 16U | v.field.value; };
    return place(a) < place(b);
}

// Most records are short, and each instance's values lie together and nearly in order, the record's own before or
// behind all others: then few are moved, and not far.
void put_in_order(std::vector<Record::Value>& values) {
    constexpr std::size_t few = 128;
    if (values.size() > few) { return std::sort(values.begin(), values.end(), before); }
    const auto own = std::find_if(values.begin(), values.end(),
                                  [](const Record::Value& value) { return value.instance == root_instance; });
    std::rotate(values.begin(), own, values.end());
    for (std::size_t i = 1; i < values.size(); ++i) {
        const auto value = values[i];
        auto at = i;
        for (; at > 0 && before(value, values[at - 1]); --at) { values[at] = values[at - 1]; }
        values[at] = value;
    }
}

}  // namespace

const Record::Value* Record::find(FieldNumber field, InstanceNumber in) const {
    const auto at = std::lower_bound(values_.begin(), values_.end(), Value{.field = field, .instance = in}, before);
    if (at == values_.end() || at->field != field || at->instance != in) { return nullptr; }
    return &*at;
}

std::span<const Record::Value> Record::values_of(InstanceNumber in) const {
    const auto from = std::lower_bound(values_.begin(), values_.end(), Value{.instance = in}, before);
    const auto to = std::find_if(from, values_.end(), [&](const Value& v) { return v.instance != in; });
    return {from, to};
}

std::vector<InstanceNumber> Record::instances(GroupNumber group, InstanceNumber below) const {
    std::vector<InstanceNumber> out;
    for (std::size_t i = 1; i < instances_.size(); ++i) {
        if (instances_[i].group == group && instances_[i].parent == below) {
            out.push_back({static_cast<std::uint16_t>(i)});
        }
    }
    return out;
}

FieldSet Record::fields() const {
    FieldSet out;
    for (const auto& value : values_) { out.add(value.field); }
    return out;
}

Record Record::part(RecordTypeNumber type, const std::vector<bool>& keep) const {
    const auto& wanted = catalogue_->record_type(type);
    Record out;
    out.catalogue_ = catalogue_;
    out.type_ = type;
    out.as_of_ = as_of_;
    std::vector<bool> used(instances_.size());
    const auto stays = [&](std::size_t i) { return keep[i] && wanted.fields.has(values_[i].field); };
    for (std::size_t i = 0; i < values_.size(); ++i) {
        for (auto in = values_[i].instance.value; stays(i) && !used[in]; in = instances_[in].parent.value) {
            used[in] = true;
        }
    }
    used[0] = true;
    std::vector<InstanceNumber> moved(instances_.size());
    for (std::size_t i = 0; i < instances_.size(); ++i) {
        if (!used[i]) { continue; }
        moved[i] = {static_cast<std::uint16_t>(out.instances_.size())};
        out.instances_.push_back({instances_[i].group, moved[instances_[i].parent.value]});
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (!stays(i)) { continue; }
        auto value = values_[i];
        const auto kept = text(value);
        value.instance = moved[value.instance.value];
        value.at = static_cast<std::uint32_t>(out.arena_.size());
        out.arena_ += kept;
        out.values_.push_back(value);
    }
    return out;
}

std::string Record::encode() const {
    std::string out;
    out.reserve(arena_.size() + values_.size() * 8 + 64);
    put_u16(out, encoding_version);
    put_bytes(out, catalogue_->hash());
    put_u64(out, static_cast<std::uint64_t>(to_us(as_of_)));
    out += content();
    return out;
}

std::string Record::content() const {
    std::string out;
    out.reserve(arena_.size() + values_.size() * 8);
    put_u16(out, type_.value);
    put_u16(out, static_cast<std::uint16_t>(instances_.size()));
    for (const auto& instance : instances_) {
        put_u16(out, instance.group.value);
        put_u16(out, instance.parent.value);
    }
    put_u32(out, static_cast<std::uint32_t>(values_.size()));
    for (const auto& value : values_) {
        put_u16(out, value.field.value);
        put_u16(out, value.instance.value);
        put_u16(out, value.source);
        put_bytes(out, text(value));
    }
    return out;
}

Result<Record> Record::decode(const std::shared_ptr<const Catalogue>& catalogue, std::string_view bytes) {
    const auto broken = [] { return fail(Fault::broken, "expected the bytes of a record of this schema"); };
    BytesReader in(bytes);
    if (in.u16() != encoding_version || in.bytes() != catalogue->hash()) { return broken(); }
    Record record;
    record.catalogue_ = catalogue;
    record.as_of_ = from_us(static_cast<std::int64_t>(in.u64()));
    record.type_ = {in.u16()};
    const std::size_t instance_count = in.u16();
    for (std::size_t i = 0; i < instance_count && in.ok(); ++i) {
        const Instance instance{{in.u16()}, {in.u16()}};
        if (instance.group.value >= catalogue->group_count() || (i > 0 && instance.parent.value >= i)) {
            return broken();
        }
        record.instances_.push_back(instance);
    }
    const std::size_t value_count = in.u32();
    for (std::size_t i = 0; i < value_count && in.ok(); ++i) {
        Value value{.field = {in.u16()}, .instance = {in.u16()}, .source = in.u16()};
        if (value.field.value >= catalogue->field_count() || value.instance.value >= instance_count) {
            return broken();
        }
        const auto text = in.bytes();
        value.at = static_cast<std::uint32_t>(record.arena_.size());
        value.size = static_cast<std::uint32_t>(text.size());
        record.arena_ += text;
        record.values_.push_back(value);
    }
    if (!in.ok() || !in.at_end() || record.instances_.empty() || record.type_.value >= catalogue->record_type_count()) {
        return broken();
    }
    return record;
}

void RecordBuilder::start(RecordTypeNumber type) {
    type_ = &catalogue_->record_type(type);
    record_.catalogue_ = catalogue_;
    record_.type_ = type;
    record_.instances_.reserve(instances_expected);
    record_.instances_.assign(1, {root_group, root_instance});
    record_.values_.clear();
    record_.values_.reserve(values_expected);
    record_.arena_.clear();
    record_.arena_.reserve(values_expected * 16);
    kept_ = 0;
    present_.reserve(instances_expected);
    present_.assign(1, FieldSet{});
}

Result<InstanceNumber> RecordBuilder::open(GroupNumber group, InstanceNumber below) {
    if (!type_->has_group(group) || catalogue_->group(group).parent != record_.instances_[below.value].group) {
        return fail(Error{Fault::unmapped, "the record type has no such group there", {}}.at(
            Place::path(catalogue_->group(group).path)));
    }
    if (record_.instances_.size() >= limits::instances_max) {
        return fail(
            Error{Fault::too_large, Reason("expected at most ", limits::instances_max, " repeated groups"), {}}.at(
                Place::path(catalogue_->group(group).path)));
    }
    record_.instances_.push_back({group, below});
    present_.emplace_back();
    return InstanceNumber{static_cast<std::uint16_t>(record_.instances_.size() - 1)};
}

Result<void> RecordBuilder::set(FieldNumber field, std::string_view text, InstanceNumber in, std::uint16_t source) {
    value() += text;
    if (keep(field, in, Spelling::to_check, source)) { return {}; }
    return fail(refusal(field, in));
}

Error RecordBuilder::refusal(FieldNumber field, InstanceNumber in) const {
    const auto& info = catalogue_->field(field);
    const auto because = [&](Fault fault, Reason reason) { return Error{fault, reason, {Place::path(info.path)}}; };
    if (!type_->fields.has(field) || info.group != record_.instances_[in.value].group) {
        return because(Fault::unmapped, "the record type has no such field there");
    }
    if (present_[in.value].has(field)) { return because(Fault::malformed, "expected one value, got two"); }
    if (record_.arena_.size() > limits::record_bytes_max) {
        return because(Fault::too_large, Reason("expected a record of at most ", limits::record_bytes_max, " bytes"));
    }
    return info.type->check(added()).error().at(Place::path(info.path));
}

bool RecordBuilder::has(FieldNumber field, InstanceNumber in) const {
    return present_[in.value].has(field);
}

std::optional<Instant> RecordBuilder::instant(FieldNumber field) const {
    for (const auto& value : record_.values_) {
        if (value.field == field && value.instance == root_instance) { return parse_instant(record_.text(value)); }
    }
    return std::nullopt;
}

void RecordBuilder::copy(const Record& other) {
    record_ = other.part(record_.type_, std::vector<bool>(other.values_.size(), true));
    present_.assign(record_.instances_.size(), FieldSet{});
    kept_ = record_.arena_.size();
    for (const auto& value : record_.values_) { present_[value.instance.value].add(value.field); }
}

bool RecordBuilder::holds(const Requirement& r, InstanceNumber in) const {
    const auto& present = present_[in.value];
    if (std::any_of(r.any_of.begin(), r.any_of.end(), [&](FieldNumber f) { return present.has(f); })) { return true; }
    if (!present.meets(r.trigger) && !r.trigger.empty()) { return true; }
    if (r.any_of_groups.empty()) { return false; }
    return std::any_of(record_.instances_.begin() + 1, record_.instances_.end(), [&](const Record::Instance& i) {
        return i.parent == in &&
               std::find(r.any_of_groups.begin(), r.any_of_groups.end(), i.group) != r.any_of_groups.end();
    });
}

Result<void> RecordBuilder::check_requirements() const {
    const auto& all = type_->requirements;
    auto first_broken = all.size();
    for (std::size_t i = 0; i < record_.instances_.size(); ++i) {
        for (const auto r : type_->requirements_of[record_.instances_[i].group.value]) {
            const bool kept = r > first_broken || holds(all[r], {static_cast<std::uint16_t>(i)});
            if (!kept) { first_broken = r; }
        }
    }
    if (first_broken == all.size()) { return {}; }
    return fail(Error{Fault::malformed, "a required field has no value", {}}.at(Place::path(all[first_broken].path)));
}

Result<Record> RecordBuilder::finish(Instant as_of) {
    if (auto complete = check_requirements(); !complete) { return fail(std::move(complete).error()); }
    return finish_part(as_of);
}

Record RecordBuilder::finish_part(Instant as_of) {
    put_in_order(record_.values_);
    record_.as_of_ = as_of;
    record_.arena_.resize(kept_);
    return std::move(record_);
}

}  // namespace haven
