#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/adapter.h"
#include "tests/peers/council.h"
#include "tests/peers/line.h"

/// What the conformance tests need of each adapter: a real partner at the far end, which can be told to misbehave and
/// asked what it has. A new adapter comes under every test by one more of these.
namespace haven::conformance {

using Given = std::map<std::string, std::string>;

/// One message of a test.
struct Message {
    std::string key;
    std::string file_name;
    std::string bytes;
};

class FarEnd {
public:
    FarEnd() = default;
    FarEnd(const FarEnd&) = delete;
    FarEnd& operator=(const FarEnd&) = delete;
    virtual ~FarEnd() = default;

    virtual const sdk::Declaration& adapter() const = 0;
    virtual Given settings(const std::string& timeout) = 0;
    /// The line on the way there, which can be cut; none where nothing moves over a network.
    virtual peers::Line* line() { return nullptr; }
    /// How many system calls the tests go on from one kill to the next: more where connecting again costs much.
    virtual int calls_between_kills() const { return 1; }

    /// Whether the partner holds the whole message: the number of effects that it had. Nothing where nothing leaves.
    virtual std::optional<int> effects(const Message& /*message*/) const { return std::nullopt; }
    virtual std::vector<std::string> troubles() const { return {}; }
    virtual void misbehave(const std::string& /*trouble*/, const Message& /*message*/) {}
    virtual void behave() {}

    /// A message waits to be read; messages wait in the order of their names.
    virtual void offer(const std::string& /*name*/, const std::string& /*bytes*/) {}
    /// The partner has begun to write a message and has written this much of it.
    virtual void offer_part(const std::string& /*name*/, const std::string& /*whole*/, std::size_t /*written*/) {}
};

/// Every built-in adapter and the sample plug-in, by name; their partners start when first asked for.
std::vector<std::string> adapters_with_sink();
std::vector<std::string> adapters_with_source();
std::vector<std::string> adapters_over_a_line();  ///< those that say that they are hardened
FarEnd& far_end(const std::string& adapter);

std::unique_ptr<sdk::Sink> new_sink(FarEnd& far, const Clock& clock, const std::string& timeout = "5s");
std::unique_ptr<sdk::Source> new_source(FarEnd& far, const Clock& clock);
/// A message that no other test has.
Message new_message();

/// Does the work in a process of its own and kills that with SIGKILL when the work enters its nth system call (from 1).
/// False if the work came to its end before. `prepare` runs before the count begins.
bool killed_at_call(int nth, const std::function<void()>& prepare, const std::function<void()>& work);

}  // namespace haven::conformance
