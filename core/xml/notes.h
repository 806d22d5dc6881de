#pragma once
#include <map>
#include <string>
#include <tuple>
#include <xercesc/framework/psvi/XSAnnotation.hpp>

#include "core/base/result.h"
#include "core/xml/schema.h"

namespace haven::xml {

/// What the annotations of a schema's files say. Xerces keeps each as text that would have to be parsed again one by
/// one, and gives those of an enumeration without their values, so each file is read once more, for all of them
/// together.
class Notes {
public:
    /// Takes in a schema file. What the Reader refuses in any document it refuses here too.
    Result<void> add(const std::string& file, std::string_view text);
    /// An annotation with all that it says; null says nothing.
    const Note& of(const xercesc::XSAnnotation* annotation) const;
    /// The value of an enumeration that the annotation stands at, or "" where it stands at none.
    std::string_view value_at(const xercesc::XSAnnotation& annotation) const;

private:
    using Spot = std::tuple<std::string, std::int64_t, std::int64_t>;  // file, line, column
    struct Found {
        Note note;
        std::string value;
    };
    const Found& found(const xercesc::XSAnnotation& annotation) const;
    std::map<Spot, Found> found_;
};

}  // namespace haven::xml
