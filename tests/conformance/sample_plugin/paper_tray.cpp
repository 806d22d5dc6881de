#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>

#include "adapters/sdk/adapter.h"

namespace paper_tray {
namespace {

using namespace haven::sdk;
using haven::Cleared;
using haven::Clock;
using haven::Result;

constexpr std::array settings{
    Setting{"folder", SettingKind::path, nullptr, "where a person prints from"},
};

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Writes beside the tray's name and links then, because a link is never made over a file that is there.
class PaperTray : public Sink {
public:
    PaperTray(std::string folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}

    Delivery send(const Cleared& message, std::string_view /*key*/) override {
        const auto bytes = message.bytes(clock_.now());
        if (!bytes) { return Unreachable{bytes.error().reason}; }
        const auto whole = folder_ + "/" + std::string(message.file_name());
        const auto part = whole + ".part";
        std::ofstream file(part, std::ios::binary | std::ios::trunc);
        file << *bytes << std::flush;
        const bool linked = file.good() && ::link(part.c_str(), whole.c_str()) == 0;
        const bool cleared_away = ::unlink(part.c_str()) == 0;
        if (linked || (cleared_away && bytes_of(whole) == *bytes)) { return Accepted{}; }
        if (::access(whole.c_str(), F_OK) == 0) { return Rejected{"another paper of this name lies in the tray"}; }
        return Unreachable{"the tray cannot be written to"};
    }

    std::optional<Delivery> ask(std::string_view /*key*/, std::string_view file_name) override {
        if (::access((folder_ + "/" + std::string(file_name)).c_str(), F_OK) == 0) { return Accepted{}; }
        return Unreachable{"no such paper lies in the tray"};
    }

private:
    std::string folder_;
    const Clock& clock_;
};

Result<std::unique_ptr<Sink>> make_sink(const Settings& given, const Environment& environment) {
    return std::make_unique<PaperTray>(given.text("folder"), *environment.clock);
}

Result<void> self_test(const Settings& given, const Environment& /*environment*/) {
    if (::access(given.text("folder").c_str(), W_OK) == 0) { return {}; }
    return haven::fail(haven::Fault::missing, "the tray cannot be written to");
}

const Declaration declaration{
    .name = "paper_tray",
    .summary = "Puts messages into a folder from which a person prints them.",
    .settings = settings,
    .posture = Posture::local_files,
    .in_flight = 1,
    .make_sink = make_sink,
    .make_source = nullptr,
    .self_test = self_test,
};

}  // namespace
}  // namespace paper_tray

extern "C" const haven::sdk::PlugIn* haven_adapter() {
    static constexpr haven::sdk::PlugIn plugin{haven::sdk::version, &paper_tray::declaration};
    return &plugin;
}
