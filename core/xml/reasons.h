#pragma once
#include "core/base/reason.h"

namespace haven::xml {

/// What was expected, for an error code of Xerces. Its own message is never used: it quotes the document.
Reason reason_malformed(unsigned code);  ///< of XMLErrs: not well-formed
Reason reason_invalid(unsigned code);    ///< of XMLValid: not as the schema says
Reason reason_bytes(unsigned code);      ///< of XMLExcepts, met while reading: bytes that do not decode, an early end
Reason reason_value(unsigned code);      ///< of XMLExcepts, met while validating: a value that is not of its type

}  // namespace haven::xml
