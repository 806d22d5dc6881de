#include "tests/hub/http/certificates.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace haven::http::test {

std::string output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) { throw std::runtime_error("no shell"); }
    std::string out;
    std::array<char, 4096> piece{};
    while (const auto n = std::fread(piece.data(), 1, piece.size(), pipe)) { out.append(piece.data(), n); }
    if (::pclose(pipe) != 0) { throw std::runtime_error("a command of the test failed"); }
    return out;
}

Certificates::Certificates() {
    std::string name = std::filesystem::temp_directory_path() / "haven-certificates-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) { throw std::runtime_error("no temporary folder"); }
    folder_ = name;
    output_of(std::string(HAVEN_SOURCE_DIR) + "/tests/hub/http/make_certificates '" + name + "' 2>&1");
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace haven::http::test
