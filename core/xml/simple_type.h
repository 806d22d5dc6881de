#pragma once
#include <xercesc/framework/psvi/XSSimpleTypeDefinition.hpp>

#include "core/xml/notes.h"
#include "core/xml/schema.h"

namespace haven::xml {

/// Whether a type is the standard's own.
bool is_standard(xercesc::XSTypeDefinition& type);

/// All of a simple type but its variety and its members, which are other types.
SimpleType read_simple_type(xercesc::XSSimpleTypeDefinition& definition, const Notes& notes);

}  // namespace haven::xml
