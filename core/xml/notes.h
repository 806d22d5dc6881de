#pragma once
#include <map>
#include <string>
#include <tuple>
#include <xercesc/framework/psvi/XSAnnotation.hpp>

#include "core/base/result.h"
#include "core/xml/schema.h"

namespace haven::xml {

/// An annotation with all that it says; null says nothing.
Note read_note(const xercesc::XSAnnotation* annotation);

/// Which value of an enumeration an annotation stands at. Xerces gives the annotations of an enumeration without their
/// values, so each file is read once more for the places where they stand.
class ValueNotes {
public:
    /// Takes in a schema file. What the Reader refuses in any document it refuses here too.
    Result<void> add(const std::string& file, std::string_view text);
    /// The value, or "" where the annotation stands at none.
    std::string_view value_at(const xercesc::XSAnnotation& annotation) const;

private:
    using Spot = std::tuple<std::string, std::int64_t, std::int64_t>;  // file, line, column
    std::map<Spot, std::string> values_;
};

}  // namespace haven::xml
