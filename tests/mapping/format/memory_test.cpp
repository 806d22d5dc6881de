#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "mapping/format/csv_reader.h"
#include "mapping/format/fixed_reader.h"
#include "mapping/format/json_reader.h"
#include "tests/mapping/format/reading.h"

// Memory must not grow with the message: sources that make their bytes as they are asked for.

namespace haven {
namespace {

constexpr std::size_t megabyte = 1 << 20;
constexpr std::size_t growth_max = 16 * megabyte;

// `front`, then `part` again and again until `bytes` are made, then `end`.
class Generated : public ByteSource {
public:
    Generated(std::string front, std::string part, std::string end, std::size_t bytes)
        : text_(std::move(front)), part_(std::move(part)), end_(std::move(end)), left_(bytes) {}

    Result<std::size_t> read(std::span<char> into) override {
        if (at_ == text_.size()) {
            at_ = 0;
            if (left_ > 0) {
                text_ = part_;
                left_ -= std::min(left_, part_.size());
            } else {
                text_ = std::exchange(end_, {});
            }
        }
        const auto n = text_.copy(into.data(), into.size(), at_);
        at_ += n;
        return n;
    }

private:
    std::string text_;
    std::size_t at_ = 0;
    std::string part_;
    std::string end_;
    std::size_t left_;
};

// Asks without allocating: what is freed under the address sanitizer stays resident for a while.
std::size_t resident_bytes() {
    std::array<char, 128> text{};
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    [[maybe_unused]] const auto got = ::read(file, text.data(), text.size() - 1);
    ::close(file);
    char* rest = text.data();
    std::strtoull(rest, &rest, 10);  // the whole size comes first
    return std::strtoull(rest, nullptr, 10) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct Seen {
    std::size_t records = 0;
    std::size_t held = 0;
    std::size_t growth = 0;
    std::string error;
};

Seen read(FormatReader& reader, ByteSource& source) {
    Seen seen;
    const auto before = resident_bytes();
    const auto look = [&] {
        const auto now = resident_bytes();
        seen.growth = std::max(seen.growth, now - std::min(before, now));
    };
    const auto done = reader.read(source, [&](const ReadRecord& record) -> Result<void> {
        seen.held += record.document ? 0 : 1;
        if (++seen.records % 10'000 == 0) { look(); }
        return {};
    });
    look();
    if (!done) { seen.error = done.error().message(); }
    return seen;
}

const Vocabulary names = test::vocabulary({"contents", "ref", "name"});

TEST(Memory, IsFlatOver200MegabytesOfCsv) {
    std::string rows;
    for (int i = 0; i < 500; ++i) {
        rows += "A" + std::to_string(i) + ",\"Testcase, \"\"Zed\"\"\",ZZ99 9ZZ,more text of a row\r\n";
    }
    Generated source("ref,name,x,y\r\n", rows, "", 200 * megabyte);
    const auto vocabulary = test::vocabulary({"ref", "name"});
    CsvReader csv(vocabulary, {});
    const auto seen = read(csv, source);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.held, 0U);
    EXPECT_GT(seen.records, 3'000'000U);
    EXPECT_LT(seen.growth, growth_max);
}

TEST(Memory, IsFlatOver200MegabytesOfJson) {
    std::string items;
    for (int i = 0; i < 500; ++i) {
        items +=
            R"({"ref":"A)" + std::to_string(i) + R"(","name":"Testcase","tel":["07700 900123",null],"x":{"y":1.5}},)";
    }
    Generated source(R"({"contents":[)", items, "{}]}", 200 * megabyte);
    JsonShape shape;
    shape.record_path = {names.find("contents")};
    JsonReader reader(names, shape);
    const auto seen = read(reader, source);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.held, 0U);
    EXPECT_GT(seen.records, 2'000'000U);
    EXPECT_LT(seen.growth, growth_max);
}

TEST(Memory, IsFlatOverLinesOfJsonAndOfFixedWidth) {
    JsonShape lines;
    lines.lines = true;
    JsonReader json(names, lines);
    Generated items("", "{\"ref\":\"A1\",\"name\":\"Testcase\"}\n", "", 10 * megabyte);
    const auto of_json = read(json, items);
    EXPECT_EQ(of_json.error, "");
    EXPECT_EQ(of_json.held, 0U);
    EXPECT_LT(of_json.growth, growth_max);

    FixedReader fixed(*FixedLayout::make({{2, 1, 8}, {3, 9, 20}}), Encoding::windows_1252);
    Generated rows("", "A1      Zo\xeb Testcase        \r\n", "", 10 * megabyte);
    const auto of_rows = read(fixed, rows);
    EXPECT_EQ(of_rows.error, "");
    EXPECT_EQ(of_rows.held, 0U);
    EXPECT_LT(of_rows.growth, growth_max);
}

TEST(Memory, IsFlatOverOneHugeValue) {
    const auto vocabulary = test::vocabulary({"ref", "name"});
    CsvReader csv(vocabulary, {});
    Generated cell("ref,name\nA1,\"", std::string(4096, 'x'), "\"\n", 40 * megabyte);
    const auto of_csv = read(csv, cell);
    EXPECT_EQ(of_csv.error, "line 2: expected the quote that opens here to close");
    EXPECT_LT(of_csv.growth, growth_max);

    JsonReader json(names, {});
    for (const std::string front : {R"([{"ref":")", R"([{")", "[{\"ref\":1"}) {
        const auto number = front.ends_with('1');
        const std::string end = number ? "},7]" : front.ends_with(":\"") ? "\"},7]" : "\":1},7]";
        Generated value(front, std::string(4096, number ? '1' : 'x'), end, 40 * megabyte);
        const auto of_json = read(json, value);
        EXPECT_EQ(of_json.error, "");
        EXPECT_EQ(of_json.records, 2U);
        EXPECT_EQ(of_json.held, 1U);
        EXPECT_LT(of_json.growth, growth_max);
    }
    Generated members("[{\"ref\":[", "[\"a\"],", "0]},7]", 40 * megabyte);
    const auto of_members = read(json, members);
    EXPECT_EQ(of_members.held, 1U);
    EXPECT_EQ(of_members.records, 2U);
    EXPECT_LT(of_members.growth, growth_max);
}

}  // namespace
}  // namespace haven
