#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/store/engine/session.h"

namespace haven::store {

/// The prepared statements of one session, by the address of their literal.
template <class Statement>
class Statements {
public:
    Statement* find(const char* sql) {
        const auto found = kept_.find(sql);
        if (found == kept_.end()) { return nullptr; }
        found->second.used = ++uses_;
        return &found->second.statement;
    }

    /// Takes the statement that has been unused longest out, where there is no room for another.
    std::optional<Statement> make_room() {
        if (kept_.size() < statements_max) { return std::nullopt; }
        const auto oldest = std::min_element(
            kept_.begin(), kept_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
        auto out = std::move(oldest->second.statement);
        kept_.erase(oldest);
        return out;
    }

    Statement& keep(const char* sql, Statement statement) {
        return kept_.insert_or_assign(sql, Kept{std::move(statement), ++uses_}).first->second.statement;
    }

private:
    struct Kept {
        Statement statement;
        std::uint64_t used;
    };
    std::unordered_map<const char*, Kept> kept_;
    std::uint64_t uses_ = 0;
};

}  // namespace haven::store
