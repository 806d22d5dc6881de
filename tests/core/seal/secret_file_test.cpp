#include "core/seal/secret_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <latch>
#include <thread>

#include "tests/core/seal/folder.h"

namespace haven {
namespace {

using std::filesystem::perms;
constexpr std::size_t bytes_max = 100;

Fault fault_of(const std::filesystem::path& file) {
    const auto read = read_secret_file(file, bytes_max);
    EXPECT_FALSE(read.has_value());
    return read ? Fault::malformed : read.error().fault;
}

TEST(SecretFile, IsReadWhereItsOwnerAloneMay) {
    const Folder folder;
    EXPECT_EQ(read_secret_file(folder.write("a", "secret", perms::owner_read), bytes_max), "secret");
    EXPECT_EQ(read_secret_file(folder.write("b", "secret", perms::owner_read | perms::owner_write), bytes_max),
              "secret");
}

TEST(SecretFile, IsRefusedWhereOthersMayReadOrWriteIt) {
    const Folder folder;
    for (const auto right : {perms::group_read, perms::group_write, perms::others_read, perms::others_write,
                             perms::others_exec, perms::group_exec}) {
        const auto file = folder.write("secret", "secret", perms::owner_all | right);
        EXPECT_EQ(fault_of(file), Fault::refused) << static_cast<int>(right);
        std::filesystem::remove(file);
    }
}

TEST(SecretFile, SaysWhichFileAndWhatToDoButNothingOfItsText) {
    const Folder folder;
    const auto read = read_secret_file(folder.write("site-key", "hunter2", perms::all), bytes_max);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().message(), "site-key: group or others may use the secret file: chmod it to 0400");
}

TEST(SecretFile, IsRefusedWhereItIsALinkAPipeOrAFolder) {
    const Folder folder;
    const auto real = folder.write("real", "secret", owner_only);
    std::filesystem::create_symlink(real, folder.path() / "link");
    EXPECT_EQ(fault_of(folder.path() / "link"), Fault::refused);
    ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0400), 0);
    EXPECT_EQ(fault_of(folder.path() / "pipe"), Fault::refused);
    EXPECT_EQ(fault_of(folder.path()), Fault::refused);
    EXPECT_EQ(fault_of("/dev/null"), Fault::refused);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = (folder.path() / "socket").string();
    ASSERT_LT(name.size(), sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(fault_of(name), Fault::refused);
    ::close(socket);
}

TEST(SecretFile, IsRefusedWhereItBelongsToAnother) {
    if (::geteuid() != 0) { GTEST_SKIP() << "skipped: only root gives files away"; }
    const Folder folder;
    const auto file = folder.write("secret", "secret", owner_only);
    ASSERT_EQ(::chown(file.c_str(), 12'345, 12'345), 0);
    EXPECT_EQ(fault_of(file), Fault::refused);
}

TEST(SecretFile, IsMissingOrTooLarge) {
    const Folder folder;
    EXPECT_EQ(fault_of(folder.path() / "none"), Fault::missing);
    EXPECT_EQ(fault_of(folder.write("file", "x", owner_only) / "below"), Fault::missing);
    EXPECT_TRUE(read_secret_file(folder.write("full", std::string(bytes_max, 'x'), owner_only), bytes_max));
    EXPECT_EQ(fault_of(folder.write("over", std::string(bytes_max + 1, 'x'), owner_only)), Fault::too_large);
}

TEST(NewSecretFile, IsForItsOwnerAloneWhateverTheMask) {
    const Folder folder;
    const auto before = ::umask(0);
    const auto written = write_new_secret_file(folder.path() / "new", "secret");
    ::umask(before);
    ASSERT_TRUE(written.has_value());
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "new").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0400U);
    EXPECT_EQ(read_secret_file(folder.path() / "new", bytes_max), "secret");
}

TEST(NewSecretFile, NeverReplacesOneThatExists) {
    const Folder folder;
    const auto file = folder.write("old", "first", owner_only);
    const auto written = write_new_secret_file(file, "second");
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().fault, Fault::conflict);
    EXPECT_EQ(Folder::read(file), "first");
    std::filesystem::create_symlink(folder.path() / "nowhere", folder.path() / "link");
    EXPECT_FALSE(write_new_secret_file(folder.path() / "link", "second").has_value());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "nowhere"));
}

TEST(NewSecretFile, IsNotHalfWrittenOnAFullDisk) {
    EXPECT_FALSE(write_new_secret_file("/dev/full/secret", "secret").has_value());
    EXPECT_FALSE(write_new_secret_file(Folder().path() / "gone" / "secret", "secret").has_value());
}

TEST(DestroyedSecretFile, IsMissingForWhoeverWasSlower) {
    const Folder folder;
    for (int round = 0; round < 200; ++round) {
        const auto file = folder.write("key", "secret", owner_only);
        std::latch together(2);
        Result<void> other;
        std::thread destroys([&] {
            together.arrive_and_wait();
            other = destroy_secret_file(file);
        });
        together.arrive_and_wait();
        const auto mine = destroy_secret_file(file);
        destroys.join();
        EXPECT_TRUE(mine || other);
        for (const auto& done : {mine, other}) { EXPECT_TRUE(done || done.error().fault == Fault::missing); }
        EXPECT_FALSE(std::filesystem::exists(file));
    }
}

TEST(SecretsFolder, IsSystemdsWhereThereIsOne) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_EQ(secrets_folder("/etc/haven/secrets"), "/etc/haven/secrets");
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/haven.service", 1);
    EXPECT_EQ(secrets_folder("/etc/haven/secrets"), "/run/credentials/haven.service");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST(Wipe, LeavesNothing) {
    std::string secret(64, 's');
    const auto* where = secret.data();
    wipe(secret);
    EXPECT_TRUE(secret.empty());
    EXPECT_EQ(std::count(where, where + 64, 's'), 0);
}

}  // namespace
}  // namespace haven
