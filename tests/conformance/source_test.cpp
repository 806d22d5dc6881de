#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <sstream>

#include "tests/conformance/far_end.h"
#include "tests/support/cleared_for_test.h"

// What every source promises, tried against a real partner: what was not acknowledged is there again, what was is never
// again, nothing half-written passes for whole, and the order of names is kept.
namespace haven::conformance {
namespace {

constexpr int kills_max = 5'000;
constexpr std::size_t messages_max = 20;     // more than any test offers
constexpr std::size_t read_at_once = 1'000;  // less than a message, so that a process can die within one

using Messages = std::vector<std::string>;  // their bytes

// Nothing where a message could not be read to its end.
std::optional<std::string> whole(ByteSource& body) {
    std::string bytes;
    std::string piece(read_at_once, '\0');
    for (;;) {
        const auto n = body.read(piece);
        if (!n) { return std::nullopt; }
        if (*n == 0) { return bytes; }
        bytes.append(piece, 0, *n);
    }
}

class SourceTest : public testing::TestWithParam<std::string> {
protected:
    void TearDown() override {
        if (far.line() != nullptr) { far.line()->limit({""}); }
        static_cast<void>(take_all());
    }

    // Offers messages of different sizes under rising names.
    Messages offer(int count) {
        static int names = 1'000;
        Messages offered;
        for (int i = 0; i < count; ++i) {
            const auto name = "m-" + std::to_string(++names);
            offered.push_back("[" + name + std::string(static_cast<std::size_t>(i) * 1'500, '.') + "]");
            far.offer(name, offered.back());
        }
        return offered;
    }

    // Another process than the one under test, whose line has no limit.
    sdk::Source& other() {
        if (!other_) { other_ = new_source(far, clock); }
        return *other_;
    }

    // Reads and acknowledges until nothing waits.
    Messages take_all() {
        Messages taken;
        for (auto arrival = other().read(); arrival && *arrival && taken.size() < messages_max;
             arrival = other().read()) {
            taken.push_back(whole(*(*arrival)->body).value_or("not whole"));
            EXPECT_TRUE(other().acknowledge((*arrival)->token).has_value());
        }
        return taken;
    }

    bool nothing_waits() {
        const auto arrival = other().read();
        return arrival.has_value() && !arrival->has_value();
    }

    FarEnd& far = far_end(GetParam());
    ManualClock clock{test_noon};

private:
    std::unique_ptr<sdk::Source> other_;
};

TEST_P(SourceTest, GivesEveryMessageOnceAndInOrder) {
    EXPECT_TRUE(nothing_waits());
    const auto offered = offer(5);
    EXPECT_EQ(take_all(), offered);
    EXPECT_TRUE(nothing_waits());
    const auto more = offer(2);
    EXPECT_EQ(take_all(), more);
}

TEST_P(SourceTest, GivesAMessageAgainUntilItIsAcknowledged) {
    const auto offered = offer(2);
    const auto source = new_source(far, clock);
    for (int i = 0; i < 3; ++i) { EXPECT_EQ(whole(*source->read().value()->body), offered[0]); }
    EXPECT_EQ(whole(*other().read().value()->body), offered[0]);
    EXPECT_EQ(take_all(), offered);
}

TEST_P(SourceTest, NeverGivesAnAcknowledgedMessageAgain) {
    const auto offered = offer(2);
    const auto source = new_source(far, clock);
    const auto arrival = source->read();
    ASSERT_TRUE(whole(*arrival.value()->body).has_value());
    EXPECT_TRUE(source->acknowledge((*arrival)->token).has_value());
    EXPECT_TRUE(
        source->acknowledge((*arrival)->token).has_value());  // the hub could not know that the first one worked
    EXPECT_TRUE(other().acknowledge((*arrival)->token).has_value());
    EXPECT_EQ(whole(*source->read().value()->body), offered[1]);
    EXPECT_EQ(take_all(), Messages{offered[1]});
}

TEST_P(SourceTest, TakesAReceiptForWhatItRead) {
    offer(1);
    const auto source = new_source(far, clock);
    const auto arrival = source->read();
    ASSERT_TRUE(arrival.value()->token.size() < 512);
    EXPECT_TRUE(source->receipt((*arrival)->token, R"({"records":0})").has_value());
}

TEST_P(SourceTest, RefusesATokenThatItNeverGave) {
    const auto source = new_source(far, clock);
    for (const auto* odd : {"", "../../etc/passwd", "a b", "1-2-3-../x.csv", "/etc/passwd"}) {
        EXPECT_FALSE(source->acknowledge(odd).has_value()) << odd;
    }
}

TEST_P(SourceTest, NeverTakesAPartForTheWhole) {
    const std::string bytes = "[half-written" + std::string(300, '.') + "]";
    for (const std::size_t written :
         {std::size_t{0}, std::size_t{1}, bytes.size() / 2, bytes.size() - 1, bytes.size()}) {
        far.offer_part("half-1", bytes, written);
        EXPECT_TRUE(nothing_waits()) << written;
    }
    const auto next = offer(1);  // what is not whole yet holds up nobody
    EXPECT_EQ(take_all(), next);
    far.offer("half-1", bytes);
    EXPECT_EQ(take_all(), Messages{bytes});
}

TEST_P(SourceTest, PassesAnyBytesOnUnchanged) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same bytes each time
    std::string bytes(70'000, '\0');
    for (auto& c : bytes) { c = static_cast<char>(random()); }
    far.offer("noise", bytes);
    EXPECT_EQ(take_all(), Messages{bytes});
}

// The hub as a source sees it: reads a message, commits its bytes, and acknowledges then.
class Hub {
public:
    void work(sdk::Source& source) const {
        const int store = ::open(path().c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        std::size_t messages = 0;
        for (auto arrival = source.read(); arrival && *arrival && messages < messages_max; arrival = source.read()) {
            ++messages;
            const auto bytes = whole(*(*arrival)->body);
            if (!bytes) { break; }
            const auto line = *bytes + "\n";
            if (::write(store, line.data(), line.size()) < 0 || !source.acknowledge((*arrival)->token)) { break; }
        }
        ::close(store);
    }

    // What was committed, in order, a repeat of the same bytes once.
    Messages committed() const {
        Messages once;
        std::ifstream lines(path());
        for (std::string line; std::getline(lines, line);) {
            if (std::find(once.begin(), once.end(), line) == once.end()) { once.push_back(line); }
        }
        return once;
    }

private:
    std::string path() const { return folder_ / "store"; }
    peers::TemporaryFolder folder_;
};

TEST_P(SourceTest, LosesNothingWhereverTheHubIsKilled) {
    int kills = 0;
    for (int nth = 1; nth < kills_max; nth += 2 * far.calls_between_kills()) {
        const auto offered = offer(2);
        const Hub hub;
        std::unique_ptr<sdk::Source> source;
        const bool killed = killed_at_call(
            nth, [&] { source = new_source(far, clock); }, [&] { hub.work(*source); });
        hub.work(other());
        ASSERT_EQ(hub.committed(), offered) << "killed at call " << nth;
        ASSERT_TRUE(nothing_waits()) << "killed at call " << nth;
        if (!killed) { break; }
        ++kills;
    }
    RecordProperty("kills", kills);
    EXPECT_GT(kills, 9);
}

class SourceLineTest : public SourceTest {};

TEST_P(SourceLineTest, LosesNothingWhereverTheLineBreaks) {
    constexpr std::size_t steps = 16;
    constexpr std::size_t bytes_at_most = 12'000;  // more than goes either way
    for (std::size_t n = 0; n < steps; ++n) {
        const auto offered = offer(2);
        const Hub hub;
        const auto at = bytes_at_most * n / steps;
        const auto* then = n % 2 == 0 ? "cut" : "reset";
        std::ostringstream limit;
        limit << R"("up": )" << at << R"(, "down": )" << at << R"(, "then": ")" << then << '"';
        far.line()->limit({limit.str()});
        hub.work(*new_source(far, clock));
        far.line()->limit({""});
        hub.work(other());
        ASSERT_EQ(hub.committed(), offered) << then << " after " << at;
        ASSERT_TRUE(nothing_waits()) << then << " after " << at;
    }
}

const auto by_name = [](const auto& info) { return info.param; };
INSTANTIATE_TEST_SUITE_P(Adapters, SourceTest, testing::ValuesIn(adapters_with_source()), by_name);
INSTANTIATE_TEST_SUITE_P(Adapters, SourceLineTest, testing::ValuesIn(adapters_over_a_line()), by_name);

}  // namespace
}  // namespace haven::conformance
