#include "adapters/builtin.h"

#include <array>

#include "adapters/housing_rest/adapter.h"
#include "adapters/light_partner/adapter.h"
#include "adapters/police_import/adapter.h"
#include "adapters/sftp_drop/adapter.h"

namespace haven {

std::span<const sdk::Declaration* const> builtin_adapters() {
    static constexpr std::array all{
        &housing_rest::declaration,
        &light_partner::declaration,
        &police_import::declaration,
        &sftp_drop::declaration,
    };
    return all;
}

}  // namespace haven
