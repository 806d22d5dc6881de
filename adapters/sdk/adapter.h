#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sdk/delivery.h"
#include "adapters/sdk/plain_name.h"
#include "adapters/sdk/settings.h"
#include "core/base/byte_source.h"
#include "core/base/cleared.h"
#include "core/base/instant.h"

/// What a plug-in includes, and all of it: how bytes move to and from one kind of partner system.
///
/// An adapter gets bytes and knows nothing of records, agreements or maps. Its objects are used by one thread at a
/// time; a call may block, but never longer than the limits that its declaration names.
namespace haven::sdk {

/// Grows when anything in this folder changes shape. A plug-in of another version is not loaded.
inline constexpr int version = 2;

/// What the hub lends an adapter for its life.
struct Environment {
    Name partner;        ///< whom it serves
    const Clock* clock;  ///< the only source of time
};

/// Takes messages to a partner.
class Sink {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// Sends one message. `key` is the same for every repeat of it and names no person (`is_key`).
    ///
    /// Nothing is retried inside; the answer says what the hub may do next. The same message sent again under the same
    /// key and file name is one effect at the partner: each adapter's README says what the partner does for that.
    virtual Delivery send(const Cleared& message, std::string_view key) = 0;

    /// Asks the partner what became of a message of unknown fate: Accepted - it is there; Unreachable - it is not
    /// there; Unknown - no clear answer now. Nothing where the partner can never say. Bytes that were under way can
    /// still come after an Unreachable: a message that is not sent again is recalled all the same.
    virtual std::optional<Delivery> ask(std::string_view /*key*/, std::string_view /*file_name*/) {
        return std::nullopt;
    }
};

/// One message that waits at a partner or in its folder.
struct Arrival {
    std::string token;  ///< the adapter's own word for it, given back in acknowledge and receipt; outlives restarts
    std::string media_type;  ///< "text/csv"
    /// Read to its end before acknowledge. If its reading fails, what was read of it is worth nothing.
    std::unique_ptr<ByteSource> body;
};

/// Brings messages from a partner. The hub acknowledges after its commit and never before; a message that was read
/// and not acknowledged is there again at the next read.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// The first message that waits, or nothing when none does.
    virtual Result<std::optional<Arrival>> read() = 0;
    /// How many files lie there that look like messages and are none that the hub takes: by name, by kind or by size,
    /// or because nothing says that they are whole. As of the last read; the hub tells a person where that lasts.
    virtual std::int64_t passed_over() const { return 0; }
    /// The hub holds the message: take it out of the way. Acknowledging twice is no error.
    ///
    /// Errors: conflict - what waits under the token is no longer what was read; it will be read as a new message.
    virtual Result<void> acknowledge(std::string_view token) = 0;
    /// What became of every record of it, as JSON without personal data. Adapters that cannot carry it drop it.
    virtual Result<void> receipt(std::string_view /*token*/, std::string_view /*json*/) { return {}; }
};

/// How far the adapter's own transport protects what it carries; shown to the people who sign the agreement.
enum class Posture : std::uint8_t {
    hardened,     ///< authenticated and encrypted both ways, with pinned identities
    local_files,  ///< a folder of this machine; protection is the folder's rights
    hub_door,     ///< moves nothing by itself: the partner comes to the hub's own HTTP door
};

/// What an adapter is, declared once: the same declaration checks the site's files, makes the reference page and
/// builds the adapter.
struct Declaration {
    const char* name;     ///< "housing_rest"
    const char* summary;  ///< one sentence
    std::span<const Setting> settings;
    Posture posture;
    int in_flight = 1;  ///< how many sends may be under way at once

    /// Make the parts. The function is null where the adapter never has such a part; what it makes is null where these
    /// settings ask for none. Settings fit their kinds already; what only the adapter can judge (an unusable key, a
    /// folder that is not there) is an error here, before anything is sent.
    Result<std::unique_ptr<Sink>> (*make_sink)(const Settings&, const Environment&) = nullptr;
    Result<std::unique_ptr<Source>> (*make_source)(const Settings&, const Environment&) = nullptr;
    /// Tries the way to the partner without sending anything about a person.
    Result<void> (*self_test)(const Settings&, const Environment&) = nullptr;
};

/// What a plug-in's one function, `extern "C" const haven::sdk::PlugIn* haven_adapter()`, answers. The version is read
/// before anything else is looked at, so this struct never changes.
struct PlugIn {
    int sdk_version;
    const Declaration* declaration;
};

}  // namespace haven::sdk
