#include "core/seal/site_keys.h"

#include <gtest/gtest.h>

#include "core/seal/key_access.h"
#include "core/seal/key_line.h"
#include "core/seal/secret_file.h"
#include "tests/core/seal/folder.h"

namespace haven {
namespace {

constexpr Cell cell{.table = "case_key", .column = "wrapped", .row = 900, .subject = 900};
constexpr SiteKeyId first{1'000};
constexpr SiteKeyId second{2'000};

SiteKeys loaded(const Folder& folder) {
    auto keys = SiteKeys::load(folder.path());
    EXPECT_TRUE(keys.has_value());
    return std::move(*keys);
}

std::filesystem::path file_of(const Folder& folder, SiteKeyId id) {
    return folder.path() / ("site-key-" + id_text(id));
}

TEST(SiteKeys, AreMadeLoadedAndUnwrapWhatTheyWrapped) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    const auto keys = loaded(folder);
    EXPECT_EQ(keys.current(), first);
    const Key case_key = Key::random();
    const auto wrapped = keys.wrap(cell, case_key);
    EXPECT_EQ(wrapped.size(), wrapped_key_bytes);
    const auto unwrapped = loaded(folder).unwrap(cell, wrapped);
    ASSERT_TRUE(unwrapped.has_value());
    EXPECT_EQ(KeyAccess::view(*unwrapped), KeyAccess::view(case_key));
}

TEST(SiteKeys, AKeyThatAnotherProcessMadeIsReadWhenItIsMet) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first));
    const auto here = loaded(folder);
    const auto there = loaded(folder);
    ASSERT_TRUE(there.make_next(from_us(second.value)));
    EXPECT_EQ(there.current(), second);
    EXPECT_EQ(here.current(), first);
    EXPECT_TRUE(here.unwrap(cell, there.wrap(cell, Key::random())));
    EXPECT_EQ(here.ids(), (std::vector<SiteKeyId>{first, second}));
    EXPECT_EQ(there.make_next(from_us(second.value)).error().fault, Fault::conflict);
}

TEST(SiteKeys, ADestroyedKeyIsGoneAndOneWhoseDestructionStoppedHalfwayCountsForNothing) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first));
    const auto keys = loaded(folder);
    const auto wrapped = keys.wrap(cell, Key::random());
    ASSERT_TRUE(keys.make_next(from_us(second.value)));
    EXPECT_EQ(keys.destroy(second).error().fault, Fault::refused) << "the current one";
    const auto size = std::filesystem::file_size(file_of(folder, first));
    ASSERT_TRUE(keys.destroy(first));
    EXPECT_FALSE(std::filesystem::exists(file_of(folder, first)));
    EXPECT_EQ(keys.unwrap(cell, wrapped).error().fault, Fault::missing);
    EXPECT_EQ(keys.destroy(first).error().fault, Fault::missing);
    ASSERT_TRUE(write_new_secret_file(file_of(folder, first), std::string(size, '\0')));
    EXPECT_EQ(loaded(folder).ids(), (std::vector<SiteKeyId>{second}));
}

TEST(SiteKeys, WrapUnderTheNewestAndStillUnwrapUnderOlderOnes) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    const Key case_key = Key::random();
    const auto old_wrap = loaded(folder).wrap(cell, case_key);
    ASSERT_TRUE(SiteKeys::make(folder.path(), second).has_value());
    const auto keys = loaded(folder);
    EXPECT_EQ(keys.current(), second);
    EXPECT_TRUE(keys.holds(first));
    EXPECT_EQ(SiteKeys::wrapped_by(old_wrap), first);
    const auto rewrapped = keys.wrap(cell, *keys.unwrap(cell, old_wrap));
    EXPECT_EQ(SiteKeys::wrapped_by(rewrapped), second);

    std::filesystem::remove(file_of(folder, first));
    const auto after = loaded(folder);
    EXPECT_FALSE(after.holds(first));
    EXPECT_TRUE(after.unwrap(cell, rewrapped).has_value());
    const auto lost = after.unwrap(cell, old_wrap);
    ASSERT_FALSE(lost.has_value());
    EXPECT_EQ(lost.error().fault, Fault::missing);
}

TEST(SiteKeys, RefuseAWrappedKeyInAnotherCellOrWithAnyBitChanged) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    ASSERT_TRUE(SiteKeys::make(folder.path(), second).has_value());
    const auto keys = loaded(folder);
    const auto wrapped = keys.wrap(cell, Key::random());
    auto other = cell;
    other.row = 901;
    EXPECT_EQ(keys.unwrap(other, wrapped).error().fault, Fault::broken);
    for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
        auto changed = wrapped;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        ASSERT_FALSE(keys.unwrap(cell, changed).has_value()) << "bit " << bit;
    }
    EXPECT_FALSE(keys.unwrap(cell, wrapped.substr(1)).has_value());
    EXPECT_FALSE(SiteKeys::wrapped_by("").has_value());
}

TEST(SiteKeys, ASealedValueNeverPassesForAWrappedKey) {
    const Folder folder;
    const std::string known(Key::size, 'k');
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    const auto keys = loaded(folder);
    const auto site_key = parse_key_line("haven-site-key", Folder::read(file_of(folder, first)));
    ASSERT_TRUE(site_key.has_value());
    auto forged = keys.wrap(cell, Key::random()).substr(0, sizeof(std::uint64_t));
    forged += seal(site_key->key, cell, known);
    ASSERT_EQ(forged.size(), wrapped_key_bytes);
    EXPECT_FALSE(keys.unwrap(cell, forged).has_value());
    EXPECT_FALSE(open(site_key->key, cell, keys.wrap(cell, Key::random()).substr(sizeof(std::uint64_t))).has_value());
}

TEST(SiteKeys, AFileIsOneLineThatAPersonCanCarry) {
    const Folder folder;
    const Folder elsewhere;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    const auto line = Folder::read(file_of(folder, first));
    EXPECT_EQ(line.size(), std::string("haven-site-key 1 ").size() + 13 + 1 + 48 + 1);
    EXPECT_TRUE(line.starts_with("haven-site-key 1 " + id_text(first) + " "));
    EXPECT_TRUE(line.ends_with("\n"));

    const Key key = Key::random();
    const auto wrapped = loaded(folder).wrap(cell, key);
    elsewhere.write("site-key", line.substr(0, line.size() - 1), owner_only);  // typed in without its newline
    EXPECT_TRUE(loaded(elsewhere).unwrap(cell, wrapped).has_value());
}

TEST(SiteKeys, ASlipInCopyingALineIsFoundWhereverItIs) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    const auto line = Folder::read(file_of(folder, first));
    std::filesystem::remove(file_of(folder, first));
    for (std::size_t at = 0; at + 1 < line.size(); ++at) {
        auto slip = line;
        slip[at] = slip[at] == 'A' ? 'B' : 'A';
        const auto file = folder.write("site-key", slip, owner_only);
        const auto keys = SiteKeys::load(folder.path());
        ASSERT_FALSE(keys.has_value()) << "at " << at;
        EXPECT_EQ(keys.error().fault, Fault::malformed);
        EXPECT_EQ(keys.error().message().find(line.substr(31, 8)), std::string::npos);
        std::filesystem::remove(file);
    }
    for (const auto& wrong : {std::string(), line.substr(0, 40), line + line, line + " ", "\n" + line}) {
        const auto file = folder.write("site-key", wrong, owner_only);
        EXPECT_FALSE(SiteKeys::load(folder.path()).has_value()) << wrong.size();
        std::filesystem::remove(file);
    }
}

TEST(SiteKeys, AreRefusedWhereOthersMayReadOneOfThem) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    ASSERT_TRUE(SiteKeys::make(folder.path(), second).has_value());
    std::filesystem::permissions(file_of(folder, first),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::group_read);
    const auto keys = SiteKeys::load(folder.path());
    ASSERT_FALSE(keys.has_value());
    EXPECT_EQ(keys.error().fault, Fault::refused);
    EXPECT_EQ(keys.error().where(), "site-key-" + id_text(first));
}

TEST(SiteKeys, AreMissingWhereThereIsNoneAndIgnoreOtherSecrets) {
    const Folder folder;
    folder.write("signing-key", "something else", owner_only);
    EXPECT_EQ(SiteKeys::load(folder.path()).error().fault, Fault::missing);
    EXPECT_EQ(SiteKeys::load(folder.path() / "nowhere").error().fault, Fault::missing);
}

TEST(SiteKeys, NoNewOneIsMadeBelowAnOlderOne) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), second).has_value());
    EXPECT_EQ(SiteKeys::make(folder.path(), second).error().fault, Fault::conflict);
    EXPECT_EQ(SiteKeys::make(folder.path(), first).error().fault, Fault::conflict);
    std::filesystem::rename(file_of(folder, second), folder.path() / "site-key");
    EXPECT_EQ(SiteKeys::make(folder.path(), second).error().fault, Fault::conflict);
    EXPECT_EQ(loaded(folder).current(), second);
}

TEST(SiteKeys, TwoFilesOfOneIdAreRefused) {
    const Folder folder;
    ASSERT_TRUE(SiteKeys::make(folder.path(), first).has_value());
    folder.write("site-key-copy", Folder::read(file_of(folder, first)), owner_only);
    EXPECT_EQ(SiteKeys::load(folder.path()).error().fault, Fault::malformed);
}

}  // namespace
}  // namespace haven
