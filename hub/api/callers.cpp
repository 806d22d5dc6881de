#include "hub/api/callers.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/seal/token.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

constexpr std::chrono::seconds refresh_every{1};
constexpr std::string_view bearer = "Bearer ";

}  // namespace

Literal kind_of(site::Role role) {
    switch (role) {
        case site::Role::administrator: return "administrator";
        case site::Role::practitioner: return "practitioner";
        case site::Role::duty_manager: return "duty-manager";
        case site::Role::integration_engineer: return "integration-engineer";
        case site::Role::information_governance: return "information-governance";
        case site::Role::witness: return "witness";
    }
    return "nobody";
}

Result<std::unique_ptr<Callers>> Callers::start(const flow::Context& context) {
    std::unique_ptr<Callers> made(new Callers(context));
    if (auto read = made->refresh(); !read) { return fail(std::move(read).error()); }
    made->thread_ = std::thread([self = made.get()] { self->serve(); });
    return made;
}

Callers::~Callers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) { thread_.join(); }
}

void Callers::serve() {
    std::unique_lock lock(mutex_);
    while (!woken_.wait_for(lock, refresh_every, [&] { return stopping_; })) {
        lock.unlock();
        if (auto read = refresh(); !read) { log(LogLevel::warning, "tokens not read", {{"why", read.error()}}); }
        lock.lock();
    }
}

Result<void> Callers::refresh() {
    const std::lock_guard alone(refreshing_);
    auto fresh = context_.readers.read([&](store::Sql& sql) -> Result<std::shared_ptr<Tokens>> {
        auto tokens = std::make_shared<Tokens>();
        for (const auto& row : store::live_tokens(sql)) {
            Known known{"partner", row.owner.partner, row.owner.person};
            if (row.owner.person) {
                const auto role = code_from<site::Role>(row.role);
                if (!role) { continue; }
                known.kind = kind_of(*role);
            }
            tokens->emplace(row.digest, known);
        }
        return tokens;
    });
    if (!fresh) { return fail(std::move(fresh).error()); }
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(*fresh);
    return {};
}

std::optional<Callers::Known> Callers::identify(const http::Request& request) const {
    if (request.certificate != nullptr) {
        for (const auto& [name, partner] : context_.site->partners) {
            for (const auto& dns : request.certificate->dns_names) {
                const auto& names = partner.certificate_names;
                if (std::find(names.begin(), names.end(), dns) != names.end()) {
                    return Known{"partner", partner.name, {}};
                }
            }
        }
    }
    const auto header = request.header("authorization");
    if (!header || !header->starts_with(bearer)) { return std::nullopt; }
    std::shared_ptr<const Tokens> tokens;
    {
        const std::lock_guard lock(mutex_);
        tokens = tokens_;
    }
    const auto found = tokens->find(token_digest(header->substr(bearer.size())));
    if (found == tokens->end()) { return std::nullopt; }
    return found->second;
}

tl::expected<http::Caller, http::Response> Callers::authorise(const http::Route& route,
                                                              const http::Request& request) const {
    const auto allows = [&](std::string_view kind) {
        return std::any_of(route.callers.begin(), route.callers.end(),
                           [&](const Literal& caller) { return caller.text == kind; });
    };
    if (allows("anyone")) { return http::Caller{"anyone"}; }
    const auto known = identify(request);
    if (!known) {
        auto refusal = http::problem(
            401, Error{Fault::refused, "expected a token or certificate that the hub knows", {}}, request.id);
        refusal.headers.push_back({"WWW-Authenticate", "Bearer"});
        return tl::unexpected(std::move(refusal));
    }
    const auto part = request.part("partner");
    const bool own = part.empty() || known->partner.empty() || part == known->partner.text();
    if (allows(known->kind.text) && !own && context_.site->partner(part) == nullptr) {
        return tl::unexpected(http::problem(Error{Fault::missing, "no such partner", {}}, request.id));
    }
    if (!allows(known->kind.text) || !own) {
        log(LogLevel::warning, "call refused",
            {{"route", route.name},
             {"request", request.id},
             {"caller", known->kind},
             {"partner", known->partner},
             {"user", known->person}});
        return tl::unexpected(http::problem(403, Error{Fault::refused, "this caller may not do that", {}}, request.id));
    }
    return http::Caller{known->kind, known->partner, known->person.value};
}

}  // namespace haven::api
