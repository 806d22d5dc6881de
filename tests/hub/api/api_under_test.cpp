#include "tests/hub/api/api_under_test.h"

#include "core/base/code.h"

namespace haven::test {
namespace {

std::string field_of(const std::string& head, const std::string& name) {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) { return {}; }
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
}

std::vector<std::string> segments(const std::string& target) {
    std::vector<std::string> out;
    const auto path = target.substr(0, target.find('?'));
    for (std::size_t at = 1; at <= path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        out.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

}  // namespace

std::string ApiTest::token(const std::string& of) {
    auto& token = known_tokens_[of];
    if (!token.empty()) { return token; }
    store::TokenOwner owner;
    if (const auto role = code_from<site::Role>(of)) {
        owner.person = *flow::add_person(node().context(), "a " + of, *role, ledger::Actor::of_hub("test"));
    } else {
        owner.partner = Name::declare(of);
    }
    token = *node().new_token(owner, ledger::Actor::of_hub("test"));
    return token;
}

Reply ApiTest::ask(const std::string& method, const std::string& target, const Said& said) {
    auto text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + said.more_headers;
    if (!said.token.empty()) { text += "Authorization: Bearer " + said.token + "\r\n"; }
    if (!said.media_type.empty()) { text += "Content-Type: " + said.media_type + "\r\n"; }
    const bool says_length = said.more_headers.find("Content-Length") != std::string::npos;
    if (method != "GET" && !says_length) { text += "Content-Length: " + std::to_string(said.body.size()) + "\r\n"; }
    WireClient wire(node().port());
    EXPECT_TRUE(wire.send(text + "\r\n" + said.body));
    const auto answer = wire.answer();
    Reply reply;
    const auto end = answer.find("\r\n\r\n");
    EXPECT_NE(end, std::string::npos) << method << " " << target;
    if (end == std::string::npos) { return reply; }
    reply.head = answer.substr(0, end + 2);
    reply.status = std::stoi(reply.head.substr(9, 3));
    reply.media_type = field_of(reply.head, "Content-Type");
    reply.body = answer.substr(end + 4);
    const auto match = node().routes().find(method, segments(target));
    if (match.route != nullptr) {
        EXPECT_EQ(Described::page().unlike(match.route->name.text, reply.status, reply.media_type, reply.body), "")
            << match.route->name.text << " " << reply.status << " " << reply.body;
        seen_.insert(std::string(match.route->name.text) + " " + std::to_string(reply.status));
    }
    return reply;
}

Reply ApiTest::receipt(const std::string& message, const std::string& of) {
    Reply reply;
    peers::eventually([&] {
        reply = get("/v1/messages/" + message, of);
        return reply.status != 200 || reply.text("state") != "received";
    });
    return reply;
}

std::string ApiTest::near_miss(std::size_t how_many) {
    Reply list;
    EXPECT_TRUE(peers::eventually([&] {
        list = get("/v1/near-misses?limit=200", "duty-manager");
        return list.json().at("items").as_array().size() == how_many;
    })) << list.body
        << hub_->everything_held();
    return std::string(list.json().at("items").as_array().back().at("near-miss").as_string());
}

std::string ApiTest::reference_at(const std::string& partner) {
    Reply offers;
    const bool asked = peers::eventually([&] {
        offers = get("/v1/referrals", partner);
        return !offers.json().at("items").as_array().empty();
    });
    EXPECT_TRUE(asked) << hub_->everything_held();
    return asked ? std::string(offers.json().at("items").at(0).at("reference").as_string()) : "";
}

std::string ApiTest::open_case(const std::string& service, const std::string& family, char digit) {
    const std::string number = std::string("+44770090012") + digit;
    const std::string born = std::string("198") + digit + "-04-03";
    const auto made = post("/v1/cases", "practitioner",
                           R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted",
                    "number": ")" +
                               number + R"("},
        "victim": {"name": {"family": ")" +
                               family + R"(", "given": "Ada"}, "birth-date": ")" + born + R"(",
                   "gender": "female", "phone": [{"number": ")" +
                               number + R"(", "kind": "mobile", "safe": "yes"}]},
        "child": [{"birth-date": "2020-01-02"}],
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "need": [{"service": ")" +
                               service + R"("}]})");
    EXPECT_EQ(made.status, 201) << made.body;
    return made.text("case");
}

}  // namespace haven::test
