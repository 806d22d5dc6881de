#include "adapters/light_partner/adapter.h"

namespace haven::light_partner {
namespace {

using namespace sdk;

// Nothing leaves here, so nothing can be lost: from the moment that the hub records "accepted", the partner's token
// opens the disclosure at the hub's door. That moment is the sending, so the guard's decision must still hold at it.
class LightSink : public Sink {
public:
    explicit LightSink(const Clock& clock) : clock_(clock) {}

    Delivery send(const Cleared& message, std::string_view /*key*/) override {
        const auto bytes = message.bytes(clock_.now());
        if (!bytes) { return Unreachable{bytes.error().reason}; }
        return Accepted{};
    }

private:
    const Clock& clock_;
};

Result<std::unique_ptr<Sink>> make_sink(const Settings& /*given*/, const Environment& environment) {
    return std::make_unique<LightSink>(*environment.clock);
}

Result<void> self_test(const Settings& /*given*/, const Environment& /*environment*/) {
    return {};
}

}  // namespace

const Declaration declaration{
    .name = "light_partner",
    .summary = "Serves a partner without a system: it reads and answers at the hub's own HTTP door.",
    .settings = {},
    .posture = Posture::hub_door,
    .in_flight = 1,
    .make_sink = make_sink,
    .make_source = nullptr,
    .self_test = self_test,
};

}  // namespace haven::light_partner
