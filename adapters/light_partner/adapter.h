#pragma once
#include "adapters/sdk/adapter.h"

/// A partner without a system: it reads what it is offered, and answers, at the hub's own HTTP door.
namespace haven::light_partner {

extern const sdk::Declaration declaration;

}  // namespace haven::light_partner
