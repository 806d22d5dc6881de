#pragma once
#include <string>

#include "core/agreement/disclosure.h"
#include "core/base/cleared.h"

namespace haven {

/// A disclosure written in the recipient's own format, on its way to the guard. Only outward maps make one.
class Outgoing {
public:
    const Disclosure& disclosure() const { return disclosure_; }
    std::string_view bytes() const { return bytes_; }
    std::string_view media_type() const { return media_type_; }

private:
    friend class OutwardMap;
    friend class Guard;
    Outgoing(Disclosure disclosure, std::string media_type, std::string bytes)
        : disclosure_(std::move(disclosure)), media_type_(std::move(media_type)), bytes_(std::move(bytes)) {}
    Disclosure disclosure_;
    std::string media_type_;
    std::string bytes_;
};

/// The last decision before bytes leave, with the facts of that moment. The rules of the whole (`refuses`) are asked
/// again; each contact point and place is judged by what was told, not by why `disclose` let it through.
class Guard {
public:
    /// How long a decision may wait for its first byte.
    static constexpr std::chrono::milliseconds valid_ms{2'000};

    /// `file_name` must be made of the hub's own ids.
    static tl::expected<Cleared, Refusal> clear(Outgoing outgoing, const Facts& facts, std::string file_name,
                                                Instant now);
};

}  // namespace haven
