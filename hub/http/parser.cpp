#include "hub/http/parser.h"

#include <boost/beast/http/basic_parser.hpp>

namespace haven::http {
namespace beast = boost::beast;
namespace {

using Text = beast::string_view;
using Code = beast::error_code;

constexpr std::size_t chunk_line_bytes_max = 32;

// The shortest whole chunked body is "0 CR LF CR LF", and no shorter rest of one exists. Beast 1.81 stops the process
// by an assertion when such a body comes byte by byte, so it is given no less.
constexpr std::size_t chunked_bytes_min = 5;

std::string lower(Text text) {
    std::string out(text.data(), text.size());
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c + 32); }
    }
    return out;
}

}  // namespace

class Parser::Reader final : public beast::http::basic_parser<true> {
public:
    Head head;
    std::string* body = nullptr;

private:
    void on_request_impl(beast::http::verb, Text method, Text target, int version, Code&) override {
        head.method.assign(method.data(), method.size());
        head.target.assign(target.data(), target.size());
        head.minor_version = version - 10;
    }
    void on_field_impl(beast::http::field, Text name, Text value, Code& ec) override {
        if (is_header_done()) {
            ec = beast::http::error::bad_field;  // a trailer
            return;
        }
        head.headers.push_back({lower(name), std::string(value.data(), value.size())});
    }
    std::size_t on_body_impl(Text bytes, Code&) override {
        body->append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, Text extensions, Code& ec) override {
        if (!extensions.empty()) { ec = beast::http::error::bad_chunk_extension; }
    }
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Code& ec) override { return on_body_impl(bytes, ec); }
    void on_response_impl(int, Text, int, Code&) override {}
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    void on_finish_impl(Code&) override {}
};

Parser::Parser() = default;
Parser::~Parser() = default;

Gated<Head> Parser::head(std::string_view bytes) {
    reader_ = std::make_unique<Reader>();  // a Beast parser reads one message
    reader_->header_limit(static_cast<std::uint32_t>(bytes.size()));
    reader_->body_limit(boost::none);  // the connection knows the route's limit, and keeps it
    Code ec;
    const auto used = reader_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec == beast::http::error::bad_version) {
        return refuse(505, Fault::malformed, "expected HTTP/1.1 or HTTP/1.0");
    }
    if (ec || used != bytes.size() || !reader_->is_header_done()) { return refuse("expected a proper request head"); }
    return std::move(reader_->head);
}

Framing Parser::framing(const Head& head) const {
    Framing framing;
    framing.keep_alive = head.minor_version == 1 && reader_->keep_alive();
    framing.chunked = reader_->chunked();
    framing.length = reader_->content_length().value_or(0);
    for (const auto& field : head.headers) { framing.expects_continue |= field.name == "expect"; }
    return framing;
}

Parser::Taken Parser::body(std::string_view bytes, std::string& body) {
    if (reader_->is_done()) { return {0, true, true}; }
    if (bytes.size() < (reader_->chunked() ? chunked_bytes_min : 1)) { return {}; }
    reader_->body = &body;
    reader_->eager(true);
    Code ec;
    const auto used = reader_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    const bool waits = ec == beast::http::error::need_more;
    const bool sound = (!ec || waits) && (reader_->is_done() || bytes.size() - used <= chunk_line_bytes_max);
    return {used, reader_->is_done(), sound};
}

}  // namespace haven::http
