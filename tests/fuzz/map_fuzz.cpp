#include "mapping/tools/translate.h"
#include "tests/fuzz/shipped.h"

using namespace haven;

namespace {

void run(const Map& map, std::string_view message) {
    fuzz::Pieces source(message, 1'000);
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) { return {}; }
        map.claims(**read.document);
        const auto records = map.records(**read.document, from_us(0));
        fuzz::expect(records.has_value() || !records.error().message().empty());
        if (!records || map.reads().empty()) { return {}; }
        for (const auto& record : *records) {
            const auto written = write_whole(map, record);
            fuzz::expect(written.has_value() || !written.error().message().empty());
        }
        return {};
    });
    fuzz::expect(done.has_value() || !done.error().message().empty());
    fuzz::Pieces again(message, 1'000);
    fuzz::expect(map.check_count(again).has_value() || map.has_count());
}

}  // namespace

// A map, held against the schemas and code lists that are shipped, and behind a line of "---" a message for it; without
// one a sample of the shipped map of the same name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::string_view line = "\n---\n";
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    const auto end = input.find(line);
    const auto text = input.substr(0, end);
    const auto map =
        Map::compile(text, "fuzz.map", fuzz::catalogue(), fuzz::shipped().lists, fuzz::shipped().schemas());
    if (!map) {
        fuzz::expect(!map.error().empty());
        for (const auto& problem : map.error()) { fuzz::expect(!text_of(problem, text).empty()); }
        return 0;
    }
    run(**map, end == std::string_view::npos ? fuzz::shipped().message((*map)->name().text())
                                             : std::string(input.substr(end + line.size())));
    return 0;
}

// What is shipped is read before the first input, whose time would be that of all of it.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    fuzz::shipped();
    return 0;
}
