#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace haven::xml::test {

/// A folder of files, removed at the end.
class Folder {
public:
    Folder() { std::filesystem::create_directories(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }

    /// Writes a file; `body` is wrapped as a schema of `space` unless it is XML already.
    void add(const std::string& name, std::string_view body, std::string_view space = "urn:t") const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream out(path / name);
        if (body.starts_with("<?") || body.starts_with("<!")) {
            out << body;
            return;
        }
        out << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' elementFormDefault='qualified'";
        if (!space.empty()) { out << " targetNamespace='" << space << "' xmlns:t='" << space << "'"; }
        out << ">" << body << "</xs:schema>";
    }

    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("haven-xml-" + std::to_string(::getpid()));
};

}  // namespace haven::xml::test
