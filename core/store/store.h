#pragma once
#include <span>

#include "core/store/engine/migration.h"

namespace haven::store {

/// Every step in the life of the hub's tables, from core/store/migrations.
std::span<const Migration> migrations();

}  // namespace haven::store
