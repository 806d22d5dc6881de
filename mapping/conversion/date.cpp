#include <algorithm>

#include "core/catalogue/value.h"
#include "mapping/conversion/date_pattern.h"
#include "mapping/conversion/make.h"

namespace haven {
namespace {

using namespace std::chrono;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) { return {}; }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

WallTime wall_of(Date date) {
    return WallTime{local_days{date}};
}

/// Days in a partner's spelling.
class DateConversion : public Conversion {
public:
    explicit DateConversion(DatePattern pattern) : pattern_(std::move(pattern)) {}
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto wall = pattern_.read(trimmed(parts[0]));
        if (!wall) { return fail(Fault::malformed, "expected a day that exists, in the spelling that the map names"); }
        canonical += date_text(year_month_day{floor<days>(*wall)});
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = pattern_.write(wall_of(*parse_date(canonical)));
        return {};
    }

private:
    DatePattern pattern_;
};

/// Times of day in a partner's spelling.
class TimeConversion : public Conversion {
public:
    explicit TimeConversion(DatePattern pattern) : pattern_(std::move(pattern)) {}
    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto wall = pattern_.read(trimmed(parts[0]));
        if (!wall) { return fail(Fault::malformed, "expected a time, in the spelling that the map names"); }
        canonical += time_text(floor<seconds>(*wall - floor<days>(*wall)));
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = pattern_.write(WallTime{} + *parse_time(canonical));
        return {};
    }

private:
    DatePattern pattern_;
};

/// Moments that a partner writes as wall times of a zone, in one field or in a date and a time.
class InstantConversion : public Conversion {
public:
    InstantConversion(DatePattern pattern, Zone zone, std::string assumed, std::size_t parts)
        : pattern_(std::move(pattern)), zone_(zone), assumed_(std::move(assumed)), parts_(parts) {}

    std::size_t parts() const override { return parts_; }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        std::string text(trimmed(parts[0]));
        for (const auto part : parts.subspan(1)) {
            const auto more = trimmed(part);
            text += ' ';
            text += more.empty() ? std::string_view(assumed_) : more;
        }
        const auto wall = pattern_.read(text);
        if (!wall) { return fail(Fault::malformed, "expected a date and time, in the spelling that the map names"); }
        const auto moment = zone_.moment(*wall);
        if (moment.kind == Moment::Kind::ambiguous) {
            return fail(Fault::malformed, "a time that came twice that night, when the clocks went back");
        }
        if (moment.kind == Moment::Kind::nonexistent) {
            return fail(Fault::malformed, "a time that did not come, because the clocks went forward");
        }
        canonical += iso_text(moment.earliest);
        return {};
    }

    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        const auto wall = zone_.wall(*parse_instant(canonical));
        if (zone_.moment(wall).kind == Moment::Kind::ambiguous) {
            return fail(Fault::unmapped,
                        "a time that comes twice that night; the partner's spelling cannot tell which");
        }
        auto text = pattern_.write(wall);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const auto space = text.find(' ');
            parts[i] = text.substr(0, space);
            text = space == std::string::npos ? std::string{} : text.substr(space + 1);
        }
        parts.back() = text;
        return {};
    }

private:
    DatePattern pattern_;
    Zone zone_;
    std::string assumed_;  // the time of day where the partner gives a date alone
    std::size_t parts_;
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
        canonical += iso_text(*instant);
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        parts[0] = canonical;
        return {};
    }
};

tl::expected<DatePattern, std::string> pattern_of(const ConversionRequest& request) {
    if (request.arguments.empty()) {
        return wrong(std::string(request.name) + " takes a spelling, such as dd/MM/yyyy or HH:mm");
    }
    auto pattern = DatePattern::parse(request.arguments[0]);
    if (!pattern) {
        return wrong("no spelling " + std::string(request.arguments[0]) +
                     "; its letters are yyyy, MM, M, MMM, dd, d, HH, mm and ss");
    }
    return *pattern;
}

}  // namespace

MadeConversion make_date(const ConversionRequest& request) {
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    if (!pattern->has_date() || pattern->has_time()) {
        return wrong("a date has a year, a month and a day, and no time");
    }
    if (request.field->kind != ValueKind::date) { return wrong("date needs a canonical field of a day"); }
    return std::make_unique<DateConversion>(std::move(*pattern));
}

MadeConversion make_time(const ConversionRequest& request) {
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    if (pattern->has_date() || !pattern->has_time()) { return wrong("a time has hours, and no date"); }
    if (request.field->kind != ValueKind::time) { return wrong("time needs a canonical field of a time of day"); }
    return std::make_unique<TimeConversion>(std::move(*pattern));
}

MadeConversion make_instant(const ConversionRequest& request) {
    if (request.field->kind != ValueKind::instant) { return wrong("instant needs a canonical field of a moment"); }
    if (request.arguments.size() == 1 && request.arguments[0] == "iso") { return std::make_unique<IsoInstant>(); }
    auto pattern = pattern_of(request);
    if (!pattern) { return wrong(pattern.error()); }
    if (!pattern->has_date() || !pattern->has_time()) { return wrong("an instant has a date and a time"); }
    const auto spaces = std::count(request.arguments[0].begin(), request.arguments[0].end(), ' ');
    if (request.parts > static_cast<std::size_t>(spaces) + 1) {
        return wrong("the spelling has fewer parts, between spaces, than the line has partner fields");
    }
    if (request.arguments.size() < 2 || request.arguments.size() > 3) {
        return wrong("instant takes a spelling and a zone: instant(dd/MM/yyyy HH:mm, Europe/London)");
    }
    const auto zone = Zone::find(request.arguments[1]);
    if (!zone) { return wrong("no time zone " + std::string(request.arguments[1])); }
    const std::string assumed(request.arguments.size() == 3 ? request.arguments[2] : std::string_view{});
    return std::make_unique<InstantConversion>(std::move(*pattern), *zone, assumed, request.parts);
}

}  // namespace haven
