#include "core/seal/key.h"

#include <sodium.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

#include "core/seal/key_access.h"

namespace haven {
namespace {

constexpr std::size_t page_bytes = 8 * 4096 - 16;  // sodium_malloc puts a canary of 16 bytes before it

/// Cells of 32 bytes in locked memory. A free cell holds the address of the next free one. Pages are never given back:
/// the most keys that ever lived at once stay reserved.
class LockedCells {
public:
    unsigned char* take() {
        const std::lock_guard lock(mutex_);
        if (free_ == nullptr) { grow(); }
        unsigned char* cell = free_;
        std::memcpy(&free_, cell, sizeof free_);
        return cell;
    }

    void give_back(unsigned char* cell) {
        sodium_memzero(cell, Key::size);
        const std::lock_guard lock(mutex_);
        push(cell);
    }

    bool locked() {
        const std::lock_guard lock(mutex_);
        return locked_;
    }

private:
    void push(unsigned char* cell) {
        std::memcpy(cell, &free_, sizeof free_);
        free_ = cell;
    }

    void grow() {
        sodium_ready();
        auto* page = static_cast<unsigned char*>(sodium_malloc(page_bytes));  // locks, fences, leaves out of dumps
        if (page == nullptr) { throw std::bad_alloc(); }
        locked_ = mlock(page, page_bytes) == 0 && locked_;  // sodium_malloc does not say whether its own lock held
        for (std::size_t at = 0; at + Key::size <= page_bytes; at += Key::size) { push(page + at); }
    }

    std::mutex mutex_;
    unsigned char* free_ = nullptr;
    bool locked_ = true;
};

LockedCells& cells() {
    static auto& only = *new LockedCells;  // never destroyed: keys may die after main
    return only;
}

}  // namespace

void sodium_ready() {
    static const bool ready = [] {
        if (sodium_init() < 0) { std::abort(); }  // no random numbers: nothing may be sealed
        return true;
    }();
    static_cast<void>(ready);
}

unsigned char* KeyAccess::bytes(const Key& key) {
    if (key.bytes_ == nullptr) { std::abort(); }
    return key.bytes_;
}

Key KeyAccess::blank() {
    return Key(cells().take());
}

Key Key::random() {
    Key key = KeyAccess::blank();
    randombytes_buf(key.bytes_, size);
    return key;
}

Result<Key> Key::from_bytes(std::string_view bytes) {
    if (bytes.size() != size) { return fail(Fault::malformed, "expected a key of 32 bytes"); }
    Key key = KeyAccess::blank();
    std::memcpy(key.bytes_, bytes.data(), size);
    return key;
}

bool Key::memory_is_locked() {
    return cells().locked();
}

Key& Key::operator=(Key&& other) noexcept {
    if (this != &other) {
        if (bytes_ != nullptr) { cells().give_back(bytes_); }
        bytes_ = std::exchange(other.bytes_, nullptr);
    }
    return *this;
}

Key::~Key() {
    if (bytes_ != nullptr) { cells().give_back(bytes_); }
}

}  // namespace haven
