#include "mapping/outward.h"

#include "mapping/format/csv_writer.h"
#include "mapping/format/fixed_writer.h"
#include "mapping/format/json_writer.h"
#include "mapping/format/xml_writer.h"
#include "mapping/run/outward.h"

namespace haven {

Result<Outgoing> OutwardMap::write(Disclosure disclosure) const {
    Document document;
    const auto* visible = &disclosure.visible_;
    std::optional<Record> said;
    if (map_.from_hub_ != nullptr && visible->catalogue().hash() != map_.catalogue_->hash()) {
        auto in_its_version = map_.from_hub_->say(*visible);
        if (!in_its_version) { return fail(std::move(in_its_version).error()); }
        visible = &said.emplace(std::move(*in_its_version));
    }
    OutwardRun run(*visible, document, map_.format_ == Format::json);
    if (auto done = run.run(map_.frame_); !done) { return fail(std::move(done).error()); }
    auto written = bytes(document);
    if (!written) { return fail(std::move(written).error()); }
    const char* media_type = map_.format_ == Format::json  ? "application/json"
                             : map_.format_ == Format::xml ? "application/xml"
                             : map_.format_ == Format::csv ? "text/csv"
                                                           : "text/plain";
    return Outgoing(std::move(disclosure), media_type, std::move(*written));
}

Result<std::string> OutwardMap::bytes(const Document& document) const {
    std::string out;
    Result<void> done;
    if (map_.format_ == Format::json) {
        done = JsonWriter(map_.vocabulary_, JsonLayout::compact).write(document, out);
    } else if (map_.format_ == Format::csv) {
        CsvWriter writer(map_.vocabulary_, map_.csv_.separator, map_.columns());
        if (map_.csv_.header_rows > 0) { writer.header(out, map_.csv_.numbered); }
        done = writer.row(document, out);
    } else if (map_.format_ == Format::xml) {
        XmlForm form{.record_path = map_.split_.empty() ? std::vector{map_.root_} : map_.split_,
                     .prefixes = {},
                     .layout = XmlLayout::indented};
        for (const auto& [prefix, space] : map_.namespaces_) { form.prefixes.push_back({prefix, space}); }
        done = XmlWriter(map_.vocabulary_, std::move(form)).write(document, out);
    } else {
        done = FixedWriter(map_.vocabulary_, *map_.fixed_).row(document, out);
    }
    if (!done) { return fail(std::move(done).error()); }
    return out;
}

}  // namespace haven
