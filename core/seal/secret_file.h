#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace haven {

/// Where this start's secrets lie: systemd's credential folder ($CREDENTIALS_DIRECTORY) where there is one, else
/// `otherwise`. The variable names a folder and is itself no secret.
std::filesystem::path secrets_folder(const std::filesystem::path& otherwise);

/// Reads a file that its owner alone may read. The caller wipes the text (`wipe`) once it is used.
///
/// Errors: missing     - no such file.
///         refused     - a link or no regular file, readable or writable by group or others, or owned by another user
///                       than this process's or root.
///         too_large   - over `bytes_max`.
///         unreachable - the disk does not answer.
Result<std::string> read_secret_file(const std::filesystem::path& path, std::size_t bytes_max);

/// Overwrites a secret file with zeros, durably, and removes it. On disks that write elsewhere (flash, copy-on-write
/// file systems) old blocks may outlive it: such a disk must be sealed as a whole. Errors: missing; unreachable - it
/// cannot be written or removed.
Result<void> destroy_secret_file(const std::filesystem::path& path);

/// Makes a new file that its owner alone may read (0400), durably: the file and its folder are synced before this
/// returns. A crash in between leaves a file of another size, which no reader here accepts.
/// Errors: conflict - the file exists already; unreachable - the disk does not answer.
Result<void> write_new_secret_file(const std::filesystem::path& path, std::string_view text);

/// Which file an error speaks of: its name without its folder. What a site calls its secret files is no secret.
Place place_of(const std::filesystem::path& file);

/// Overwrites a secret in memory, however the compiler optimises.
void wipe(std::string& secret);

}  // namespace haven
