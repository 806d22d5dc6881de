#pragma once
#include <map>
#include <set>

#include "tests/mapping/random_record.h"
#include "tests/mapping/reading_maps.h"

namespace haven::test {

/// What a map writes of a record: what an agreement that names every field lets through.
inline Result<std::string> written(const Map& map, const Record& record) {
    static std::map<std::uint16_t, std::shared_ptr<const Agreement>> agreements;
    auto& all = agreements[map.record_type().value];
    if (!all) {
        const auto type = std::string(catalogue()->record_type(map.record_type()).name.text());
        all = agreement(terms(type, {{Stage::accept, every_field(type)}}));
    }
    auto facts = permissive_facts();
    facts.hub_team = true;
    auto made = disclose(all, file_of(record), Stage::accept, facts, noon);
    if (!made) { return fail(Fault::refused, "not disclosed"); }
    auto out = OutwardMap(map).write(std::move(*made));
    if (!out) { return fail(std::move(out).error()); }
    return std::string(out->bytes());
}

/// The values that a map can write and read back, by field: all but codes without a line in its table, and texts of a
/// field that only a table writes; and no day of another century where the year has two digits.
class Writable {
public:
    Writable(const Map& map, const FieldSet& covered) : map_(map) {
        covered.each([&](FieldNumber f) {
            const auto& type = *catalogue()->field(f).type;
            if (type.kind == ValueKind::code) {
                auto& codes = codes_[f.value];
                for (const auto& code : type.codes) {
                    if (can_write(f, code.text)) { codes.push_back(code.text); }
                }
            } else if (type.kind == ValueKind::text && !any_value(f, type)) {
                codes_[f.value];
            } else if (type.kind == ValueKind::date && !any_value(f, type)) {
                of_this_century_.insert(f.value);
            }
        });
    }
    std::string pick(FieldNumber f, RandomRecord& random, const std::set<std::uint16_t>& always) const {
        if (!always.contains(f.value) && random.below(4) == 0) { return {}; }
        const auto found = codes_.find(f.value);
        if (found == codes_.end()) {
            auto value = random.value(*catalogue()->field(f).type);
            return of_this_century_.contains(f.value) ? value.replace(0, 2, "20") : value;
        }
        const auto& codes = found->second;
        return codes.empty() ? std::string{} : codes[random.below(codes.size())];
    }

    bool can_be_written(FieldNumber f) const { return !codes_.contains(f.value) || !codes_.at(f.value).empty(); }

private:
    bool any_value(FieldNumber f, const FieldType& type) const {
        RandomRecord random(1);
        for (int i = 0; i < 20; ++i) {
            if (can_write(f, random.value(type))) { return true; }
        }
        return false;
    }

    bool can_write(FieldNumber f, const std::string& text) const {
        RecordBuilder builder(catalogue());
        builder.start(map_.record_type());
        std::vector<GroupNumber> down;
        for (auto g = catalogue()->field(f).group; g != root_group; g = catalogue()->group(g).parent) {
            down.insert(down.begin(), g);
        }
        auto in = root_instance;
        for (const auto group : down) { in = *builder.open(group, in); }
        EXPECT_TRUE(builder.set(f, text, in));
        const auto out = written(map_, builder.finish_part(from_us(0)));
        if (!out) { return out.error().fault != Fault::unmapped; }
        const auto back = read_with(map_, *out);
        if (back.empty()) { return true; }  // it tells columns apart, and alone it stands in none
        return back.at(0) || back[0].error().reason.text() == "a required field has no value";
    }

    const Map& map_;
    std::map<std::uint16_t, std::vector<std::string>> codes_;
    std::set<std::uint16_t> of_this_century_;  // dates whose year the partner writes with two digits
};

/// The fields that a record of this type must have, and the safety rules without which a contact is not disclosed.
inline std::set<std::uint16_t> needed(const Map& map, const FieldSet& covered) {
    std::set<std::uint16_t> out;
    for (const auto& requirement : catalogue()->record_type(map.record_type()).requirements) {
        for (const auto field : requirement.any_of) { out.insert(field.value); }
    }
    covered.each([&](FieldNumber f) {
        if (const auto rule = catalogue()->field(f).rule) { out.insert(rule->value); }
    });
    return out;
}

/// The fields that tell columns apart: without one an instance stands nowhere.
inline void add_naming(const program::Frame& frame, std::set<std::uint16_t>& fields) {
    for (const auto& line : frame.lines) {
        if (!line.by_column.empty()) { fields.insert(line.field->value); }
    }
    for (const auto& below : frame.nested) { add_naming(below, fields); }
}

/// Random records of fields that a map writes, with all that it needs to write them.
class WritableRecords {
public:
    /// `spelled`: by path, the one value of a text that is told only in a certain spelling.
    WritableRecords(const Map& map, const FieldSet& fields, std::map<std::string, std::string> spelled = {})
        : map_(map),
          fields_(fields),
          spelled_(std::move(spelled)),
          writable_(map, fields),
          always_(needed(map, fields)) {
        add_naming(map.lines(), always_);
    }
    Record next() {
        return random_.record(map_.record_type(), fields_, [this](FieldNumber f) {
            auto value = writable_.pick(f, random_, always_);
            const auto one = spelled_.find(std::string(catalogue()->field(f).path.text()));
            return one == spelled_.end() || value.empty() ? value : one->second;
        });
    }
    bool can_be_written(FieldNumber f) const { return writable_.can_be_written(f); }
    std::size_t below(std::size_t n) { return random_.below(n); }

private:
    const Map& map_;
    FieldSet fields_;
    std::map<std::string, std::string> spelled_;
    Writable writable_;
    std::set<std::uint16_t> always_;
    RandomRecord random_{7};
};

}  // namespace haven::test
