#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/code.h"
#include "hub/node/node.h"
#include "tests/support/wire_client.h"

/// What the hub's HTTP door says to everybody, good answers and problems, for tests that look for what must not be
/// said.
namespace haven::test {

struct Callers {
    std::map<std::string, std::string> tokens;  ///< by role, or by partner; "nobody" has none
};

/// One of each role, of each partner, and somebody whom the hub does not know.
inline Callers everybody(Node& node) {
    Callers out;
    for (const auto name : code_names(site::Role{})) {
        const std::string role(name);
        const auto person = flow::add_person(node.context(), "sweeping " + role, *code_from<site::Role>(role),
                                             ledger::Actor::of_hub("test"));
        EXPECT_TRUE(person);
        out.tokens[role] = *node.new_token({{}, *person}, ledger::Actor::of_hub("test"));
    }
    for (const auto& [name, partner] : node.context().site->partners) {
        out.tokens[name] = *node.new_token({partner.name, {}}, ledger::Actor::of_hub("test"));
    }
    out.tokens["nobody"] = "";
    return out;
}

/// A route's address with an id in the place of each part.
inline std::string address_of(const http::Route& route, const std::string& id) {
    std::string out(route.pattern.text);
    for (auto at = out.find('{'); at != std::string::npos; at = out.find('{')) {
        const auto end = out.find('}', at);
        const auto part = out.substr(at, end + 1 - at);
        out.replace(at, part.size(), part == "{partner}" || part == "{name}" ? "eastford-council" : id);
    }
    return out;
}

/// Every answer of every route to this caller: with each of these ids, and with a body that the route refuses.
inline std::string answers_to(Node& node, const std::string& token, const std::vector<std::string>& ids,
                              const std::string& bad_body) {
    std::string out;
    for (const auto& route : node.routes().all()) {
        for (const auto& id : ids) {
            const bool reads = std::string_view(route.method.text) == "GET";
            const bool needs_no_body = route.media_types.empty();
            if (!reads && needs_no_body) { continue; }  // it would change something
            std::string text = std::string(route.method.text) + " " + address_of(route, id);
            const std::string name(route.name.text);
            if (name == "list-ledger") { text += "?case=" + id; }
            if (std::string_view(route.pattern.text) == "/v1/disclosures") {
                text += "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";
            }
            text += " HTTP/1.1\r\nHost: localhost\r\n";
            if (!token.empty()) { text += "Authorization: Bearer " + token + "\r\n"; }
            if (!reads) {
                text += "Content-Type: " + std::string(route.media_types[0].text) +
                        "\r\nContent-Length: " + std::to_string(bad_body.size()) + "\r\n";
            }
            WireClient wire(node.port());
            EXPECT_TRUE(wire.send(text + "\r\n" + (reads ? "" : bad_body)));
            out += wire.answer() + "\n";
        }
    }
    return out;
}

}  // namespace haven::test
