#include "core/catalogue/older.h"

#include "core/base/encoding.h"
#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

Result<Record> said_in(const std::shared_ptr<const Catalogue>& now, const Record& record) {
    const auto broken = [] {
        return fail(Fault::broken, "the schema has no place any more for a value of this record");
    };
    const auto& before = record.catalogue();
    const auto type = now->find_record_type(before.record_type(record.type()).name.text());
    if (!type) { return broken(); }
    RecordBuilder builder(now);
    builder.start(*type);
    std::vector<InstanceNumber> places{root_instance};
    const auto instances = record.all_instances();
    for (std::size_t i = 1; i < instances.size(); ++i) {
        const auto group = now->find_group(before.group(instances[i].group).path.text());
        if (!group) { return broken(); }
        const auto opened = builder.open(*group, places.at(instances[i].parent.value));
        if (!opened) { return broken(); }
        places.push_back(*opened);
    }
    for (const auto& value : record.values()) {
        const auto field = now->find(before.field(value.field).path.text());
        if (!field) { return broken(); }
        const auto set = builder.set(*field, RawText::of(record, value), places.at(value.instance.value), value.source);
        if (!set) { return broken(); }
    }
    return builder.finish_part(record.as_of());
}

}  // namespace

Result<Record> decode_record(const std::shared_ptr<const Catalogue>& now,
                             std::span<const std::shared_ptr<const Catalogue>> older, std::string_view bytes) {
    BytesReader in(bytes);
    (void)in.u16();
    const auto hash = in.bytes();
    for (const auto& catalogue : older) {
        if (hash == now->hash() || hash != catalogue->hash()) { continue; }
        auto record = Record::decode(catalogue, bytes);
        if (!record) { return record; }
        return said_in(now, *record);
    }
    return Record::decode(now, bytes);
}

std::string lost_path(const Catalogue& before, const Catalogue& after) {
    for (std::size_t t = 0; t < before.record_type_count(); ++t) {
        const auto& type = before.record_type({static_cast<std::uint16_t>(t)});
        if (!after.find_record_type(type.name.text())) { return std::string(type.name.text()); }
    }
    for (std::size_t f = 0; f < before.field_count(); ++f) {
        const auto path = before.field({static_cast<std::uint16_t>(f)}).path.text();
        if (!after.find(path)) { return std::string(path); }
    }
    return {};
}

}  // namespace haven
