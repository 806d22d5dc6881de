#include "core/catalogue/older.h"

#include "core/base/encoding.h"

namespace haven {

Result<Record> decode_record(const std::shared_ptr<const Catalogue>& now, std::span<const SharedCorrespondence> older,
                             std::string_view bytes) {
    BytesReader in(bytes);
    (void)in.u16();
    const auto hash = in.bytes();
    for (const auto& before : older) {
        if (hash == now->hash() || hash != before->from()->hash()) { continue; }
        auto record = Record::decode(before->from(), bytes);
        if (!record) { return record; }
        auto said = before->say(*record);
        if (!said) { return fail(Fault::broken, "the schema has no place any more for a value of this record"); }
        return said;
    }
    return Record::decode(now, bytes);
}

}  // namespace haven
