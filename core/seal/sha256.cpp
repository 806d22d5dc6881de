#include "core/seal/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace haven {
namespace {

// Fetched once: looking the algorithm up costs more than hashing an entry.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

// None of these calls fails but for want of memory or of the algorithm; then there is no proof of anything: stop.
void must(int done) {
    if (done != 1) { std::abort(); }
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    if (!context_) { std::abort(); }
    must(EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_.get()), algorithm(), nullptr));
}

void Sha256::Free::operator()(void* context) const {
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

void Sha256::update(std::string_view bytes) {
    must(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size()));
}

Digest32 Sha256::finish() {
    Digest32 digest;
    auto* const context = static_cast<EVP_MD_CTX*>(context_.get());
    must(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr));
    must(EVP_DigestInit_ex2(context, algorithm(), nullptr));
    return digest;
}

Digest32 sha256(std::initializer_list<std::string_view> parts) {
    thread_local Sha256 hash;  // making a context costs as much as hashing an entry
    for (const auto part : parts) { hash.update(part); }
    return hash.finish();
}

}  // namespace haven
