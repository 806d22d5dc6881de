#include <gtest/gtest.h>
#include <unistd.h>

#include "core/xml/schema.h"
#include "mapping/format/xml_reader.h"
#include "tests/mapping/format/reading.h"

// Memory must not grow with the message: a source that makes its bytes as they are asked for.

namespace haven {
namespace {

constexpr std::size_t megabyte = 1 << 20;
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t growth_max = 500 * megabyte;  // the sanitizer keeps what is freed, up to 256 MB
#else
constexpr std::size_t growth_max = 16 * megabyte;
#endif

class Generated : public ByteSource {
public:
    Generated(std::string front, std::string part, std::string end, std::size_t bytes)
        : text_(std::move(front)), part_(std::move(part)), end_(std::move(end)), left_(bytes) {}

    Result<std::size_t> read(std::span<char> into) override {
        if (at_ == text_.size()) {
            at_ = 0;
            text_ = left_ > 0 ? part_ : std::exchange(end_, {});
            left_ -= std::min(left_, part_.size());
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

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
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
    const auto done = reader.read(source, [&](const ReadRecord& record) -> Result<void> {
        seen.held += record.document ? 0 : 1;
        if (++seen.records % 10'000 == 0) { seen.growth = std::max(seen.growth, resident_bytes() - before); }
        return {};
    });
    if (!done) { seen.error = done.error().message(); }
    return seen;
}

const Vocabulary names = test::vocabulary({"exports", "form", "name", "born", "@id"});
const std::vector<NameId> path = {names.find("exports"), names.find("form")};

std::string forms() {
    std::string all;
    for (int i = 0; i < 500; ++i) {
        all +=
            "  <form id='" + std::to_string(i) +
            "'>\n    <name>Testcase &amp; Zo\xc3\xab</name>\n    <born>2001-02-03</born>\n"
            "    <notes>Met at the door of the Example Hall on a day that nobody wrote down, and not since.</notes>\n"
            "  </form>\n";
    }
    return all;
}

TEST(XmlMemory, IsFlatOver100Megabytes) {
    Generated source("<exports>\n", forms(), "</exports>", 100 * megabyte);
    XmlReader reader(names, {.record_path = path});
    const auto seen = read(reader, source);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.held, 0U);
    EXPECT_GT(seen.records, 400'000U);
    EXPECT_LT(seen.growth, growth_max);
}

TEST(XmlMemory, IsFlatWithASchemaToo) {
    const auto folder = std::filesystem::temp_directory_path() / ("haven-xml-memory-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "a.xsd") << R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:element name="exports"><xs:complexType><xs:sequence><xs:element name="form" maxOccurs="unbounded">
            <xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="born"
            type="xs:date"/><xs:element name="notes" type="xs:string"/></xs:sequence><xs:attribute name="id"
            type="xs:int"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>)";
    const auto schema = xml::Schema::load(folder, "a.xsd");
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(schema);
    Generated source("<exports>\n", forms(), "</exports>", 30 * megabyte);
    XmlReader reader(names, {.record_path = path}, schema->get());
    const auto seen = read(reader, source);
    EXPECT_EQ(seen.error, "");
    EXPECT_EQ(seen.held, 0U);
    EXPECT_GT(seen.records, 100'000U);
    EXPECT_LT(seen.growth, growth_max);
}

}  // namespace
}  // namespace haven
