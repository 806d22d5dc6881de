#include "mapping/identity.h"
#include "tests/mapping/both_ways.h"
#include "tests/mapping/writable.h"

namespace haven {
namespace {

/// One map under its laws. What a disclosure leaves out (a contact without its rule, an instance that says the same as
/// another) is not the map's doing: it may not come back. All else must.
class Laws {
public:
    explicit Laws(const test::BothWays& both) : name_(both.name), map_(*both.map), covered_(map_.writes()) {
        covered_ &= map_.reads();
    }

    /// Nothing that it writes it reads: there is nothing to hold.
    bool is_vacuous() const { return covered_.empty(); }

    void hold(int records) {
        test::WritableRecords all(map_, covered_);
        for (int i = 0; i < records && !testing::Test::HasFatalFailure(); ++i) { of(all.next()); }
        EXPECT_LT(held_, records / 2) << name_ << ": too few could be written and read; " << why_;
        covered_.each([&](FieldNumber f) {
            if (all.can_be_written(f)) {
                EXPECT_TRUE(came_back_.has(f)) << name_ << ": " << test::catalogue()->field(f).path.text();
            }
        });
    }

private:
    void of(const Record& record) {
        const auto out = test::written(map_, record);
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
        const auto again = test::written(map_, *back[0]);
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

/// The maps of which no law can be generated, because nothing that they write they read, and why.
const std::map<std::string, std::string_view>& only_read() {
    static const std::map<std::string, std::string_view> all{
        {"niem-crime/incident",
         "one record a victim, whose parts are found by reference: written, they would stand elsewhere"},
    };
    return all;
}

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
    for (const auto& both : test::maps_both_ways()) {
        SCOPED_TRACE(both.name);
        Laws laws(both);
        const auto why = only_read().find(both.name);
        EXPECT_EQ(laws.is_vacuous(), why != only_read().end()) << "what only_read() says of it is not so";
        if (!laws.is_vacuous()) { laws.hold(2'000); }
    }
}

}  // namespace
}  // namespace haven
