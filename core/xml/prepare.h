#pragma once
#include <xercesc/framework/XMLGrammarPool.hpp>

namespace haven::xml {

/// Makes a pool safe for many threads, which locking it alone does not (shown with Helgrind). What Xerces builds when
/// it is first needed, without a lock, is built now: content models, and the tables of character classes in patterns.
///
/// A list remembers the value that it checks, and for its length and its values reads it again, whichever thread's it
/// is by then. So a list that requires one item no longer does, and Schema refuses lists with other such facets.
void prepare(xercesc::XMLGrammarPool& pool);

/// The same for the standard's own types, which all schemas share. Once, before any schema is loaded.
void prepare_standard_types();

}  // namespace haven::xml
