// What the walls and the ledger cost a message, on one core without a disk: deciding, clearing, sealing, writing an
// entry down, and checking an export of many. Prints: what, value, unit, the raw cost beside it.
//
//     walls_bench [ENTRIES]
#include <cstdlib>
#include <filesystem>

#include "core/agreement/guard.h"
#include "core/seal/digest.h"
#include "core/seal/seal.h"
#include "core/seal/site_keys.h"
#include "tests/bench/timing.h"
#include "tests/core/ledger/sample_log.h"
#include "tests/support/disclosing.h"

namespace haven {

/// Stands where the maps stand.
class OutwardMap {
public:
    static Outgoing write(Disclosure disclosure) { return {std::move(disclosure), "application/json", "{}"}; }
};

namespace {

using bench::print;
using bench::seconds_of;
using test::noon;

constexpr std::size_t at_once = 1'000;
constexpr std::size_t range_entries = 1'000;  // between two checkpoints
constexpr std::size_t message_bytes = 2'000;

/// A woman with two children, what a council is told of her once it is confirmed.
Record referral() {
    return test::record("referral", {{"request/reference", "5b65f3a8304d339a"},
                                     {"request/service", "rehousing"},
                                     {"request/marking", "official-sensitive"},
                                     {"victim/name/given", "Maya"},
                                     {"victim/name/family", "Thornfield"},
                                     {"victim/birth-date", "1994-06-14"},
                                     {"victim/gender", "female"},
                                     {"victim/language", "en"},
                                     {"victim/phone[0]/number", "+447700900142"},
                                     {"victim/phone[0]/safe", "yes"},
                                     {"victim/email[0]/address", "a.sample@one.example"},
                                     {"victim/email[0]/safe", "yes"},
                                     {"victim/safe-contact/window[0]/day", "tuesday"},
                                     {"victim/safe-contact/window[0]/from", "13:00:00"},
                                     {"victim/safe-contact/window[0]/until", "14:30:00"},
                                     {"victim/address[0]/kind", "home"},
                                     {"victim/address[0]/safe", "yes"},
                                     {"victim/address[0]/place/building", "Flat 2"},
                                     {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                     {"household/adults", "1"},
                                     {"household/children", "2"},
                                     {"child[0]/name/given", "Ivy"},
                                     {"child[0]/name/family", "Thornfield"},
                                     {"child[0]/birth-date", "2022-09-09"},
                                     {"child[1]/name/given", "Noah"},
                                     {"child[1]/name/family", "Thornfield"},
                                     {"child[1]/birth-date", "2017-02-02"},
                                     {"risk/level", "high"}});
}

void deciding() {
    const auto file = test::file_of(referral());
    const auto facts = test::permissive_facts();
    const auto agreement = test::agreement(test::terms("referral", {{Stage::accept, test::every_field("referral")}}));
    const auto decided = [&] { return disclose(agreement, file, Stage::accept, facts, noon); };
    const auto values = std::to_string(file.facts().values().size());
    if (const auto one = decided(); !one || one->fields() != file.facts().fields()) {
        std::fprintf(stderr, "not all of the %s values are told: the benchmark measures something else\n",
                     values.c_str());
        std::exit(1);
    }
    const double deciding = seconds_of([&] { static_cast<void>(decided()); });
    std::vector<Outgoing> waiting;
    double best = 1e9;
    for (int run = 0; run < 50; ++run) {
        waiting.clear();
        for (std::size_t i = 0; i < at_once; ++i) { waiting.push_back(OutwardMap::write(*decided())); }
        const auto start = bench::processor_seconds();
        for (auto& outgoing : waiting) {
            if (!Guard::clear(std::move(outgoing), facts, "5b65f3a8304d339a.json", noon)) { std::abort(); }
        }
        best = std::min(best, (bench::processor_seconds() - start) / at_once);
    }
    print(("disclose and guard, " + values + " values").c_str(), (deciding + best) * 1e6, "us",
          "disclose " + std::to_string(deciding * 1e6));
}

/// What is sealed, digested and written down of a message that comes in and joins a case: its body under a key of its
/// own, that key, its record under the case's key, its digest, one entry with its leaf; and its share of a signature.
void sealing(const std::filesystem::path& folder) {
    if (!SiteKeys::make(folder, SiteKeyId{1})) { std::abort(); }
    const auto keys = SiteKeys::load(folder);
    if (!keys) { std::abort(); }
    const std::string body(message_bytes, 'x');
    const auto record = referral().encode();
    const Key case_key = Key::random();
    const Key digests = Key::random();
    const auto body_alone = [&] {
        const Key key = Key::random();
        static_cast<void>(seal(key, {"message", "body", 1, 1}, body));
        static_cast<void>(keys->wrap({"message", "wrapped_key", 1, 1}, key));
    };
    ledger::Tree tree;
    std::int64_t number = 0;
    const double one = seconds_of([&] {
        body_alone();
        static_cast<void>(keyed_digest(digests, "message", body));
        static_cast<void>(keyed_digest(digests, "record", record));
        static_cast<void>(seal(case_key, {"record", "body", 1, 1}, record));
        tree.append(ledger::leaf_hash(*ledger::encode(ledger::sample_entry(++number))));
        if (number % static_cast<std::int64_t>(range_entries) == 0) {
            static_cast<void>(ledger::SignedCheckpoint::sign(tree.size(), tree.root(), ledger::log_key()));
        }
    });
    print("sealing and ledger, a message of 2 kB", one * 1e6, "us",
          "its body and key alone " + std::to_string(seconds_of(body_alone) * 1e6));
}

void verifying(std::size_t entries) {
    std::string bytes;
    ledger::export_start(bytes);
    ledger::Tree tree;
    for (std::size_t done = 0; done < entries; done += range_entries) {
        std::vector<Digest32> leaves;
        for (std::size_t i = 0; i < range_entries; ++i) {
            const auto entry = *ledger::encode(ledger::sample_entry(static_cast<std::int64_t>(done + i)));
            ledger::export_entry(bytes, entry);
            leaves.push_back(ledger::leaf_hash(entry));
            tree.append(leaves.back());
        }
        ledger::export_checkpoint(bytes, ledger::SignedCheckpoint::sign(tree.size(), tree.root(), ledger::log_key()),
                                  nullptr, leaves);
    }
    ledger::export_end(bytes, tree.size());
    const double all = seconds_of([&] {
        if (!ledger::report_of(bytes).good()) { std::abort(); }
    });
    const double hashing = seconds_of([&] { static_cast<void>(sha256(bytes)); });
    const auto count = static_cast<double>(tree.size());
    print("ledger verify", count / all, "entries/s", bench::rate("SHA-256 of the same bytes once", count / hashing));
}

}  // namespace
}  // namespace haven

int main(int count, char** words) {
    const auto entries = count > 1 ? std::stoul(words[1]) : std::size_t{200'000};
    std::string folder = (std::filesystem::temp_directory_path() / "walls-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) { return 1; }
    haven::deciding();
    haven::sealing(folder);
    haven::verifying(entries);
    std::filesystem::remove_all(folder);
}
