#include "hub/flow/erasure_journal.h"

#include <gtest/gtest.h>

#include "tests/peers/peer.h"

namespace haven {
namespace {

TEST(ErasureJournal, ReadsWhatWasAddedAndNothingOfALineThatWasCutShort) {
    const peers::TemporaryFolder folder;
    const flow::ErasureJournal journal(folder.path() / "keys" / "erasures");
    EXPECT_EQ(*journal.read(), std::set<std::int64_t>{});
    ASSERT_TRUE(journal.add({77, 78}));
    const auto whole = peers::file_text(folder.path() / "keys" / "erasures");
    peers::put_file(folder.path() / "keys" / "erasures", whole + id_text(CaseId{79}).substr(0, 5));
    ASSERT_TRUE(journal.add({80}));
    EXPECT_EQ(*journal.read(), (std::set<std::int64_t>{77, 78, 80}));
    const auto reference = *Digest16::from("reference-digest");
    ASSERT_TRUE(journal.add({81}, {reference}));
    const auto with_reference = peers::file_text(folder.path() / "keys" / "erasures");
    for (std::size_t cut = 1; cut < 43; ++cut) {
        peers::put_file(folder.path() / "keys" / "erasures", with_reference.substr(0, with_reference.size() - cut));
        EXPECT_EQ(journal.read()->size(), 4U) << cut;
        EXPECT_EQ(journal.references()->size(), cut == 1 ? 1U : 0U) << cut;
    }
    peers::put_file(folder.path() / "keys" / "erasures", with_reference);
    EXPECT_EQ(*journal.references(), std::set<Digest16>{reference});
    EXPECT_EQ(*journal.read(), (std::set<std::int64_t>{77, 78, 80, 81}));
}

}  // namespace
}  // namespace haven
