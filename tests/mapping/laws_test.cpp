#include "mapping/identity.h"
#include "tests/mapping/random_record.h"
#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

/// A shipped map whose lines go both ways wherever they can be undone, so that what it writes can be read back.
struct BothWays {
    std::string name;
    std::shared_ptr<const Map> map;
};

/// The lines of a map without its schema, which allows less than the laws hold for, each turned to `<->` unless it is
/// of a table, a constant of the canonical side, or one of several that read one group: written, its instances would
/// stand under each of them.
class Turned {
public:
    explicit Turned(const std::string& text) {
        std::istringstream lines(text);
        bool in_table = false;
        for (std::string line; std::getline(lines, line);) {
            in_table = line.starts_with("code ") || (in_table && line.starts_with(' '));
            auto turned = line;
            if (line.starts_with("dialect")) { turned = line = line.substr(0, line.find(" schema ")); }
            if (!in_table && !line.starts_with("constant ")) { turn(turned); }
            if (const auto group = group_of(line); !group.empty()) { ++readers_[group]; }
            lines_.push_back({line, turned});
        }
        for (auto& line : lines_) {
            const auto group = group_of(line.as_written);
            if (!group.empty() && readers_[group] > 1) { line.now = line.as_written; }
        }
    }
    /// Turns the line back; false where it stands as it was written.
    bool turn_back(int number) {
        if (number < 1 || static_cast<std::size_t>(number) > lines_.size()) { return false; }
        auto& line = lines_[static_cast<std::size_t>(number) - 1];
        const bool was = line.now != line.as_written;
        line.now = line.as_written;
        return was;
    }
    std::string text() const {
        std::string out;
        for (const auto& line : lines_) { out += line.now + "\n"; }
        return out;
    }

private:
    struct Line {
        std::string as_written;
        std::string now;
    };
    // A constant that is only read tells how many elements a predicate took, and what it would write, the predicate
    // does.
    static void turn(std::string& line) {
        for (const std::string arrow : {" <- ", " -> "}) {
            const auto at = line.find(arrow);
            if (at == std::string::npos) { continue; }
            const auto behind = line.find_first_not_of(' ', at + arrow.size());
            if (arrow == " -> " && line.compare(behind, 9, "constant ") == 0) { continue; }
            line.replace(at, arrow.size(), " <-> ");
        }
    }
    // The canonical group of an each that reads; "" for any other line.
    static std::string group_of(const std::string& line) {
        const auto word = line.find_first_not_of(' ');
        const auto arrow = line.find("-> ");
        if (word == std::string::npos || line.compare(word, 5, "each ") != 0 || arrow == std::string::npos) {
            return {};
        }
        return line.substr(line.find_first_not_of(' ', arrow + 3));
    }
    std::vector<Line> lines_;
    std::map<std::string, int> readers_;
};

std::vector<BothWays> maps_both_ways() {
    std::vector<BothWays> out;
    const auto lists = code_lists_of(HAVEN_SOURCE_DIR "/schemas/codes");
    auto files = test::files_below(HAVEN_SOURCE_DIR "/schemas/dialects", ".map");
    for (const auto& ours : test::files_below(HAVEN_SOURCE_DIR "/tests/mapping/lawful", ".map")) {
        files.push_back(ours);
    }
    for (const auto& path : files) {
        Turned turned(test::text_of_file(path));
        const auto name = path.parent_path().filename().string() + "/" + path.filename().string();
        for (bool again = true; again;) {
            auto made = Map::compile(turned.text(), name, test::catalogue(), lists);
            again = false;
            if (made) {
                out.push_back({name, *made});
            } else {
                for (const auto& problem : made.error()) { again = turned.turn_back(problem.line) || again; }
            }
        }
    }
    return out;
}

Result<std::string> written(const Map& map, const Record& record) {
    static std::map<std::uint16_t, std::shared_ptr<const Agreement>> agreements;
    auto& all = agreements[map.record_type().value];
    if (!all) {
        const auto type = std::string(test::catalogue()->record_type(map.record_type()).name.text());
        all = test::agreement(test::terms(type, {{Stage::accept, test::every_field(type)}}));
    }
    auto facts = test::permissive_facts();
    facts.hub_team = true;
    auto made = disclose(all, test::file_of(record), Stage::accept, facts, test::noon);
    if (!made) { return fail(Fault::refused, "not disclosed"); }
    auto out = OutwardMap(map).write(std::move(*made));
    if (!out) { return fail(std::move(out).error()); }
    return std::string(out->bytes());
}

/// The values that a map can write and read back, by field: all but codes without a line in its table, and texts of a
/// field that only a table writes.
class Writable {
public:
    Writable(const Map& map, const FieldSet& covered) : map_(map) {
        covered.each([&](FieldNumber f) {
            const auto& type = *test::catalogue()->field(f).type;
            if (type.kind == ValueKind::code) {
                auto& codes = codes_[f.value];
                for (const auto& code : type.codes) {
                    if (can_write(f, code.text)) { codes.push_back(code.text); }
                }
            } else if (type.kind == ValueKind::text && !any_text(f, type)) {
                codes_[f.value];
            }
        });
    }
    std::string pick(FieldNumber f, test::RandomRecord& random, const std::set<std::uint16_t>& always) const {
        if (!always.contains(f.value) && random.below(4) == 0) { return {}; }
        const auto found = codes_.find(f.value);
        if (found == codes_.end()) { return random.value(*test::catalogue()->field(f).type); }
        const auto& codes = found->second;
        return codes.empty() ? std::string{} : codes[random.below(codes.size())];
    }

    bool can_be_written(FieldNumber f) const { return !codes_.contains(f.value) || !codes_.at(f.value).empty(); }

private:
    bool any_text(FieldNumber f, const FieldType& type) const {
        test::RandomRecord random(1);
        for (int i = 0; i < 20; ++i) {
            if (can_write(f, random.value(type))) { return true; }
        }
        return false;
    }

    bool can_write(FieldNumber f, const std::string& text) const {
        RecordBuilder builder(test::catalogue());
        builder.start(map_.record_type());
        std::vector<GroupNumber> down;
        for (auto g = test::catalogue()->field(f).group; g != root_group; g = test::catalogue()->group(g).parent) {
            down.insert(down.begin(), g);
        }
        auto in = root_instance;
        for (const auto group : down) { in = *builder.open(group, in); }
        EXPECT_TRUE(builder.set(f, text, in));
        const auto out = written(map_, builder.finish_part(from_us(0)));
        if (!out) { return out.error().fault != Fault::unmapped; }
        const auto back = test::read_with(map_, *out);
        if (back.empty()) { return true; }  // it tells columns apart, and alone it stands in none
        return back.at(0) || back[0].error().reason.text() == "a required field has no value";
    }

    const Map& map_;
    std::map<std::uint16_t, std::vector<std::string>> codes_;
};

/// The fields that a record of this type must have, and the safety rules without which a contact is not disclosed.
std::set<std::uint16_t> needed(const Map& map, const FieldSet& covered) {
    std::set<std::uint16_t> out;
    for (const auto& requirement : test::catalogue()->record_type(map.record_type()).requirements) {
        for (const auto field : requirement.any_of) { out.insert(field.value); }
    }
    covered.each([&](FieldNumber f) {
        if (const auto rule = test::catalogue()->field(f).rule) { out.insert(rule->value); }
    });
    return out;
}

/// The fields that tell columns apart: without one an instance stands nowhere.
void add_naming(const program::Frame& frame, std::set<std::uint16_t>& fields) {
    for (const auto& line : frame.lines) {
        if (!line.by_column.empty()) { fields.insert(line.field->value); }
    }
    for (const auto& below : frame.nested) { add_naming(below, fields); }
}

/// One map under its laws. What a disclosure leaves out (a contact without its rule, an instance that says the same as
/// another) is not the map's doing: it may not come back. All else must.
class Laws {
public:
    explicit Laws(const BothWays& both) : name_(both.name), map_(*both.map), covered_(map_.writes()) {
        covered_ &= map_.reads();
    }

    void hold(int records) {
        if (covered_.empty()) { return; }
        const Writable writable(map_, covered_);
        auto always = needed(map_, covered_);
        add_naming(map_.lines(), always);
        test::RandomRecord random(7);
        for (int i = 0; i < records && !testing::Test::HasFatalFailure(); ++i) {
            of(random.record(map_.record_type(), covered_,
                             [&](FieldNumber f) { return writable.pick(f, random, always); }));
        }
        EXPECT_LT(held_, records / 2) << name_ << ": too few could be written and read; " << why_;
        covered_.each([&](FieldNumber f) {
            if (writable.can_be_written(f)) {
                EXPECT_TRUE(came_back_.has(f)) << name_ << ": " << test::catalogue()->field(f).path.text();
            }
        });
    }

private:
    void of(const Record& record) {
        const auto out = written(map_, record);
        if (!out) { return hold(out.error(), out.error().fault == Fault::unmapped); }
        auto back = test::read_with(map_, *out);
        ASSERT_EQ(back.size(), 1U) << name_ << "\n" << *out;
        if (!back[0]) {
            return hold(back[0].error(), back[0].error().reason.text() == "a required field has no value");
        }
        const auto told = test::file_of(record);
        const auto before = lines_of(told.facts());
        const auto after = lines_of(*back[0]);
        ASSERT_EQ(after, before) << name_ << ": in(out(r)) = r\n" << *out;
        came_back_ |= back[0]->fields();
        const auto again = written(map_, *back[0]);
        ASSERT_TRUE(again) << name_ << ": " << again.error().message();
        ASSERT_EQ(*again, *out) << name_ << ": out(in(d)) = d";
        const auto third = test::read_with(map_, *again);
        ASSERT_EQ(test::told_by_group(third.at(0).value()), test::told_by_group(*back[0]))
            << name_ << ": in(out(d)) = d, group by group";
    }

    // What the map both writes and reads.
    std::multiset<std::string> lines_of(const Record& record) const {
        std::multiset<std::string> out;
        for (const auto& value : record.values()) {
            const auto path = std::string(test::catalogue()->field(value.field).path.text());
            if (covered_.has(value.field)) { out.insert(path + "=" + std::string(RawText::of(record, value))); }
        }
        return out;
    }

    void hold(const Error& error, bool is_expected) {
        ++held_;
        why_ = error.message();
        EXPECT_TRUE(is_expected) << name_ << ": " << why_;
    }

    std::string name_;
    const Map& map_;
    FieldSet covered_;
    FieldSet came_back_;
    int held_ = 0;
    std::string why_;
};

TEST(MapLaw, EveryShippedMapCompiles) {
    EXPECT_FALSE(test::shipped_maps().empty());
}

TEST(MapLaw, TheCanonicalMapsReadWhatTheyWrite) {
    const auto& all = *test::catalogue();
    for (std::uint16_t t = 0; t < all.record_type_count(); ++t) {
        const auto name = "haven/" + std::string(all.record_type({t}).name.text());
        SCOPED_TRACE(name);
        const auto made = Map::compile(identity_map(all, {t}, false), name, test::catalogue());
        ASSERT_TRUE(made) << text_of(made.error().front());
        Laws({name, *made}).hold(200);
    }
}

TEST(MapLaw, WhatAMapWritesItReadsAgain) {
    for (const auto& both : maps_both_ways()) {
        SCOPED_TRACE(both.name);
        Laws(both).hold(2'000);
    }
}

}  // namespace
}  // namespace haven
