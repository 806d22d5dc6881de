#pragma once
#include <map>
#include <string>
#include <vector>

#include "mapping/map.h"
#include "mapping/tools/sample.h"

/// A dialect as its folder holds it: its maps and its samples.
namespace haven {

/// What maps are compiled with.
struct Schemas {
    Versions versions;
    CodeLists code_lists;
    DialectSchemas dialect_schemas{};
};

/// The texts of one folder of `schemas/dialects`.
struct DialectFiles {
    std::string name;
    std::map<std::string, std::string> maps;     ///< "incident" -> its text
    std::map<std::string, std::string> samples;  ///< every file of samples/ by its name, the cases among them
};

/// One map of a dialect, compiled, with its text.
struct DialectMap {
    std::string text;
    std::shared_ptr<const Map> map;
};

/// One case with what goes in.
struct DialectCase {
    std::string file;  ///< "answer-yes.case"
    Sample sample;
    std::string input;
    const DialectMap* map = nullptr;
};

/// A dialect read and checked; its cases point to its maps.
class Dialect {
public:
    /// Compiles the maps and reads the cases. All problems are told at once; what has one is left out.
    Dialect(const DialectFiles& files, const Schemas& schemas);
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;

    const std::string& name() const { return name_; }
    const std::map<std::string, DialectMap>& maps() const { return maps_; }
    const std::vector<DialectCase>& cases() const { return cases_; }
    const Problems& problems() const { return problems_; }

private:
    void add_map(const std::string& name, const std::string& text, const Schemas& schemas);
    void add_case(const std::string& file, const std::string& text, const DialectFiles& files);

    std::string name_;
    std::map<std::string, DialectMap> maps_;
    std::vector<DialectCase> cases_;
    Problems problems_;
};

/// What came of one case.
struct CaseResult {
    const DialectCase* of = nullptr;
    std::string came_out;
    std::string difference;  ///< from what must come out; "" where it is the same
    std::string broken_law;  ///< which law the map breaks over this sample; "" where none
    bool passed() const { return difference.empty() && broken_law.empty(); }
};

/// Runs a case and the laws over it: what a map wrote it reads again, and writes again the same; of a record that came
/// in, the fields that go both ways come back.
CaseResult run_case(const DialectCase& sample);

/// The maps that no case tests: none from which the map makes a record or a message.
std::vector<std::string> untested_maps(const Dialect& dialect);

}  // namespace haven
