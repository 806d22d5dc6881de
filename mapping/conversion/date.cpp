#include <algorithm>
#include <array>

#include "core/calendar/zone_names.h"
#include "core/catalogue/catalogue.h"
#include "core/catalogue/value.h"
#include "mapping/conversion/date_pattern.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

using namespace std::chrono;

// Of the canonical spelling.
constexpr Instant first_instant = sys_days{year{1000} / January / 1};
constexpr Instant end_of_instants = sys_days{year{10'000} / January / 1};

WallTime wall_of(Date date) {
    return WallTime{local_days{date}};
}

/// Reads what stands in one field, or in several with a space between; `assumed` is what an empty one means, or one
/// that is not there.
std::optional<DatePattern::Said> read(const DatePattern& pattern, std::span<const std::string_view> parts,
                                      std::string_view assumed = {}) {
    if (parts.size() == 1) {
        const auto whole = pattern.read(trimmed(parts[0]));
        if (whole || assumed.empty()) { return whole; }
        const std::array<std::string_view, 2> day_alone{parts[0], {}};
        return read(pattern, day_alone, assumed);
    }
    std::array<char, 2 * DatePattern::length_max> text{};
    std::size_t length = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto part = trimmed(parts[i]);
        if (part.empty() && i > 0) { part = assumed; }
        if (length + part.size() >= text.size()) { return std::nullopt; }  // longer than any spelling
        if (i > 0) { text[length++] = ' '; }
        length += part.copy(text.data() + length, part.size());
    }
    return pattern.read({text.data(), length});
}

/// Cuts a text at those of its spaces, counted from 0.
void cut(std::string_view text, const std::vector<std::size_t>& cuts, std::span<std::string> parts) {
    std::size_t part = 0;
    std::size_t space = 0;
    for (const char c : text) {
        const bool here = c == ' ' && part < cuts.size() && space == cuts[part];
        space += c == ' ' ? 1 : 0;
        part += here ? 1 : 0;
        if (!here) { parts[part] += c; }
    }
}

/// Days in a partner's spelling, in one field or in several.
class DateConversion : public Conversion {
public:
    DateConversion(DatePattern pattern, std::vector<std::size_t> cuts)
        : pattern_(std::move(pattern)), cuts_(std::move(cuts)) {}
    std::size_t parts() const override { return cuts_.size() + 1; }
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto said = read(pattern_, parts);
        if (!said) { return fail(Fault::malformed, "expected a day that exists, in the spelling that the map names"); }
        put_date(canonical, said->date);
        return {};
    }
    bool makes_only(const FieldType& type) const override { return type.kind == ValueKind::date; }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto wall = wall_of(*parse_date(canonical));
        if (!pattern_.covers(wall)) {
            return fail(Fault::unmapped, "a year of another century than the map's spelling can say");
        }
        cut(pattern_.write(wall), cuts_, parts);
        return {};
    }

private:
    DatePattern pattern_;
    std::vector<std::size_t> cuts_;
};

/// Times of day in a partner's spelling.
class TimeConversion : public Conversion {
public:
    explicit TimeConversion(DatePattern pattern) : pattern_(std::move(pattern)) {}
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto said = pattern_.read(trimmed(parts[0]));
        if (!said) { return fail(Fault::malformed, "expected a time, in the spelling that the map names"); }
        canonical += time_text(said->time);
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto time = *parse_time(canonical);
        if (!pattern_.has_seconds() && time % 1min != 0s) {  // a window must not open before its time
            return fail(Fault::unmapped, "a time with seconds, which the partner's spelling cannot say");
        }
        parts[0] = pattern_.write(WallTime{} + time);
        return {};
    }

private:
    DatePattern pattern_;
};

/// Moments that a partner writes as wall times of a zone, in one field or in a date and a time.
class InstantConversion : public Conversion {
public:
    InstantConversion(DatePattern pattern, Zone zone, std::string assumed, std::vector<std::size_t> cuts)
        : pattern_(std::move(pattern)), zone_(zone), assumed_(std::move(assumed)), cuts_(std::move(cuts)) {}

    std::size_t parts() const override { return cuts_.size() + 1; }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto said = read(pattern_, parts, assumed_);
        if (!said) { return fail(Fault::malformed, "expected a date and time, in the spelling that the map names"); }
        const auto moment = zone_.moment(said->wall());
        if (moment.kind == Moment::Kind::ambiguous) {
            return fail(Fault::malformed, "a time that came twice that night, when the clocks went back");
        }
        if (moment.kind == Moment::Kind::nonexistent) {
            return fail(Fault::malformed, "a time that did not come, because the clocks went forward");
        }
        if (moment.earliest < first_instant || moment.earliest >= end_of_instants) {
            return fail(Fault::malformed, "expected a moment of the years 1000 to 9999");
        }
        put_iso(canonical, moment.earliest);
        return {};
    }
    bool makes_only(const FieldType& type) const override { return type.kind == ValueKind::instant; }

    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto wall = zone_.wall(*parse_instant(canonical));
        if (zone_.moment(wall).kind == Moment::Kind::ambiguous) {
            return fail(Fault::unmapped,
                        "a time that comes twice that night; the partner's spelling cannot tell which");
        }
        cut(pattern_.write(wall), cuts_, parts);
        return {};
    }

private:
    DatePattern pattern_;
    Zone zone_;
    std::string assumed_;            // the time of day where the partner gives a date alone
    std::vector<std::size_t> cuts_;  // the spaces of the spelling that stand between two parts, from 0
};

/// ISO 8601 with an offset or Z; outward in UTC. A text without an offset is refused: nobody can tell what it means.
class IsoInstant : public Conversion {
public:
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        auto text = trimmed(parts[0]);
        std::optional<Instant> instant;
        if (text.ends_with('Z')) {
            instant = parse_instant(text);
        } else if (text.size() > 6 && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-')) {
            const auto wall = parse_instant(std::string(text.substr(0, text.size() - 6)) + "Z");
            const auto offset = parse_time(std::string(text.substr(text.size() - 5)) + ":00");
            const bool east = text[text.size() - 6] == '+';
            if (wall && offset) { instant = east ? *wall - *offset : *wall + *offset; }
        }
        if (!instant) { return fail(Fault::malformed, "expected an ISO 8601 date and time with its offset"); }
        put_iso(canonical, *instant);
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = canonical;
        return {};
    }
};

constexpr int any_century = 2000;
constexpr const char* needs_its_century =
    "a year of two digits needs its century, which only date takes: date(dd/MM/yy, 2000)";

tl::expected<DatePattern, std::string> pattern_of(const ConversionRequest& request) {
    if (request.arguments.empty()) {
        return wrong(std::string(request.name) + " takes a spelling, such as dd/MM/yyyy or HH:mm");
    }
    auto pattern = DatePattern::parse(request.arguments[0]);
    if (!pattern && DatePattern::parse(request.arguments[0], any_century)) { return wrong(needs_its_century); }
    if (!pattern) {
        return wrong("no spelling " + std::string(request.arguments[0]) +
                     "; its letters are yyyy, MM, M, MMM, dd, d, HH, mm and ss");
    }
    return *pattern;
}

// Which spaces of a spelling part the partner's fields: all of them, or of two fields the one between date and time.
std::optional<std::vector<std::size_t>> cuts_of(std::string_view spelling, std::size_t parts) {
    std::vector<std::size_t> all;
    std::vector<std::size_t> between;
    for (std::size_t at = spelling.find(' '); at != std::string_view::npos; at = spelling.find(' ', at + 1)) {
        const auto before = spelling.substr(0, at);
        const auto after = spelling.substr(at);
        const auto has = [](std::string_view text, std::string_view letters) {
            return text.find_first_of(letters) != std::string_view::npos;
        };
        const bool date_first = !has(before, "Hms") && !has(after, "yMd");
        const bool time_first = !has(before, "yMd") && !has(after, "Hms");
        if (date_first || time_first) { between.push_back(all.size()); }
        all.push_back(all.size());
    }
    if (parts == 1) { return std::vector<std::size_t>{}; }
    if (parts == all.size() + 1) { return all; }
    if (parts == 2 && between.size() == 1) { return between; }
    return std::nullopt;
}

// Whether a day of the spelling, a space and this time are of the spelling.
bool completes_a_day(std::string_view spelling, std::string_view assumed) {
    const auto time = spelling.find_first_of("Hms");
    if (time == 0 || spelling[time - 1] != ' ') { return false; }
    const auto pattern = DatePattern::parse(spelling.substr(time));
    return pattern && !pattern->has_date() && pattern->read(assumed);
}

MadeConversion dated(const ConversionRequest& request, DatePattern pattern) {
    if (!pattern.has_date() || pattern.has_time()) {
        return wrong("a date has a year, a month and a day, and no time");
    }
    auto cuts = cuts_of(request.arguments[0], request.parts);
    if (!cuts) { return wrong("the spelling has other parts, between spaces, than the line has partner fields"); }
    return std::make_unique<DateConversion>(std::move(pattern), std::move(*cuts));
}

std::string no_zone(std::string_view name) {
    const auto names = zone_names();
    const auto near = nearest_word(name, {names.begin(), names.end()});
    return "no time zone " + std::string(name) + (near.empty() ? "" : "; did you mean " + std::string(near) + "?");
}

}  // namespace

MadeConversion make_date(const ConversionRequest& request) {
    if (request.is_last && request.field->kind != ValueKind::date) {
        return wrong("date needs a canonical field of a day");
    }
    if (request.arguments.size() == 2) {
        const auto century = parse_integer(request.arguments[1]);
        const bool fits = century && *century >= 1800 && *century <= 2100 && *century % 100 == 0;
        auto pattern = fits ? DatePattern::parse(request.arguments[0], static_cast<int>(*century)) : std::nullopt;
        if (!pattern) { return wrong(needs_its_century); }
        return dated(request, std::move(*pattern));
    }
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    return dated(request, std::move(*pattern));
}

MadeConversion make_time(const ConversionRequest& request) {
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    if (pattern->has_date() || !pattern->has_time()) { return wrong("a time has hours, and no date"); }
    if (request.is_last && request.field->kind != ValueKind::time) {
        return wrong("time needs a canonical field of a time of day");
    }
    return std::make_unique<TimeConversion>(std::move(*pattern));
}

MadeConversion make_instant(const ConversionRequest& request) {
    if (request.is_last && request.field->kind != ValueKind::instant) {
        return wrong("instant needs a canonical field of a moment");
    }
    if (request.arguments.size() == 1 && request.arguments[0] == "iso") { return std::make_unique<IsoInstant>(); }
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    if (!pattern->has_date() || !pattern->has_time()) { return wrong("an instant has a date and a time"); }
    auto cuts = cuts_of(request.arguments[0], request.parts);
    if (!cuts) { return wrong("the spelling has other parts, between spaces, than the line has partner fields"); }
    if (request.arguments.size() < 2 || request.arguments.size() > 3) {
        return wrong("instant takes a spelling and a zone: instant(dd/MM/yyyy HH:mm, Europe/London)");
    }
    const auto zone = Zone::find(request.arguments[1]);
    if (!zone) { return wrong(no_zone(request.arguments[1])); }
    const std::string assumed(request.arguments.size() == 3 ? request.arguments[2] : std::string_view{});
    if (!assumed.empty() && !completes_a_day(request.arguments[0], assumed)) {
        return wrong(
            "a date alone gets a time as the spelling has it behind a space: "
            "instant(dd/MM/yyyy HH:mm, Europe/London, 00:00)");
    }
    return std::make_unique<InstantConversion>(std::move(*pattern), *zone, assumed, std::move(*cuts));
}

}  // namespace haven
