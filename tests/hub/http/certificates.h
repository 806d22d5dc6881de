#pragma once
#include <filesystem>
#include <string>

namespace haven::http::test {

/// What `make_certificates` makes, in a temporary folder that goes with this object.
class Certificates {
public:
    Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    ~Certificates();

    std::string certificate(const std::string& name) const { return folder_ / (name + ".crt"); }
    std::string key(const std::string& name) const { return folder_ / (name + ".key"); }
    std::filesystem::path folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

/// What a shell command writes to its output; throws if it fails.
std::string output_of(const std::string& command);

}  // namespace haven::http::test
