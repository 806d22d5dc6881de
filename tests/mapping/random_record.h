#pragma once
#include <random>

#include "core/catalogue/raw_text.h"
#include "core/catalogue/value.h"
#include "tests/support/catalogue.h"

namespace haven::test {

/// Random values and records of the canonical schema, the same for the same seed.
class RandomRecord {
public:
    explicit RandomRecord(std::uint32_t seed) : random_(seed) {}

    /// A value of a field's type in its canonical spelling; moments are of whole minutes, as most partners spell them.
    std::string value(const FieldType& type) {
        switch (type.kind) {
            case ValueKind::code: return type.codes[below(type.codes.size())].text;
            case ValueKind::date: return two("19", 50, 99) + "-" + two("", 1, 12) + "-" + two("", 1, 28);
            case ValueKind::instant:
                return "20" + two("", 10, 30) + "-" + two("", 1, 12) + "-" + two("", 1, 28) + "T" + two("", 3, 23) +
                       ":" + two("", 0, 59) + ":00Z";
            case ValueKind::time: return two("", 0, 23) + ":" + two("", 0, 59) + ":00";
            case ValueKind::integer:
            case ValueKind::decimal: {
                const auto least = std::max<std::int64_t>(type.value_min, 0);
                return std::to_string(std::min<std::int64_t>(type.value_max, least + static_cast<int>(below(90))));
            }
            case ValueKind::phone: return "+447700900" + std::to_string(100 + below(900));
            case ValueKind::email: return "name" + std::to_string(below(1000)) + "@host.example";
            case ValueKind::postcode: return "ZZ" + two("", 10, 99) + " " + std::to_string(below(10)) + "VZ";
            case ValueKind::uprn: return std::to_string(1 + below(999'999'999));
            case ValueKind::text: break;
        }
        return text(type);
    }

    /// A record part whose values are of `fields` alone. `pick` chooses a value, or "" for none.
    template <class Pick>
    Record record(RecordTypeNumber type, const FieldSet& fields, Pick&& pick) {
        RecordBuilder builder(catalogue());
        builder.start(type);
        fill(builder, type, root_group, root_instance, fields, pick);
        return builder.finish_part(from_us(0));
    }

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

private:
    std::string two(const std::string& before, int least, int most) {
        const auto n = std::to_string(std::uniform_int_distribution<int>(least, most)(random_));
        return before + (n.size() < 2 ? "0" : "") + n;
    }

    // Words of letters that have tripped programs, with no space at either end.
    std::string text(const FieldType& type) {
        static const std::vector<std::string> letters{"a",
                                                      "Z",
                                                      "7",
                                                      "&",
                                                      "<",
                                                      ">",
                                                      "\"",
                                                      "'",
                                                      ",",
                                                      ";",
                                                      "|",
                                                      "\\",
                                                      "/",
                                                      "=",
                                                      "#",
                                                      "%",
                                                      "{",
                                                      "]",
                                                      "\xc3\xa9",
                                                      "\xe2\x80\x99",
                                                      "\xf0\x9f\x8f\xa0",
                                                      "\xd7\xa9",
                                                      "x",
                                                      "y",
                                                      "o"};
        const auto most = std::min<std::size_t>(type.length_max, std::max<std::size_t>(type.length_min, 24));
        const auto length = type.length_min + below(most - type.length_min + 1);
        std::string out;
        for (std::size_t i = 0; i < std::max<std::size_t>(length, 1); ++i) {
            const bool inner = i > 0 && i + 1 < length;
            out += inner && below(6) == 0 ? (below(8) == 0 ? "\n" : " ") : letters[below(letters.size())];
        }
        return out;
    }

    template <class Pick>
    bool fill(RecordBuilder& builder, RecordTypeNumber type, GroupNumber group, InstanceNumber in,
              const FieldSet& fields, Pick&& pick) {
        bool any = false;
        fields.each([&](FieldNumber f) {
            if (catalogue()->field(f).group != group) { return; }
            const auto value = pick(f);
            const auto done = builder.set(f, value, in);
            EXPECT_TRUE(done) << catalogue()->field(f).path.text() << " " << value;
            any = any || !value.empty();
        });
        for (const auto under : catalogue()->groups_below(group)) {
            bool covered = false;
            fields.each([&](FieldNumber f) { covered = covered || catalogue()->field(f).group == under; });
            if (!covered) { continue; }
            // Of what stands once of a kind, as her home does, many dialects have room for one.
            const std::size_t most = catalogue()->group(under).stands.empty() ? 2 : 1;
            for (std::size_t n = below(most + 1); n > 0; --n) {
                const auto opened = builder.open(under, in);
                fill(builder, type, under, *opened, fields, pick);
            }
        }
        return any;
    }

    std::mt19937 random_;
};

}  // namespace haven::test
