#pragma once
#include <memory>
#include <random>

#include "core/agreement/disclosure.h"
#include "tests/core/agreement/reference/model.h"

/// Random cases, agreements and situations, each twice: as the hub's own types and as plain texts for the model.
namespace haven::reference {

class World {
public:
    explicit World(std::uint32_t seed);

    struct Decision {
        std::shared_ptr<const Agreement> agreement;
        const CaseFile* file = nullptr;
        Stage stage{};
        Facts facts;
        Instant now;
        const Terms* terms = nullptr;
        const Case* about = nullptr;
        Situation situation;
    };
    Decision next();

private:
    struct BothCases {
        CaseFile file;
        Case about;
    };
    struct BothAgreements {
        std::shared_ptr<const Agreement> agreement;
        Terms terms;
        std::size_t type;  ///< which of the record types
    };
    struct Allowed {
        FieldSet fields;
        std::vector<bool> named;
    };
    bool chance(int percent) { return below(100) < percent; }
    int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    template <class T>
    const T& one_of(const std::vector<T>& list) {
        return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
    }
    std::vector<std::string> lines(int percent);
    Allowed allowed();
    CaseFile folded();
    CaseFile file(std::size_t type);
    Record report();
    void fill_victim(class Maker& maker);
    void fill_others(class Maker& maker);
    void fill_home(class Maker& maker, const std::string& path);
    BothAgreements agreement();
    void set_whole(Decision& decision, const BothAgreements& under);
    void set_consent(Decision& decision);
    void set_overrides(Decision& decision);
    void set_blocks(Decision& decision, std::size_t type);

    std::mt19937 random_;
    std::array<std::vector<BothCases>, 2> cases_;  ///< by record type
    std::vector<BothAgreements> agreements_;
    std::vector<Allowed> allowed_;
    Allowed all_;  ///< every field
};

}  // namespace haven::reference
