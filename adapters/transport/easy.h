#pragma once
#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "core/base/reason.h"

/// The one wrapper round libcurl's handle, for this folder only.
namespace haven::transport {

struct CurlListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListEnd>;

/// Adds a line to a list. Out of memory ends the process, as everywhere.
void append(CurlList& list, const std::string& line);

/// One libcurl handle with its own connection. A refused option ends the process: going on without a hard rule (a pin,
/// a protocol limit) would be worse.
class Easy {
public:
    Easy();

    template <class Value>
    void set(CURLoption option, Value value) {
        check(curl_easy_setopt(handle_.get(), option, value));
    }

    /// Forgets every option but keeps the connection, then sets what holds for every transfer: one protocol and no
    /// other, no redirect, proxy, netrc or signal, and the limits of time.
    void begin(const char* protocol, std::chrono::milliseconds timeout);
    CURLcode perform() { return curl_easy_perform(handle_.get()); }
    /// Whether the kept connection is ended or has bytes waiting that nobody asked for.
    bool kept_connection_is_spoilt() const;
    /// Ends the kept connection.
    void hang_up();
    long status() const;

private:
    static void check(CURLcode code);
    struct End {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    std::unique_ptr<CURL, End> handle_;
};

/// What libcurl's code means to a person.
Reason reason_of(CURLcode code);

}  // namespace haven::transport
