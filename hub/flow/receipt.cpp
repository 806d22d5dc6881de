#include "hub/flow/receipt.h"

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/messages.h"

namespace haven::flow {
namespace {

constexpr std::int64_t lines_at_once = 1'000;

std::string head(const store::MessageRow& row) {
    return "{\"message\":" + json_string(id_text(row.id)) + ",\"partner\":" + json_string(row.partner.text()) +
           ",\"state\":" + json_string(code_text(row.state)) + (row.fictional ? ",\"fictional\":true" : "") +
           ",\"received\":" + json_string(iso_text(row.received_at)) + ",\"taken\":" + std::to_string(row.taken) +
           ",\"held\":" + std::to_string(row.held) + ",\"repeated\":" + std::to_string(row.repeated) + ",\"records\":[";
}

std::string line_json(const store::ReceiptLine& line) {
    return "{\"record\":" + std::to_string(line.record_number) + ",\"result\":" + json_string(line.result) +
           ",\"fault\":" + json_string(line.fault) + ",\"where\":" + json_string(line.place) +
           ",\"why\":" + json_string(line.reason) + "}";
}

}  // namespace

Result<std::string> receipt_json(const Context& context, MessageId id, const ReceiptPage& page) {
    return context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::string> {
        const auto row = store::read_message(sql, id);
        if (!row) { return fail(Fault::missing, "no such message"); }
        auto out = head(*row);
        auto after = page.after;
        auto left = page.most;
        for (bool more = true; more && left > 0;) {
            const auto wanted = std::min(left, lines_at_once);
            const auto lines = store::receipt_lines(sql, id, after, wanted);
            for (const auto& line : lines) {
                if (!out.ends_with('[')) { out += ","; }
                out += line_json(line);
                after = line.record_number;
            }
            left -= std::ssize(lines);
            more = std::ssize(lines) == wanted;
        }
        return out + (left == 0 ? "],\"next\":" + json_string(id_text(after)) : "]") + "}";
    });
}

}  // namespace haven::flow
