#pragma once
#include <memory>

#include "hub/http/gate.h"

namespace haven::http {

/// How the body of a request comes.
struct Framing {
    bool keep_alive = false;        ///< whether the caller lets another request follow
    bool chunked = false;           ///< the length is not known before the end
    std::uint64_t length = 0;       ///< else its bytes
    bool expects_continue = false;  ///< the caller waits for 100 before it sends the body
    bool has_body() const { return chunked || length > 0; }
};

/// Reads one request after another. Beast's parser does the reading; it sees a head only once `scan_head` has passed
/// it, and its answer counts only once `check_head` has.
class Parser {
public:
    Parser();
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// Begins a new request with its whole head.
    Gated<Head> head(std::string_view bytes);
    Framing framing(const Head& head) const;

    struct Taken {
        std::size_t bytes = 0;  ///< of what was given; the rest is to be given again, with more
        bool whole = false;     ///< the body has ended
        bool sound = true;      ///< false: broken framing, a chunk extension or a trailer field
    };
    /// Takes the next bytes of the body, appends what they carry to `body`.
    Taken body(std::string_view bytes, std::string& body);

private:
    class Reader;
    std::unique_ptr<Reader> reader_;
};

}  // namespace haven::http
