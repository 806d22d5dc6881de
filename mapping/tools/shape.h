#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "mapping/map.h"

namespace haven {

/// One partner field of a sample message: a column, a key, an element or an attribute, with what stands below it.
struct ShapePlace {
    static constexpr std::size_t values_max = 200;

    std::string name;                 ///< as a map spells it: "nc:Person", "@id"
    bool repeats = false;             ///< more than one of them stand in one record
    bool is_boolean = false;          ///< JSON's true or false
    bool has_text = false;            ///< of its own
    std::vector<std::string> values;  ///< some of its texts, to look at; they never enter a draft
    std::vector<ShapePlace> below;

    ShapePlace& child(std::string_view child_name);
    void see(std::string_view value);
};

/// Prefixes, "default" among them, and the URIs for which they stand.
using Namespaces = std::vector<std::pair<std::string, std::string>>;

/// What a sample message, or a schema, shows of its dialect.
struct Shape {
    Format format = Format::csv;
    std::string options;               ///< of the dialect line: "separator ;", "root Report"
    std::string schema;                ///< the schema's file, where the dialect has one
    std::vector<std::string> heading;  ///< further lines: "split ...", "column ..."
    std::vector<std::string> remarks;  ///< what the draft's reader must know beside it
    Namespaces namespaces;             ///< that stand in the record
    Namespaces called;                 ///< how somebody calls them already
    ShapePlace record;
};

/// Reads a sample. Errors: malformed - not of its format, no columns; too_large.
Result<Shape> csv_shape(std::string_view sample);
Result<Shape> json_shape(std::string_view sample);
/// Namespaces are called as in `called`, else as the sample itself calls them.
Result<Shape> xml_shape(std::string_view sample, Namespaces called = {});
/// What an XML schema allows below one of its global elements, without a sample. `root` may be left out where there is
/// only one, and may be written with a prefix. Errors: missing - no such element, or several and none is named.
Result<Shape> schema_shape(const xml::Schema& schema, std::string_view root);
/// The global elements of an XML schema that a message may begin with, sorted.
std::vector<std::string> roots_of(const xml::Schema& schema);
/// Whether a JSON text is a schema and no message: it says so, or is made of a schema's words.
bool is_json_schema(std::string_view text);
/// The text of a schema that another names, by its path; nothing where there is none.
using SchemaFiles = std::function<std::optional<std::string>(const std::string& path)>;
/// What a JSON schema allows in one record. A draft needs names and types only, so any keyword of JSON Schema may stand
/// in it, and `file` may refer to other files; what cannot be listed becomes a remark. Errors: malformed; missing - it
/// describes no object.
Result<Shape> json_schema_shape(std::string_view text, const std::string& file, const SchemaFiles& files);
/// An XML name as a map spells it; a namespace that is new gets a prefix: the one by which it is called, if it is free.
std::string xml_name(Shape& shape, std::string_view space, std::string_view name, bool attribute);
/// Fixed-width text; `layout` is its lines "column NAME START LENGTH".
Result<Shape> fixed_shape(std::string_view sample, std::string_view layout);

/// Takes the elements or keys around the records off, where the sample shows that one thing repeats there.
void find_split(Shape& shape);
/// A name as a map must write it: in quotes where it holds what means something.
std::string quoted_name(std::string_view name);
/// A text as a map writes it in quotes.
std::string in_quotes(std::string_view text);

}  // namespace haven
