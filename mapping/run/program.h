#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/record.h"
#include "mapping/conversion/conversion.h"
#include "mapping/format/document.h"
#include "mapping/language/ast.h"

/// A map compiled to tables over field numbers and partner names: what `in` and `out` run. Built by check/compile.
namespace haven::program {

using Index = std::uint16_t;
inline constexpr Index nothing = 0xFFFF;

/// "[@role=VICTIM]". `name` is `undeclared` where the value itself is compared.
struct Condition {
    NameId name = undeclared;
    std::string value;
    bool operator==(const Condition&) const = default;
};

/// One step down the partner's tree, with what must hold there.
struct Step {
    NameId name = undeclared;
    std::vector<Condition> conditions;
    bool operator==(const Step&) const = default;
};

/// Conversions in the order of the line: from the partner's text to the canonical one.
using Chain = std::vector<std::unique_ptr<Conversion>>;

using Spelling = RecordBuilder::Spelling;

/// How JSON writes a value.
enum class Written : std::uint8_t { text, number, boolean };

/// One line of the map. What a run reads for every value stands first, so that it lies together.
struct Line {
    std::vector<Index> slots;  ///< one for each path
    Chain chain;
    std::optional<FieldNumber> field;  ///< none where the partner's value is a constant
    ast::Arrow arrow = ast::Arrow::both;
    Spelling spelling = Spelling::to_check;  ///< of what the line gives its field
    bool required = false;
    Written written = Written::text;

    ast::Span at;                          ///< in the map's file
    std::vector<std::vector<Step>> paths;  ///< of the partner, from the frame's element; empty for a canonical constant
    std::optional<std::string> constant;   ///< of the side that is missing
    std::optional<std::string> fallback;   ///< canonical; used where the partner says nothing
    std::vector<std::string> by_column;    ///< of a line @name: the canonical value that each column's name stands for
    Name shown;                            ///< the partner's field from the record down, as the map spells it
    std::vector<Name> columns;             ///< of numbered columns: the column that each ordinal means

    /// What the partner calls its field; `ordinal` from 1 among numbered columns (`Frame::ordinal`), else 0.
    Name partner_name(std::size_t ordinal) const {
        return ordinal > 0 && !columns.empty() ? columns[ordinal - 1] : shown;
    }
};

struct Frame;

/// One place of the partner's tree that the map knows.
struct Match {
    struct Variant {
        std::vector<Condition> conditions;
        Index match;
        ast::Span at;  ///< in the map's file
    };
    std::vector<std::vector<Variant>> by_name;  ///< by NameId; no element fits two
    std::vector<Index> direct;                  ///< by NameId: the one slot that takes the text there, else `nothing`
    std::vector<Index> slots;                   ///< of the frame: where lines read the text here
    std::vector<Index> frames;                  ///< nested frames that begin here
    std::vector<NameId> compared;               ///< children that conditions compare: known, and read by no line
    bool compares_itself = false;               ///< a condition names the text here
    bool ignored = false;
    bool splits = false;  ///< one of the elements here is this record's victim; the frames take the others
    ast::Span written{};  ///< what writes here, in the map's file; line 0 where nothing does
};

/// The lines under one `each`, or of the whole record.
struct Frame {
    GroupNumber group = root_group;
    ast::Arrow arrow = ast::Arrow::both;
    std::vector<Step> path;  ///< from the frame around it to the repeated element
    std::string separator;   ///< where one text holds several
    Line cell;               ///< of such a text in a numbered column, which has no path: where it stands, and no field
    int from = 0;            ///< of numbered columns, which have no path
    int to = -1;
    Index first_slot =
        0;  ///< of numbered columns: in the frame around (of each of its numbers), the slots of the first
    std::vector<Line> lines;
    std::vector<Frame> nested;
    std::vector<std::pair<bool, Index>> order;  ///< of lines (false) and nested frames (true), as written
    std::vector<Match> matches;                 ///< [0] is the frame's own element
    Index slot_count = 0;                       ///< with those of its numbered columns
    ast::Span at;                               ///< in the map's file
    Name shown;

    bool is_in_column() const { return !cell.slots.empty(); }
    bool is_numbered() const { return to >= from && path.empty() && from > 0; }
    std::size_t numbers() const { return static_cast<std::size_t>(to - from) + 1; }
    /// Which of all its instances one is, from 1: that with the `number`th number, from 0, where `before` instances of
    /// the numbered frame around stand before its own.
    std::size_t ordinal(std::size_t before, std::size_t number) const { return before * numbers() + number + 1; }
};

/// An element that has the key `from_key` stands for the element `to` whose `to_key` says the same.
struct Follow {
    NameId from = undeclared;
    NameId from_key = undeclared;
    NameId to = undeclared;
    NameId to_key = undeclared;
};

bool all_hold(const Document& document, const std::vector<Condition>& conditions, Document::Index node);
inline bool holds(const Document& document, const std::vector<Condition>& conditions, Document::Index node) {
    return conditions.empty() || all_hold(document, conditions, node);
}
/// Every element that a path leads to, in the order of the document.
std::vector<Document::Index> elements_at(const Document& document, const std::vector<Step>& path);

}  // namespace haven::program
