#pragma once
// Xerces types for the files of this folder alone; its public headers are reader.h and schema.h.
#include <cstddef>
#include <string>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/util/PlatformUtils.hpp>

namespace haven::xml {

namespace xerces = xercesc;

/// Starts Xerces once for the process and takes its network away. It is never ended: whatever still reads at exit may.
void start_xerces();

/// Adds UTF-16 to the end of `out` as UTF-8. The parser hands over no unpaired surrogate.
void append_utf8(std::string& out, const XMLCh* text, std::size_t size);
/// The same of a text that ends with a zero; a null pointer is empty.
std::string utf8(const XMLCh* text);
/// UTF-8 as Xerces takes text.
std::u16string utf16(std::string_view text);

/// The grammars of one schema, locked: read by every parser, changed by none.
struct Grammars {
    xerces::XMLGrammarPoolImpl pool;
    const xerces::XMLStringPool* spaces = nullptr;  // the namespaces of the schema, numbered
};

}  // namespace haven::xml
