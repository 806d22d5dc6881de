#include "hub/plugins/plugins.h"

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace haven {
namespace {

constexpr const char* entry_point = "haven_adapter";
constexpr std::size_t plugins_max = 64;

// A sticky folder (/tmp) lets nobody rename or remove what is ours in it.
bool only_we_may_change(const std::filesystem::path& path) {
    struct stat is {};
    if (::lstat(path.c_str(), &is) != 0 || (is.st_uid != 0 && is.st_uid != ::geteuid())) { return false; }
    const bool others_write = (is.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky_folder = S_ISDIR(is.st_mode) && (is.st_mode & S_ISVTX) != 0;
    return !others_write || sticky_folder;
}

bool only_we_may_change_all_above(std::filesystem::path path) {
    for (; path.has_relative_path(); path = path.parent_path()) {
        if (!only_we_may_change(path)) { return false; }
    }
    return only_we_may_change(path);
}

bool is_adapter_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<const sdk::Declaration*> check(const sdk::PlugIn* plugin) {
    if (plugin == nullptr) { return fail(Fault::refused, "the plug-in answers nothing"); }
    if (plugin->sdk_version != sdk::version) {
        return fail(Fault::refused, Reason("the hub speaks version ", sdk::version,
                                           " of the adapter SDK, this plug-in ", plugin->sdk_version));
    }
    const auto* declared = plugin->declaration;
    if (declared == nullptr || declared->name == nullptr || !is_adapter_name(declared->name) ||
        declared->summary == nullptr || declared->self_test == nullptr || declared->in_flight < 1 ||
        (declared->make_sink == nullptr && declared->make_source == nullptr)) {
        return fail(Fault::refused, "the plug-in's declaration is incomplete");
    }
    return declared;
}

Result<const sdk::Declaration*> load_one(const std::filesystem::path& path) {
    struct stat is {};
    if (::lstat(path.c_str(), &is) != 0 || !S_ISREG(is.st_mode) || !only_we_may_change(path)) {
        return fail(Fault::refused, "expected a file that only root or the hub's user may write to");
    }
    try {
        Poco::SharedLibrary library;  // its end does not unload
        library.load(path, Poco::SharedLibrary::SHLIB_LOCAL);
        if (!library.hasSymbol(entry_point)) { return fail(Fault::refused, "expected a plug-in with a haven_adapter"); }
        using Entry = const sdk::PlugIn* (*)();
        return check(reinterpret_cast<Entry>(library.getSymbol(entry_point))());
    } catch (const Poco::Exception&) { return fail(Fault::refused, "the file cannot be loaded as a plug-in"); }
}

}  // namespace

Result<std::vector<const sdk::Declaration*>> load_plugins(const std::string& folder,
                                                          std::span<const sdk::Declaration* const> known) {
    std::error_code error;
    const auto root = std::filesystem::canonical(folder, error);
    if (error || !std::filesystem::is_directory(root, error)) {
        return fail(Fault::missing, "no such folder of plug-ins");
    }
    if (!only_we_may_change_all_above(root)) {
        return fail(Fault::refused, "expected a folder of plug-ins that only root or the hub's user may write to");
    }
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".so") { files.push_back(at->path()); }
    }
    if (error) { return fail(Fault::missing, "the folder of plug-ins cannot be read"); }
    if (files.size() > plugins_max) {
        return fail(Fault::too_large, Reason("expected at most ", plugins_max, " plug-ins"));
    }
    std::sort(files.begin(), files.end());

    std::vector<const sdk::Declaration*> loaded;
    for (const auto& file : files) {
        auto place = Place::file(Name::declare(file.filename().string()));
        const auto plugin = load_one(file);
        if (!plugin) { return fail(Error(plugin.error()).at(place)); }
        const auto has_its_name = [&](const auto* other) { return std::string_view(other->name) == (*plugin)->name; };
        if (std::any_of(known.begin(), known.end(), has_its_name) ||
            std::any_of(loaded.begin(), loaded.end(), has_its_name)) {
            return fail(Error{Fault::refused, "another adapter has this plug-in's name", {}}.at(place));
        }
        loaded.push_back(*plugin);
    }
    return loaded;
}

}  // namespace haven
