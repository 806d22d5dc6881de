#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/base/problem.h"

namespace haven::xml {

using TypeIndex = std::uint32_t;     ///< into Schema::types
using ElementIndex = std::uint32_t;  ///< into Schema::elements
inline constexpr std::uint32_t none = ~std::uint32_t{0};
inline constexpr std::int64_t unbounded = -1;  ///< as a greatest number of occurrences

/// What the author wrote beside a declaration. Texts are without markup and as they stand, white space and all.
struct Note {
    struct Appinfo {
        std::string source;
        std::string text;
    };
    std::vector<std::string> documentation;
    std::vector<Appinfo> appinfo;
};

/// The primitive type of a value, with integer apart from decimal. `part_of_date` is gYear, gYearMonth and their like.
enum class Primitive : std::uint8_t {
    string,
    boolean,
    decimal,
    integer,
    floating,
    date,
    date_time,
    time,
    part_of_date,
    duration,
    binary,
    uri,
    qname,
    any
};

/// One value of an enumeration.
struct EnumeratedValue {
    std::string text;
    Note note;
};

/// A type of text. Facets are those in force, inherited ones among them; those of the standard's own types are left out
/// where they only say what `primitive` says.
struct SimpleType {
    enum class Variety : std::uint8_t { atomic, list, one_of };  ///< one_of: a union
    enum class WhiteSpace : std::uint8_t { preserve, replace, collapse };
    Variety variety = Variety::atomic;
    Primitive primitive = Primitive::any;
    std::string builtin;             ///< the standard's type that it comes from: "token", "ID", "positiveInteger"
    std::vector<TypeIndex> members;  ///< of a list its item, of a union its members
    WhiteSpace white_space = WhiteSpace::preserve;
    std::vector<EnumeratedValue> values;
    std::vector<std::string> patterns;  ///< all must match; XML Schema's regular expressions, bound at both ends
    std::optional<std::uint64_t> length, min_length, max_length, total_digits, fraction_digits;
    std::optional<std::string> min_inclusive, min_exclusive, max_inclusive, max_exclusive;
};

/// An attribute that a type allows.
struct AttributeDeclaration {
    std::string name, space;
    TypeIndex type = none;
    bool required = false;
    std::optional<std::string> standard_value;  ///< what it is where it is not sent: default or fixed
    bool fixed = false;
    Note note;
};

/// A part of what an element may contain: an element, a group of parts, or `any`, which is elements from elsewhere.
struct Particle {
    enum class Kind : std::uint8_t { element, sequence, choice, all, any };
    Kind kind = Kind::sequence;
    std::int64_t min = 1;
    std::int64_t max = 1;
    ElementIndex element = none;  ///< of kind element
    std::vector<Particle> parts;  ///< of a group
};

/// A simple or complex type. Recursion is by index, so a type may contain itself.
struct TypeDefinition {
    std::string name, space;  ///< name empty: anonymous
    TypeIndex base = none;
    bool is_abstract = false;
    Note note;
    std::optional<SimpleType> simple;  ///< of a simple type
    TypeIndex text = none;             ///< the simple type of its text: itself, or of simple content
    bool mixed = false;                ///< text between its elements
    Particle content;                  ///< its elements; an empty sequence where it has none
    std::vector<AttributeDeclaration> attributes;
    bool any_attribute = false;

    bool is_standard() const { return space == "http://www.w3.org/2001/XMLSchema"; }
};

/// An element, global or within a type.
struct ElementDeclaration {
    std::string name, space;
    TypeIndex type = none;
    bool is_global = false;
    bool is_abstract = false;
    bool nillable = false;
    std::optional<std::string> standard_value;  ///< what it holds where it is empty: default or fixed
    bool fixed = false;
    std::vector<ElementIndex> substitutes;  ///< that may stand in its place, at any distance
    Note note;
};

struct Grammars;

/// XML Schema 1.0 files compiled: for a Reader to validate with, and as plain trees to look at. Never changes, so that
/// any number of threads share it.
class Schema {
public:
    /// Compiles `main` and what it includes and imports. All lie within `folder`, also through links; nothing is
    /// fetched. Where it does not load, answers what is wrong, in Xerces' words; files are named within the folder.
    ///
    /// Lists are checked by item only: one that requires an item may be empty, one that restricts its length or its
    /// values otherwise is refused. Xerces cannot check these in two threads.
    static tl::expected<std::shared_ptr<const Schema>, Problems> load(const std::filesystem::path& folder,
                                                                      const std::filesystem::path& main);
    ~Schema();

    const std::vector<TypeDefinition>& types() const { return types_; }
    const std::vector<ElementDeclaration>& elements() const { return elements_; }
    /// A global element, or `none`.
    ElementIndex element(std::string_view space, std::string_view name) const;

    /// An element that may stand directly within another.
    struct Child {
        ElementIndex element;
        std::int64_t min, max;
    };
    struct Children {
        std::vector<Child> elements;  ///< each once, in the schema's order
        bool any = false;             ///< and others, from elsewhere
    };
    /// What may stand directly within an element of this type: groups and choices are opened (a choice makes its
    /// elements optional) and substitutes stand for abstract elements. One level at a time, so recursion is harmless.
    Children children(TypeIndex type) const;

    const Grammars& grammars() const { return *grammars_; }

private:
    Schema() = default;
    std::unique_ptr<Grammars> grammars_;
    std::vector<TypeDefinition> types_;
    std::vector<ElementDeclaration> elements_;
};

}  // namespace haven::xml
