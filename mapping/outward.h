#pragma once
#include <memory>

#include "core/agreement/guard.h"
#include "mapping/map.h"

namespace haven {

/// Writes a disclosure in its recipient's own format. There is no other way from a record to bytes for a partner.
class OutwardMap {
public:
    /// `map` must outlive it.
    explicit OutwardMap(const Map& map) : map_(map) {}

    /// A disclosure of the hub's own version is said in the map's first.
    ///
    /// Errors: unmapped at the field - a code or an instance that the map has no line for; malformed - a field that
    /// the partner requires has no value.
    Result<Outgoing> write(Disclosure disclosure) const;

private:
    Result<std::string> bytes(const Document& document) const;
    const Map& map_;
};

}  // namespace haven
