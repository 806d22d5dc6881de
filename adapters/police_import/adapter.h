#pragma once
#include "adapters/sdk/adapter.h"

/// A folder of this machine into which a force's system writes its exports. README.md says when a file counts as whole.
namespace haven::police_import {

extern const sdk::Declaration declaration;

}  // namespace haven::police_import
