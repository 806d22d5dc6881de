#include "hub/http/tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "core/base/encoding.h"
#include "core/seal/secret_file.h"

namespace haven::http {
namespace {

constexpr std::size_t key_bytes_max = std::size_t{64} * 1024;
constexpr int chain_depth_max = 4;
constexpr std::size_t subject_names_max = 32;
constexpr std::string_view protocol = "http/1.1";

int no_passphrase(char*, int, int, void*) {
    return -1;  // OpenSSL's own way is to ask the terminal
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key read_key(std::string_view pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                          BIO_free);
    return {PEM_read_bio_PrivateKey(bytes.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free};
}

Result<void> use_key(SSL_CTX* tls, const std::string& file) {
    auto pem = read_secret_file(file, key_bytes_max);
    if (!pem) { return fail(pem.error()); }
    const auto key = read_key(*pem);
    wipe(*pem);
    if (!key || SSL_CTX_use_PrivateKey(tls, key.get()) != 1 || SSL_CTX_check_private_key(tls) != 1) {
        return fail(Fault::malformed, "expected a PEM file of the certificate's private key, not encrypted");
    }
    return {};
}

// A client that offers protocols must offer ours: one that speaks another by mistake or by malice is cut off.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
    std::string_view offered(reinterpret_cast<const char*>(in), in_size);
    while (!offered.empty()) {
        const auto size = static_cast<unsigned char>(offered.front());
        if (offered.substr(1, size) == protocol) {
            *out = reinterpret_cast<const unsigned char*>(protocol.data());
            *out_size = static_cast<unsigned char>(protocol.size());
            return SSL_TLSEXT_ERR_OK;
        }
        offered.remove_prefix(std::min<std::size_t>(size + 1U, offered.size()));
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Source: RFC 9325 (BCP 195): TLS 1.2 at least, ECDHE and AEAD only, no renegotiation, no compression.
bool harden(SSL_CTX* tls) {
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(tls,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_verify_depth(tls, chain_depth_max);
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, nullptr);
    return SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 && SSL_CTX_set_num_tickets(tls, 0) == 1 &&
           SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

Result<void> ask_for_certificates(SSL_CTX* tls, const std::string& ca_file) {
    auto* names = SSL_load_client_CA_file(ca_file.c_str());
    if (names == nullptr || SSL_CTX_load_verify_locations(tls, ca_file.c_str(), nullptr) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return fail(Fault::malformed, "expected a PEM file of client authorities");
    }
    SSL_CTX_set_client_CA_list(tls, names);  // takes them
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, nullptr);
    return {};
}

std::string key_sha256(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) { return {}; }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digest_size = 0;
    const int ok = EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digest_size, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    return ok == 1 ? to_hex({reinterpret_cast<const char*>(digest.data()), digest_size}) : std::string();
}

void add_name(const GENERAL_NAME& name, ClientCertificate& to) {
    if (name.type != GEN_DNS && name.type != GEN_URI) { return; }
    const auto* text = name.d.ia5;
    const std::string value(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                            static_cast<std::size_t>(ASN1_STRING_length(text)));
    // A NUL within would let "council.example\0.attacker.example" pass for another.
    if (value.empty() || !std::ranges::all_of(value, [](char c) { return c > ' ' && c <= '~'; })) { return; }
    (name.type == GEN_DNS ? to.dns_names : to.uris).push_back(value);
}

}  // namespace

Result<TlsContext> make_tls(const TlsFiles& files) {
    TlsContext tls(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!tls || !harden(tls.get())) { return fail(Fault::broken, "expected OpenSSL to take its settings"); }
    if (SSL_CTX_use_certificate_chain_file(tls.get(), files.certificate.c_str()) != 1) {
        return fail(Fault::malformed, "expected a PEM file of the certificate and its chain");
    }
    if (auto used = use_key(tls.get(), files.key); !used) { return fail(used.error()); }
    if (!files.client_ca.empty()) {
        if (auto asked = ask_for_certificates(tls.get(), files.client_ca); !asked) { return fail(asked.error()); }
    }
    return tls;
}

std::shared_ptr<const ClientCertificate> client_certificate(ssl_st* connection) {
    X509* shown = SSL_get0_peer_certificate(connection);
    if (shown == nullptr || SSL_get_verify_result(connection) != X509_V_OK) { return nullptr; }
    auto certificate = std::make_shared<ClientCertificate>();
    certificate->key_sha256 = key_sha256(shown);
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(shown, NID_subject_alt_name, nullptr, nullptr));
    const int count = std::min<int>(sk_GENERAL_NAME_num(names), subject_names_max);
    for (int i = 0; i < count; ++i) { add_name(*sk_GENERAL_NAME_value(names, i), *certificate); }
    GENERAL_NAMES_free(names);
    return certificate;
}

}  // namespace haven::http
