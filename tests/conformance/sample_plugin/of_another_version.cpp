// A plug-in that was built against a later SDK: the hub must say so before it looks at anything else of it.
#include "adapters/sdk/adapter.h"

extern "C" const haven::sdk::PlugIn* haven_adapter() {
    static const haven::sdk::PlugIn plugin{haven::sdk::version + 1, nullptr};
    return &plugin;
}
