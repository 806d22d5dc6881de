#include "core/store/store.h"

std::span<const haven::store::Migration> haven_migrations();

namespace haven::store {

std::span<const Migration> migrations() {
    return haven_migrations();
}

}  // namespace haven::store
