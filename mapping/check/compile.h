#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "mapping/map.h"

namespace haven {

/// Turns a parsed map into tables, looking every name up and collecting what does not hold.
class MapCompiler {
public:
    MapCompiler(const ast::Map& ast, std::string_view file, const std::shared_ptr<const Catalogue>& catalogue);

    tl::expected<std::shared_ptr<const Map>, Problems> run(std::string_view text);

private:
    void heading();
    void dialect_options();
    template <class T, std::size_t N>
    T one_of(const ast::Word& value, const std::array<std::pair<std::string_view, T>, N>& choices);
    void tables();
    program::Frame frame(const ast::Each& each, GroupNumber group, const ast::Each* numbered_in);
    void field_line(const ast::FieldLine& line, program::Frame& into);
    void canonical_side(const ast::FieldLine& line, program::Frame& into, program::Line& made);
    void partner_side(const ast::FieldLine& line, program::Frame& into, program::Line& made);
    void conversions(const ast::FieldLine& line, program::Line& made);
    void ignore_line(const ast::IgnoreLine& line, program::Frame& into);
    void nested(const ast::Each& each, program::Frame& into);
    void numbered_columns(const ast::Each& each, program::Frame& around, program::Index which);

    std::vector<program::Step> steps(const ast::PartnerPath& path);
    NameId name(const ast::Word& word);
    std::string key(const ast::Word& word);
    /// The place of a path below a frame's element, made where it is new.
    program::Index match(program::Frame& frame, const std::vector<program::Step>& path);
    program::Index below(program::Frame& frame, program::Index at, const program::Step& step);
    void once_each(const program::Frame& frame);

    void problem(const ast::Span& span, std::string message);

    const ast::Map& ast_;
    std::string file_;
    std::shared_ptr<const Catalogue> catalogue_;
    std::shared_ptr<Map> made_;
    std::map<std::string, CodeRows, std::less<>> tables_;
    Problems problems_;
};

}  // namespace haven
