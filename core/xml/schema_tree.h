#pragma once
#include <vector>
#include <xercesc/framework/psvi/XSModel.hpp>

#include "core/xml/notes.h"

namespace haven::xml {

struct SchemaTree {
    std::vector<TypeDefinition> types;
    std::vector<ElementDeclaration> elements;
};

/// The plain trees of a compiled schema.
SchemaTree read_tree(xercesc::XSModel& model, const Notes& notes);

}  // namespace haven::xml
