#include <algorithm>
#include <charconv>

#include "mapping/conversion/make.h"

namespace haven {
namespace {

/// Several fields with a space between: first and further given names. Outward each field takes one word and the last
/// takes what is left.
class Words : public Conversion {
public:
    explicit Words(std::size_t parts) : parts_(parts) {}
    std::size_t parts() const override { return parts_; }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        const auto before = canonical.size();
        for (const auto part : parts) {
            const auto more = trimmed(part);
            if (more.empty()) { continue; }
            if (canonical.size() > before) { canonical += ' '; }
            canonical += more;
        }
        return {};
    }
    Result<void> out(std::string_view canonical, std::span<std::string> parts) const override {
        auto rest = canonical;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const auto end = std::min(rest.find(' '), rest.size());
            parts[i] = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        parts.back() = rest;
        std::string back;
        const std::vector<std::string_view> written(parts.begin(), parts.end());
        if (auto read = in(written, back); !read) { return read; }
        if (back == canonical) { return {}; }
        return fail(Fault::unmapped, "expected words with one space between them");
    }

private:
    std::size_t parts_;
};

/// One piece of a text that holds several: the family name of "EXAMPLE, Robin". The others are gone: no way back.
class Part : public Conversion {
public:
    Part(std::size_t which, std::string separator) : which_(which), separator_(std::move(separator)) {}
    bool has_inverse() const override { return false; }

    Result<void> in(std::span<const std::string_view> parts, std::string& canonical) const override {
        auto rest = parts[0];
        for (std::size_t i = 1; i < which_; ++i) {
            const auto end = rest.find(separator_);
            if (end == std::string_view::npos) { return {}; }
            rest.remove_prefix(end + separator_.size());
        }
        canonical += trimmed(rest.substr(0, rest.find(separator_)));
        return {};
    }
    Result<void> out(std::string_view, std::span<std::string>) const override {
        return fail(Fault::broken, "a part cannot be written as the whole");
    }

private:
    std::size_t which_;  // from 1
    std::string separator_;
};

}  // namespace

MadeConversion make_words(const ConversionRequest& request) {
    if (!request.arguments.empty()) { return wrong("words takes no arguments"); }
    return std::make_unique<Words>(request.parts);
}

MadeConversion make_part(const ConversionRequest& request) {
    std::size_t which = 0;
    if (request.arguments.size() == 2) {
        const auto text = request.arguments[0];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), which);
        if (error != std::errc{} || end != text.data() + text.size() || which > 9) { which = 0; }
    }
    if (which == 0 || request.arguments[1].empty()) {
        return wrong("part takes a number from 1 to 9 and what stands between the parts: part(2, \",\")");
    }
    return std::make_unique<Part>(which, std::string(request.arguments[1]));
}

}  // namespace haven
