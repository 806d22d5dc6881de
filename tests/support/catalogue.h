#pragma once
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "core/catalogue/case_file.h"

/// The canonical schema that ships, and records of it made from paths.
namespace haven::test {

inline const std::shared_ptr<const Catalogue>& catalogue() {
    static const auto loaded = [] {
        auto made = Catalogue::load(HAVEN_SOURCE_DIR "/schemas/canonical/1");
        if (!made) {
            ADD_FAILURE() << made.error().message();
            std::abort();
        }
        return *made;
    }();
    return loaded;
}

/// One value for a record: a path, and the text. "child[1]/birth-date" is of the second instance of its group.
using PathValue = std::pair<std::string, std::string>;

inline FieldNumber field(std::string_view path) {
    const auto found = catalogue()->find(path);
    EXPECT_TRUE(found) << path;
    return found.value_or(FieldNumber{});
}

/// Fills a record. Groups are opened as the paths name them; "[n]" after a group chooses the instance.
class RecordMaker {
public:
    explicit RecordMaker(std::string_view type) : builder_(catalogue()) {
        builder_.start(*catalogue()->find_record_type(type));
    }
    RecordMaker& set(const std::string& spelled, std::string_view text) {
        std::string path;
        auto in = root_instance;
        std::string opened;
        std::size_t at = 0;
        while (at < spelled.size()) {
            const auto end = std::min(spelled.find('/', at), spelled.size());
            auto step = spelled.substr(at, end - at);
            const auto mark = step.find('[');
            const auto ordinal = mark == std::string::npos ? std::string("0") : step.substr(mark + 1, 1);
            step = step.substr(0, mark);
            path += (path.empty() ? "" : "/") + step;
            opened.append("/").append(step).append(ordinal);
            if (const auto group = catalogue()->find_group(path)) {
                if (!instances_.contains(opened)) { instances_[opened] = *builder_.open(*group, in); }
                in = instances_[opened];
            }
            at = end + 1;
        }
        const auto done = builder_.set(field(path), text, in);
        EXPECT_TRUE(done) << spelled << ": " << (done ? "" : done.error().message());
        return *this;
    }
    Record part(Instant as_of = from_us(0)) { return builder_.finish_part(as_of); }
    Result<Record> finish(Instant as_of = from_us(0)) { return builder_.finish(as_of); }

private:
    RecordBuilder builder_;
    std::map<std::string, InstanceNumber> instances_;
};

inline Record record(std::string_view type, std::initializer_list<PathValue> values, Instant as_of = from_us(0)) {
    RecordMaker maker(type);
    for (const auto& [path, text] : values) { maker.set(path, text); }
    return maker.part(as_of);
}

}  // namespace haven::test
