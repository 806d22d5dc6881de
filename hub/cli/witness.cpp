#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "core/ledger/witness.h"
#include "hub/cli/run.h"

/// A witness of somebody's ledger, in one folder: its key, and the last checkpoint that it signed.
namespace haven::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* key_file = "witness-signing-key";
constexpr const char* last_file = "last-signed";

// All of it or what was there before, on the disk when this returns: what was signed must never be forgotten.
Result<void> keep(const fs::path& folder, const std::string& text) {
    const auto part = folder / (std::string(last_file) + ".part");
    const auto failed = fail(Fault::unreachable, "the checkpoint cannot be kept: nothing is signed");
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) { return failed; }
    const bool written = ::write(file, text.data(), text.size()) == std::ssize(text) && ::fsync(file) == 0;
    if (::close(file) != 0 || !written) { return failed; }
    std::error_code error;
    fs::rename(part, folder / last_file, error);
    const int around = error ? -1 : ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = around >= 0 && ::fsync(around) == 0;
    if (around >= 0) { (void)::close(around); }
    if (!synced) { return failed; }
    return {};
}

// None only where there is no such file: one that does not read is not taken for none.
Result<std::optional<ledger::SignedCheckpoint>> last_signed(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder / last_file, error) && !error) { return std::nullopt; }
    const auto text = read_file(folder / last_file, ledger::SignedCheckpoint::note_bytes_max);
    if (!text) { return fail(text.error()); }
    auto note = ledger::SignedCheckpoint::parse(*text);
    if (!note) { return fail(std::move(note).error()); }
    return std::optional(std::move(*note));
}

}  // namespace

int ledger_witness_key(const Call& call) {
    if (call.arguments.size() != 2) { return usage("ledger witness-key"); }
    const fs::path folder = call.arguments[0];
    std::error_code error;
    fs::create_directories(folder, error);
    const auto key = SigningKey::random(call.arguments[1]);
    if (!key) { return failed(key.error()); }
    if (const auto saved = key->save(folder / key_file); !saved) { return failed(saved.error()); }
    std::cout << key->public_key().text() << "\n";
    return exit_ok;
}

int ledger_witness(const Call& call) {
    if (call.arguments.size() != 3) { return usage("ledger witness"); }
    const fs::path folder = call.arguments[0];
    const auto key = SigningKey::load(folder / key_file);
    if (!key) { return failed(key.error()); }
    const auto log = PublicKey::parse(call.arguments[1]);
    if (!log) { return failed(log.error()); }
    const auto text = read_file(call.arguments[2], ledger::offered_bytes_max);
    if (!text) { return failed(text.error()); }
    const auto offered = ledger::Offered::parse(*text);
    if (!offered) { return failed(offered.error()); }
    const auto last = last_signed(folder);
    if (!last) { return failed(last.error()); }
    const auto made = ledger::countersigned(*offered, *last, *log, *key);
    if (!made) { return failed(made.error()); }
    if (const auto kept = keep(folder, made->text()); !kept) { return failed(kept.error()); }
    std::cout << made->text();
    return exit_ok;
}

}  // namespace haven::cli
