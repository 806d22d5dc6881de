#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/xml/schema.h"
#include "mapping/format/json_schema.h"
#include "mapping/language/ast.h"

namespace haven {

/// One place of a message. What stands there is as one of these says: types of an XML schema, rules of a JSON one.
struct SchemaPlace {
    bool anything = false;  ///< the schema does not say what may stand there
    std::vector<std::uint32_t> as{};

    bool exists() const { return anything || !as.empty(); }
    void add(std::uint32_t one);
    void add(const SchemaPlace& other);
};

/// What a dialect's schema lets stand in its messages, gone down by the partner's names.
///
/// Names are the keys of a Vocabulary. Made with the schema and shared by the maps that name it: what was looked up
/// once is kept, so it is for one thread.
class SchemaPlaces {
public:
    virtual ~SchemaPlaces() = default;

    /// The message itself. Of XML the root stands below it; of JSON it is the value at the top. `holds`: as below.
    virtual SchemaPlace message(const std::vector<ast::Predicate>& holds) = 0;
    /// What stands directly below; no place where the schema allows nothing of this name. `holds`: what the map asks of
    /// it, which may tell the kinds of a `oneOf` apart.
    virtual SchemaPlace below(const SchemaPlace& place, std::string_view key,
                              const std::vector<ast::Predicate>& holds) = 0;
    /// Without what stands there only because a message names a type that derives from the declared one: xsi:type.
    virtual SchemaPlace declared(const SchemaPlace& place) = 0;
    /// What stands anywhere under this name.
    virtual SchemaPlace named(std::string_view key) = 0;
    /// The names of what may stand directly below, or anywhere. A name may be there twice.
    virtual std::vector<std::string_view> keys(const SchemaPlace& place) = 0;
    virtual std::vector<std::string_view> keys() = 0;
    /// Whether something may stand directly below that the schema does not name.
    virtual bool leaves_open(const SchemaPlace& place) = 0;
    /// Whether a text may stand there, beside what stands below it.
    virtual bool has_text(const SchemaPlace& place) = 0;
    /// The only texts that may stand there; empty: any.
    virtual std::vector<std::string_view> values(const SchemaPlace& place) = 0;
};

std::unique_ptr<SchemaPlaces> places_of(std::shared_ptr<const xml::Schema> schema);
std::unique_ptr<SchemaPlaces> places_of(std::shared_ptr<const JsonSchema> schema);

}  // namespace haven
