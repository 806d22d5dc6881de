#include <iostream>

#include "hub/cli/run.h"
#include "hub/flow/directory.h"

namespace haven::cli {
namespace {

std::string ages(const store::DirectoryRow& row) {
    if (!row.age_min && !row.age_max) { return "any age"; }
    return (row.age_min ? "from " + std::to_string(*row.age_min) : std::string("up")) +
           (row.age_max ? " to " + std::to_string(*row.age_max) : std::string());
}

// Lines of an entry, one after the other.
void tell(std::string_view what, const std::string& lines) {
    if (lines.empty()) { return; }
    std::cout << "  " << what << "  ";
    for (const char c : lines) { std::cout << (c == '\n' ? std::string("; ") : std::string(1, c)); }
    std::cout << "\n";
}

void tell(const site::Site& site, const store::DirectoryRow& row) {
    const auto* partner = flow::listed_as(site, row);
    std::cout << row.directory.text() << " " << row.entry << "  " << row.name << "\n  is         "
              << (partner != nullptr ? std::string(partner->name.text()) : "no provider of the site")
              << "\n  as of      " << iso_text(row.as_of) << "\n  says       "
              << (row.status.empty() ? "no status" : row.status) << ", " << ages(row) << "\n";
    tell("by       ", row.provider);
    tell("areas    ", row.areas);
    tell("languages", row.languages);
    tell("times    ", row.times);
}

}  // namespace

int partner_directory(const Call& call) {
    if (!call.arguments.empty()) { return usage("partner directory"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto& context = node->context();
    const auto told = context.readers.read([&](store::Sql& sql) -> Result<void> {
        store::each_directory_entry(sql, [&](const store::DirectoryRow& row) { tell(*context.site, row); });
        return {};
    });
    return told ? exit_ok : failed(told.error());
}

}  // namespace haven::cli
