#pragma once
#include "core/catalogue/raw_text.h"
#include "mapping/map.h"
#include "mapping/outward.h"
#include "tests/support/disclosing.h"

namespace haven::test {

inline std::shared_ptr<const Map> compiled(std::string_view text, const CodeLists& lists = {},
                                           const DialectSchemas& schemas = {}) {
    auto made = Map::compile(text, "test.map", catalogue(), lists, schemas);
    if (!made) {
        for (const auto& problem : made.error()) { ADD_FAILURE() << text_of(problem, text); }
        std::abort();
    }
    return *made;
}

/// What is wrong with a map, a line each; "" where nothing is.
inline std::string problems_of(std::string_view text, const CodeLists& lists = {}) {
    const auto made = Map::compile(text, "m.map", catalogue(), lists);
    std::string out;
    if (!made) {
        for (const auto& problem : made.error()) { out += (out.empty() ? "" : "\n") + text_of(problem); }
    }
    return out;
}

/// Every record of a message, or why one could not be read.
inline std::vector<Result<Record>> read_with(const Map& map, std::string_view message) {
    std::vector<Result<Record>> out;
    MemorySource source(message);
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) {
            out.push_back(fail(read.document.error()));
            return {};
        }
        auto records = map.records(**read.document, noon);
        if (!records) {
            out.push_back(fail(records.error()));
            return {};
        }
        for (auto& record : *records) { out.push_back(std::move(record)); }
        return {};
    });
    if (!done) { out.push_back(fail(done.error())); }
    return out;
}

inline std::string told(const Result<Record>& record) {
    return record ? "taken" : record.error().message();
}

/// A value as text, "-" where there is none.
inline std::string value(const Record& record, std::string_view path, InstanceNumber in = root_instance) {
    return std::string(RawText::of(record, field(path), in).value_or("-"));
}

/// The values of one field in every instance of a group, a space between.
inline std::string values(const Record& record, std::string_view group, std::string_view path) {
    std::string out;
    for (const auto in : record.instances(*catalogue()->find_group(group))) {
        out += (out.empty() ? "" : " ") + value(record, path, in);
    }
    return out;
}

/// A record's values, group by group: what two orders of reading share.
inline std::string told_by_group(const Record& record, InstanceNumber in = root_instance) {
    std::string out;
    for (const auto& each : record.values_of(in)) {
        out += std::string(catalogue()->field(each.field).path.text()) + "=" + std::string(RawText::of(record, each)) +
               "\n";
    }
    for (const auto group : catalogue()->groups_below(record.all_instances()[in.value].group)) {
        for (const auto below : record.instances(group, in)) { out += "{" + told_by_group(record, below) + "}\n"; }
    }
    return out;
}

inline std::string written_by(const Map& map, const Record& record) {
    const auto type = std::string(catalogue()->record_type(map.record_type()).name.text());
    const auto out = OutwardMap(map).write(whole(record, type));
    if (!out) { return out.error().message(); }
    return std::string(out->bytes());
}

}  // namespace haven::test
