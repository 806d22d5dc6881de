#pragma once
#include "adapters/sdk/adapter.h"
#include "adapters/transport/http_client.h"

/// A council's housing system that takes JSON over HTTPS. What the messages look like is a dialect's business; what is
/// said around them stands in README.md beside this file.
namespace haven::housing_rest {

extern const sdk::Declaration declaration;

/// What the answer to a post means. `key` is the one that was sent; an answer to another key is no answer.
sdk::Delivery understand_post(const transport::HttpReply& reply, std::string_view key, Instant now);
/// What the answer to a question about `key` means.
sdk::Delivery understand_ask(const transport::HttpReply& reply, std::string_view key);

}  // namespace haven::housing_rest
