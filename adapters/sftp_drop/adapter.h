#pragma once
#include "adapters/sdk/adapter.h"

/// A partner's folder on its SFTP server: messages are dropped as files, answer files are collected. What each side may
/// rely on stands in README.md beside this file.
namespace haven::sftp_drop {

extern const sdk::Declaration declaration;

}  // namespace haven::sftp_drop
