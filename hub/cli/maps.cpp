#include <algorithm>
#include <fstream>
#include <iostream>

#include "hub/cli/run.h"
#include "hub/cli/schemas.h"
#include "mapping/tools/draft.h"

namespace haven::cli {
namespace {

/// What a test of dialects found so far.
struct Tally {
    int passed = 0;
    int failed = 0;
};

void report(const std::string& dialect, const CaseResult& result) {
    std::cout << dialect << "/samples/" << result.of->file << ": failed\n";
    if (!result.difference.empty()) {
        std::cout << "    what came out (+) is not what must (-):\n" << result.difference;
    }
    if (!result.broken_law.empty()) { std::cout << "    a law is broken: " << result.broken_law << "\n"; }
}

bool write_case(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) { std::cerr << "haven: cannot write " << path << "\n"; }
    return static_cast<bool>(file);
}

void test_dialect(const std::string& schemas, const Dialect& dialect, bool accept, Tally& tally) {
    for (const auto& problem : dialect.problems()) {
        std::cout << text_of(problem) << "\n";
        ++tally.failed;
    }
    for (const auto& one : dialect.cases()) {
        auto result = run_case(one);
        if (accept && !result.difference.empty()) {
            const auto path = schemas + "/dialects/" + dialect.name() + "/samples/" + one.file;
            if (!write_case(path, one.sample.text_with(result.came_out))) {
                ++tally.failed;
                continue;
            }
            std::cout << path << ": written; review it\n";
            result.difference.clear();
        }
        ++(result.passed() ? tally.passed : tally.failed);
        if (!result.passed()) { report(dialect.name(), result); }
    }
    if (accept) { return; }
    for (const auto& map : untested_maps(dialect)) {
        const auto& all = dialect.cases();
        const bool has_case = std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.sample.map == map; });
        std::cout << dialect.name() << "/" << map << ".map: no case tests it"
                  << (has_case ? " yet: --accept writes what comes out into the cases that end with their ruler" : "")
                  << "\n";
        ++tally.failed;
    }
}

}  // namespace

int map_check(const Call& call) {
    if (call.arguments.empty()) { return usage("map check"); }
    const auto schemas = schema_folder(call.site);
    const auto with = load_schemas(schemas);
    if (!with) { return exit_failed; }
    int worst = exit_ok;
    for (const auto& name : call.arguments) {
        const auto read = read_map(schemas, name, *with);
        if (!read || read->map == nullptr) {
            worst = exit_failed;
            continue;
        }
        std::cout << name << ": nothing is wrong";
        if (const auto left = lines_without_reason(read->text).size(); left > 0) {
            std::cout << "; " << left << (left == 1 ? " field is" : " fields are") << " still ignored with \""
                      << say_why << "\"";
        }
        std::cout << "\n";
    }
    return worst;
}

int map_test(const Call& call) {
    const auto schemas = schema_folder(call.site);
    const auto with = load_schemas(schemas);
    if (!with) { return exit_failed; }
    const auto names = call.arguments.empty() ? dialect_names(schemas) : call.arguments;
    Tally tally;
    for (const auto& name : names) {
        const auto files = read_dialect(schemas, name, with->versions);
        if (!files) { return no_such("dialect", name, dialect_names(schemas)); }
        test_dialect(schemas, Dialect(*files, *with), call.accept, tally);
    }
    std::cout << "passed " << tally.passed << ", failed " << tally.failed << "\n";
    return tally.failed == 0 && tally.passed > 0 ? exit_ok : exit_failed;
}

}  // namespace haven::cli
