#include "hub/flow/matching.h"

#include <algorithm>

#include "core/catalogue/raw_text.h"

namespace haven::flow {
namespace {

constexpr std::int64_t candidates_max = 50;

std::string folded(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
        if (c != ' ' && c != '-' && c != '\'') { out += c; }
    }
    return out;
}

std::string text_at(const Record& record, std::string_view path) {
    const auto field = record.catalogue().find(path);
    return std::string(field ? RawText::of(record, *field).value_or("") : "");
}

}  // namespace

std::vector<store::BlindKey> blind_keys(const Context& context, const Record& record) {
    std::vector<store::BlindKey> keys;
    const auto add = [&](Indexed kind, const std::string& text) {
        keys.push_back({static_cast<std::int64_t>(kind), context.secrets.blind_index.of(kind, text)});
    };
    const auto family = folded(text_at(record, "victim/name/family"));
    const auto given = folded(text_at(record, "victim/name/given"));
    const auto born = text_at(record, "victim/birth-date");
    if (!family.empty() && !given.empty() && !born.empty()) {
        add(Indexed::name_and_birth_date, family + "|" + given + "|" + born);
    }
    const auto& catalogue = record.catalogue();
    const auto group = catalogue.find_group("victim/identifier");
    const auto issuer = catalogue.find("victim/identifier/issuer");
    const auto value = catalogue.find("victim/identifier/value");
    if (group && issuer && value) {
        for (const auto in : record.instances(*group)) {
            add(Indexed::reference, std::string(RawText::of(record, *issuer, in).value_or("")) + "|" +
                                        std::string(RawText::of(record, *value, in).value_or("")));
        }
    }
    return keys;
}

Result<std::optional<CaseId>> find_case(const Context& context, const std::vector<store::BlindKey>& keys) {
    return context.readers.read([&](store::Sql& sql) -> Result<std::optional<CaseId>> {
        for (const auto& key : keys) {
            const auto found = store::find_by_blind_key(sql, key, candidates_max);
            if (!found.empty()) { return found.front(); }
        }
        return std::nullopt;
    });
}

}  // namespace haven::flow
