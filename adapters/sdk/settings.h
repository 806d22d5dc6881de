#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace haven::sdk {

enum class SettingKind : std::uint8_t {
    text,      ///< as written
    integer,   ///< a whole number from 0
    duration,  ///< "250ms", "20s", "15m", "2h"; over nothing, at most a day
    url,       ///< https://host[:port]/path or sftp://host[:port]/absolute/folder; no user, password or query
    path,      ///< a file or folder of this machine; relative to the site's folder
    secret,    ///< the path of a file that only the hub's user may read; never the secret itself
    boolean,   ///< "yes" or "no"
};

/// One setting of an adapter, as the site's files name it.
struct Setting {
    const char* name;
    SettingKind kind;
    const char* standard;  ///< the default, "" for none; null where the site must say
    const char* meaning;   ///< one line for the reference page
};

/// The values of one partner's adapter: every declared setting, checked by its kind, and no other.
///
/// Asking for a name or kind that was not declared is a defect of the adapter and ends the process.
class Settings {
public:
    /// Checks what a site gave against what an adapter declares. `base` is the folder that paths start from.
    ///
    /// Errors: malformed at the field - unknown name, missing value, or text that does not fit the kind.
    static Result<Settings> check(std::span<const Setting> declared, const std::map<std::string, std::string>& given,
                                  std::string_view base);

    const std::string& text(std::string_view name) const;  ///< of kind text, url, path
    std::int64_t integer(std::string_view name) const;
    std::chrono::milliseconds duration(std::string_view name) const;
    bool boolean(std::string_view name) const;
    /// Where a setting stands, for the errors that only its adapter can find.
    Place place(std::string_view name) const;
    /// The bytes of the secret's file, without a last newline.
    ///
    /// Errors: refused - group or others may read or write the file, or it belongs to somebody else; missing - there is
    /// none; too_large - over 64 KiB.
    Result<std::string> secret(std::string_view name) const;
    /// The path of the secret's file after the same check, for libraries that read it themselves.
    Result<std::string> secret_file(std::string_view name) const;

private:
    struct Value {
        SettingKind kind;
        std::string text;
    };
    const Value& value(std::string_view name, SettingKind kind) const;
    std::map<std::string, Value, std::less<>> values_;
};

}  // namespace haven::sdk
