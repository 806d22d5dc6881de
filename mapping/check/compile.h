#pragma once
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/seal/sha256.h"
#include "mapping/check/code_list.h"
#include "mapping/check/schema_places.h"
#include "mapping/language/parse.h"
#include "mapping/map.h"

namespace haven {

/// A place of the partner's tree as the lines under one `each` know it.
struct MapPoint {
    const program::Frame* frame;
    program::Index match;
};

/// Turns a parsed map into tables, looking every name up and collecting what does not hold. Of a map that lacks lines
/// every line that is there is looked at, and nothing is said that one of the missing lines could have put right.
class MapCompiler {
public:
    MapCompiler(const ParsedMap& parsed, std::string_view file, const Versions& versions, const CodeLists& code_lists,
                const DialectSchemas& schemas);

    tl::expected<std::shared_ptr<const Map>, Problems> run(std::string_view text);

private:
    void whole_map();

    // heading.cpp: the lines before the body.
    void heading();
    void format();
    void schema(const ast::Word& file);
    void schema_has_root();
    void json_rules(const ast::Word& file, std::shared_ptr<const JsonSchema> schema);
    void version();
    void record_type();
    void options();
    void option(const std::string& name, const ast::Word& value);
    int number(const ast::Word& value, int least, int most);
    template <class T, std::size_t N>
    T one_of(const ast::Word& value, const std::array<std::pair<std::string_view, T>, N>& choices);

    // layout.cpp: columns, the trailer, references, the split.
    void columns();
    void csv_column(const ast::Column& column, NameId id);
    void columns_written();
    void fixed_layout();
    void count();
    void follows();
    void splits();

    // tables.cpp
    void tables();
    void add_tables(const CodeTables& tables, const std::string& file);
    void code_list(const ast::CodeList& list);
    std::string nearest_year(const ast::CodeList& list) const;

    // compile.cpp: frames.
    program::Frame frame(const ast::Each& each, GroupNumber group, ast::Arrow arrow, const ast::Each* numbered_in);
    void directly(program::Frame& frame);
    void nested(const ast::Each& each, program::Frame& into);
    void list_in_column(const ast::Each& each, GroupNumber group, ast::Arrow arrow, program::Frame& into);
    program::Frame named_frame(const ast::Each& each, GroupNumber group, ast::Arrow arrow);
    std::optional<GroupNumber> group(const ast::Each& each, GroupNumber around);

    // lines.cpp: one line of a frame.
    void field_line(const ast::FieldLine& line, program::Frame& into);
    program::Spelling spelling(const program::Line& made) const;
    ast::Arrow narrowed(ast::Arrow around, ast::Arrow line, const ast::Span& span);
    void constant(const ast::FieldLine& line, program::Line& made);
    void canonical_side(const ast::FieldLine& line, program::Frame& into, program::Line& made);
    void json_kind(const ast::FieldLine& line, const FieldInfo& info, program::Line& made);
    void partner_side(const ast::FieldLine& line, program::Frame& into, program::Line& made);
    void conversions(const ast::FieldLine& line, program::Line& made);
    Name full_name(const ast::PartnerPath& path, const program::Frame& in) const;
    void ignore_line(const ast::IgnoreLine& line, program::Frame& into);

    // known.cpp: the partner's paths, held against the schema of the dialect.
    void begin_at_record();
    std::vector<ast::Predicate> constants() const;
    /// Where a path from `here_` leads. Of what the schema does not know it tells, and then asks nothing further below.
    SchemaPlace known(const ast::PartnerPath& path);
    SchemaPlace below(const SchemaPlace& at, const ast::Word& name, const std::vector<ast::Predicate>& holds);
    SchemaPlace known_below(const SchemaPlace& at, const ast::Word& name, const std::string& way);
    SchemaPlace unknown(const SchemaPlace& at, const ast::Word& name, const std::string& way);
    void known_value(const SchemaPlace& at, const ast::Word& value, const std::string& way);
    void refuse_unlisted(const ast::Word& value, const std::vector<std::string_view>& values, const std::string& way);
    void holds_text(const ast::PartnerPath& path);
    void known_codes(const ast::FieldLine& line, ast::Arrow arrow);
    void known_rows();
    void known_follow(const ast::Follow& follow);
    std::string shown_key(std::string_view key) const;
    std::vector<std::string> shown_keys(const std::vector<std::string_view>& keys) const;
    std::string near_key(const ast::Word& name, const std::vector<std::string_view>& keys) const;

    // covered.cpp: what the schema of the dialect declares, held against the lines.
    void hold_line(const ast::IgnoreLine& line);
    SchemaPlace without_ignored(const SchemaPlace& place, std::string_view key, const std::vector<MapPoint>& points);
    void all_places();
    void covered(const SchemaPlace& place, const std::vector<MapPoint>& points, const std::string& way);
    void uncovered(const std::vector<MapPoint>& around, const std::string& path);
    bool is_reference(NameId name, const SchemaPlace& place);
    bool declares_text(const SchemaPlace& place, std::set<std::uint32_t>& seen);
    bool is_only_text(const SchemaPlace& place);

    // partner.cpp: the partner's names and the places of its tree.
    std::vector<program::Step> steps(const ast::PartnerPath& path);
    NameId name(const ast::Word& word);
    std::string key(const ast::Word& word);
    /// The key of a name; nothing where its namespace is not declared.
    std::optional<std::string> qualified(const ast::Word& word) const;
    /// The place of a path below a frame's element, made where it is new.
    program::Index match(program::Frame& frame, const std::vector<program::Step>& path);
    program::Index below(program::Frame& frame, program::Index at, const program::Step& step);
    void listed(NameId column, const ast::Span& span);
    void writes_once(program::Match& place, const ast::Span& span);
    void too_many_columns(const ast::Span& span);
    /// An each over numbered columns, and a number of it.
    struct Numbering {
        const ast::Each* each;
        int number;
    };
    void numbered_columns(const ast::Each& each, program::Frame& around, program::Index which);
    void put_columns(const std::vector<Numbering>& above, const ast::Each& each, program::Frame& frame,
                     program::Frame& around, std::size_t first_slot);
    ast::Word numbered_column(const std::vector<Numbering>& numbers, const ast::PartnerPath& column) const;

    // named.cpp: columns that a name tells apart.
    void name_line(const ast::FieldLine& line, program::Line& made);
    void names_its_columns(const ast::Each& each, const program::Frame& frame);

    // rules.cpp: what holds for a frame, or for the whole map.
    void once_each(const program::Frame& frame);
    void one_meaning(const program::Frame& frame, bool is_root);
    void disjoint(const program::Frame& frame);
    void group_written_once(const ast::Each& each, ast::Arrow arrow, const program::Frame& into);
    void conditions_written_once(const program::Frame& frame);
    void required();
    void all_columns();
    void reads_only();
    const char* why_reads_only() const;
    bool is_rows() const { return made_->format_ == Format::csv || made_->format_ == Format::fixed; }

    void problem(const ast::Span& span, std::string message);
    Problems all_problems();

    const ast::Map& ast_;
    const Problems& unread_;  // the lines that are missing, and why
    std::string file_;
    const Versions& versions_;
    std::shared_ptr<const Catalogue> catalogue_;  // of the version that the map names, else the hub's own
    const CodeLists& code_lists_;
    const DialectSchemas& schemas_;
    Sha256 hash_;  // of the map's text, its schema's and its code lists'
    std::shared_ptr<Map> made_;
    std::map<std::string, std::shared_ptr<const CodeRows>, std::less<>> tables_;
    ast::Span path_{};                      // that is looked up now
    std::string around_;                    // the partner's path to the each that is compiled now
    std::shared_ptr<SchemaPlaces> places_;  // null where the dialect has no schema
    SchemaPlace here_;                      // of the frame that is compiled now
    SchemaPlace there_;                     // where the path ends that was looked up last
    struct Listed {
        std::string path;  ///< of the first text that a table is used for
        std::vector<std::string_view> values{};
        bool all = true;  ///< the schema lists the values of every text that the table is used for
    };
    std::map<std::string, Listed> listed_;          // by table
    std::map<std::string, ast::Span> held_;         // paths from the record down, without predicates: `PATH hold "why"`
    bool is_ignored_ = false;                       // the path that is looked up now
    const ast::Each* columns_of_ = nullptr;         // the each over numbered columns that is compiled now
    std::vector<const ast::Each*> columns_around_;  // with those around it
    ast::Span first_outward_{};                     // the first line that writes; line 0 where none does
    Problems problems_;
};

/// Whether one of the canonical paths is below a branch.
bool is_above(std::string_view branch, const std::vector<std::string_view>& paths);
/// "Persons.Person[@role=VICTIM]@id".
std::string spelled(const ast::PartnerPath& path);
/// A path below another, both as the map spells them.
std::string joined(const std::string& around, const std::string& path);
/// "Child#", "Mobile, Home": what the columns of an each begin with.
std::string stem(const ast::Numbered& numbered);
/// "; did you mean NEAR?", or nothing.
std::string suggesting(std::string_view near);

}  // namespace haven
