#include "adapters/transport/outgoing.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

namespace haven::transport {

bool Outgoing::clear() {
    auto bytes = message_.bytes(clock_.now());
    if (!bytes) {
        refusal_ = bytes.error().reason;
        return false;
    }
    if (bytes->empty()) {
        refusal_ = Reason("expected a message that is not empty");
        return false;
    }
    rest_ = *bytes;
    return true;
}

std::size_t Outgoing::give(char* into, std::size_t size, std::size_t count, void* self) {
    auto& outgoing = *static_cast<Outgoing*>(self);
    if (!outgoing.left_ && !outgoing.clear()) { return CURL_READFUNC_ABORT; }
    outgoing.left_ = true;
    const auto n = std::min(outgoing.rest_.size(), size * count);
    std::memcpy(into, outgoing.rest_.data(), n);
    outgoing.rest_.remove_prefix(n);
    return n;
}

}  // namespace haven::transport
