#include "adapters/sdk/settings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "core/base/encoding.h"
#include "core/base/log.h"

namespace haven::sdk {
namespace {

constexpr std::size_t text_bytes_max = 1024;
constexpr std::size_t secret_bytes_max = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds duration_max = std::chrono::hours(24);

[[noreturn]] void end_at_undeclared() {
    log(LogLevel::alarm, "an adapter asked for a setting that it does not declare");
    std::abort();
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < 0) { return std::nullopt; }
    return n;
}

std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto n = number(text.substr(0, digits));
    const auto unit = text.substr(digits);
    const std::int64_t unit_ms = unit == "ms"  ? 1
                                 : unit == "s" ? 1'000
                                 : unit == "m" ? 60'000
                                 : unit == "h" ? 3'600'000
                                               : 0;
    if (!n || *n == 0 || unit_ms == 0 || *n > duration_max.count() / unit_ms) { return std::nullopt; }
    return std::chrono::milliseconds(*n * unit_ms);
}

bool is_one_line(std::string_view text) {
    return text.size() <= text_bytes_max && is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

bool only(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [more](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               more.find(c) != std::string_view::npos;
    });
}

bool is_port(std::string_view text) {
    const auto n = number(text);
    return n && *n > 0 && *n < 65536 && text.size() <= 5;
}

bool is_host_and_port(std::string_view text) {
    const bool literal = text.starts_with('[');  // an IPv6 address. Source: RFC 3986, section 3.2.2
    const auto end = literal ? text.find(']') : text.find(':');
    if (literal && end == std::string_view::npos) { return false; }
    const auto host = text.substr(literal ? 1 : 0, literal ? end - 1 : end);
    const auto rest = end == std::string_view::npos ? std::string_view() : text.substr(end + (literal ? 1 : 0));
    return !host.empty() && only(host, literal ? ":." : "-.") &&
           (rest.empty() || (rest[0] == ':' && is_port(rest.substr(1))));
}

// Fewer characters than RFC 3986 allows: no escape, query, fragment, user or dot segment, so that an address means the
// same to every reader of it.
bool is_url(std::string_view text) {
    constexpr std::string_view schemes[] = {"https://", "sftp://"};
    const auto* const scheme =
        std::find_if(std::begin(schemes), std::end(schemes), [&](std::string_view s) { return text.starts_with(s); });
    if (scheme == std::end(schemes) || text.size() > text_bytes_max) { return false; }
    text.remove_prefix(scheme->size());
    const auto slash = std::min(text.find('/'), text.size());
    const auto path = text.substr(slash);
    return is_host_and_port(text.substr(0, slash)) && only(path, "-_./") && path.find("//") == std::string_view::npos &&
           path.find("/.") == std::string_view::npos;
}

// Why a text does not fit its kind; nothing where it does.
std::optional<Reason> misfit(SettingKind kind, std::string_view text) {
    switch (kind) {
        case SettingKind::text:
            if (is_one_line(text)) { return std::nullopt; }
            return Reason("expected one line of at most ", text_bytes_max, " bytes");
        case SettingKind::integer:
            if (number(text)) { return std::nullopt; }
            return Reason("expected a whole number from 0");
        case SettingKind::duration:
            if (duration_of(text)) { return std::nullopt; }
            return Reason("expected a number over 0 and ms, s, m or h, at most a day");
        case SettingKind::url:
            if (is_url(text)) { return std::nullopt; }
            return Reason("expected https:// or sftp://, a host and a plain path; no user, password or query");
        case SettingKind::path:
        case SettingKind::secret:
            if (is_one_line(text)) { return std::nullopt; }
            return Reason("expected the path of a file or folder");
        case SettingKind::boolean:
            if (text == "yes" || text == "no") { return std::nullopt; }
            return Reason("expected yes or no");
    }
    return Reason("expected a known kind of setting");
}

class OpenFile {
public:
    explicit OpenFile(const std::string& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (fd_ >= 0) { ::close(fd_); }
    }
    int fd() const { return fd_; }

private:
    int fd_;
};

Result<std::string> read_secret(const std::string& path) {
    const OpenFile file(path);
    struct stat is {};
    if (file.fd() < 0 || ::fstat(file.fd(), &is) != 0) { return fail(Fault::missing, "no such file for this secret"); }
    if (!S_ISREG(is.st_mode)) { return fail(Fault::refused, "expected a file for this secret"); }
    if ((is.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(Fault::refused, "expected a file that only its owner may read or write");
    }
    if (is.st_uid != ::geteuid() && is.st_uid != 0) {
        return fail(Fault::refused, "expected a file that belongs to the hub's user or to root");
    }
    if (static_cast<std::size_t>(is.st_size) > secret_bytes_max) {
        return fail(Fault::too_large, Reason("expected a secret of at most ", secret_bytes_max, " bytes"));
    }
    std::string bytes(static_cast<std::size_t>(is.st_size), '\0');
    if (::pread(file.fd(), bytes.data(), bytes.size(), 0) != is.st_size) {
        return fail(Fault::missing, "the file of this secret could not be read");
    }
    if (bytes.ends_with('\n')) { bytes.pop_back(); }
    return bytes;
}

}  // namespace

Result<Settings> Settings::check(std::span<const Setting> declared, const std::map<std::string, std::string>& given,
                                 std::string_view base) {
    for (const auto& each : given) {
        const auto& name = each.first;
        if (std::none_of(declared.begin(), declared.end(), [&](const Setting& s) { return s.name == name; })) {
            return fail(
                Error{Fault::malformed, "this adapter has no such setting", {}}.at(Place::field(Name::declare(name))));
        }
    }
    Settings settings;
    for (const auto& setting : declared) {
        const auto at = Place::field(Name::declare(setting.name));
        const auto found = given.find(setting.name);
        if (found == given.end() && setting.standard == nullptr) {
            return fail(Error{Fault::malformed, "this setting must be given", {}}.at(at));
        }
        std::string text = found == given.end() ? setting.standard : found->second;
        const bool none = text.empty() && setting.standard != nullptr && *setting.standard == '\0';
        const bool empty = text.empty() && !none;
        if (empty) { return fail(Error{Fault::malformed, "this setting must not be empty", {}}.at(at)); }
        const auto why = none ? std::nullopt : misfit(setting.kind, text);
        if (why) { return fail(Error{Fault::malformed, *why, {}}.at(at)); }
        const bool is_file = setting.kind == SettingKind::path || setting.kind == SettingKind::secret;
        if (is_file && !none && text.front() != '/') { text.insert(0, std::string(base) + "/"); }
        settings.values_.emplace(setting.name, Value{setting.kind, std::move(text)});
    }
    return settings;
}

const std::string& Settings::text(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) { end_at_undeclared(); }
    const auto kind = found->second.kind;
    if (kind != SettingKind::text && kind != SettingKind::url && kind != SettingKind::path) { end_at_undeclared(); }
    return found->second.text;
}

std::int64_t Settings::integer(std::string_view name) const {
    return number(value(name, SettingKind::integer).text).value_or(0);
}

std::chrono::milliseconds Settings::duration(std::string_view name) const {
    return duration_of(value(name, SettingKind::duration).text).value_or(std::chrono::milliseconds::zero());
}

bool Settings::boolean(std::string_view name) const {
    return value(name, SettingKind::boolean).text == "yes";
}

Place Settings::place(std::string_view name) const {
    if (values_.find(name) == values_.end()) { end_at_undeclared(); }
    return Place::field(Name::declare(name));
}

Result<std::string> Settings::secret(std::string_view name) const {
    auto bytes = read_secret(value(name, SettingKind::secret).text);
    if (!bytes) { return fail(std::move(bytes).error().at(place(name))); }
    return bytes;
}

Result<std::string> Settings::secret_file(std::string_view name) const {
    if (auto bytes = secret(name); !bytes) { return fail(std::move(bytes).error()); }
    return value(name, SettingKind::secret).text;
}

const Settings::Value& Settings::value(std::string_view name, SettingKind kind) const {
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.kind != kind) { end_at_undeclared(); }
    return found->second;
}

}  // namespace haven::sdk
