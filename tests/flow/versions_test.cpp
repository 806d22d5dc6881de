#include "hub/flow/deciding.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

std::string row(const std::string& reference) {
    return reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M,,,,N," +
           "07700 900123,MOB,Y" + std::string(48, ',') + "H,DASH,11,,,,\r\n";
}

void change(const std::filesystem::path& file, const std::string& from, const std::string& to) {
    auto text = peers::file_text(file);
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    peers::put_file(file, text);
}

/// What was accepted under one site and is gone on with under the next.
class Versions : public Hub {
protected:
    struct Read {
        std::string state;
        std::int64_t taken = 0;
        std::int64_t held = 0;
        std::int64_t repeated = 0;
        bool operator==(const Read&) const = default;
    };
    Read message() {
        const auto rows =
            read<std::vector<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>>>([](store::Sql& sql) {
                return sql.all<std::string, std::int64_t, std::int64_t, std::int64_t>(
                    "SELECT state, records_taken, records_held, records_repeated FROM message");
            });
        if (rows.size() != 1) { return {}; }
        const auto& [state, taken, held, repeated] = rows[0];
        return {state, taken, held, repeated};
    }
    /// As if the hub had ended when the first record of the only message was committed.
    void only_one_was_read(bool and_its_map_noted) {
        const auto& context = node_->context();
        const auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            const auto id = *sql.one<MessageId>("SELECT id FROM message");
            sql.run("UPDATE message SET state = 'received', reached = 1, records_taken = 1, records_repeated = 0");
            if (!and_its_map_noted) { sql.run("UPDATE message SET site_hash = NULL, map_hash = NULL"); }
            const store::Work work{.id = context.ids.next_as<WorkId>(clock_.now()),
                                   .lane = Name::declare("reading"),
                                   .kind = store::WorkKind::read,
                                   .subject = id.value};
            store::insert_work(sql, work, clock_.now());
            return {};
        });
        EXPECT_TRUE(done);
    }
    /// The next site is active, and this node, which has not loaded it, reads nothing any more.
    void activate_beside() {
        const auto hash = node_->publish_folder(UserId{501});
        ASSERT_TRUE(hash);
        ASSERT_TRUE(node_->activate_site(*hash, UserId{502}));
    }
};

TEST_P(Versions, AMessageIsTranslatedToItsEndUnderTheMapThatBeganToReadIt) {
    const auto schemas = folder_.own_schemas();
    folder_.export_csv("incidents.csv", header + row("41/00011/26") + row("41/00012/26") + row("41/00013/26"));
    ASSERT_TRUE(eventually([&] { return message() == Read{"taken", 3, 0, 0}; })) << everything_held();
    change(schemas / "codes/northshire-police.2026.codes", "H = high", "X = high");
    activate_beside();
    only_one_was_read(true);
    start();
    EXPECT_TRUE(eventually([&] { return message() == Read{"taken", 1, 0, 2}; })) << everything_held();
    EXPECT_EQ(everything_held(), "");

    change(schemas / "codes/northshire-police.2026.codes", "X = high", "Y = high");
    activate_beside();
    only_one_was_read(false);
    start();
    EXPECT_TRUE(eventually([&] {
        return message() == Read{"held", 1, 2, 0};
    })) << "what had not begun is of the new map";
}

TEST_P(Versions, WhatIsKnownOfACaseIsReadStillWhenTheSchemaHasGrown) {
    const auto schemas = folder_.own_schemas();
    folder_.export_csv("incidents.csv", header + row("41/00011/26"));
    const auto id = the_case();
    const auto before = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(before);
    const auto fields = before->file.facts().fields().size();
    const std::string leaf = "<xs:element name=\"sleeping-tonight\"";
    auto text = peers::file_text(schemas / "canonical/1/types.xsd");
    const auto at = text.find(leaf);
    const auto end = text.find("</xs:element>", at) + 13;
    auto more = text.substr(at, end - at);
    more.replace(more.find("sleeping-tonight"), 16, "sleeping-soon");
    text.insert(at, more);
    peers::put_file(schemas / "canonical/1/types.xsd", text);
    activate_folder();
    const auto after = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(after) << after.error().message();
    EXPECT_NE(after->file.facts().catalogue().hash(), before->file.facts().catalogue().hash());
    EXPECT_EQ(after->file.facts().fields().size(), fields);
    const auto number = node_->context().fields.phone_number;
    const auto phones = after->file.facts().instances(node_->context().fields.phone);
    ASSERT_EQ(phones.size(), 1U);
    EXPECT_EQ(after->file.facts().get(number, phones[0]), "+447700900123");

    text.erase(text.find("<xs:element name=\"sleeping-soon\""), more.size());
    peers::put_file(schemas / "canonical/1/types.xsd", text);
    const auto refused = node_->publish_folder(UserId{501});
    ASSERT_FALSE(refused) << "a path that is gone would leave records that nobody can read";
    EXPECT_NE(text_of(refused.error().at(0)).find("victim/sleeping-soon"), std::string::npos)
        << text_of(refused.error().at(0));
}

INSTANTIATE_TEST_SUITE_P(Engines, Versions, both_engines, engine_name);

}  // namespace
}  // namespace haven
