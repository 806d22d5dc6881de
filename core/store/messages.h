#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/seal/octets.h"
#include "core/store/engine/sql.h"

namespace haven::store {

enum class MessageState : std::uint8_t { receiving, received, taken, held, refused };
constexpr std::array<std::string_view, 5> code_names(MessageState) {
    return {"receiving", "received", "taken", "held", "refused"};
}

/// One message that a partner sent. `body` and the chunks are sealed under the message's own key.
struct MessageRow {
    MessageId id;
    Name partner;
    MessageState state = MessageState::received;
    Instant received_at{};
    std::string media_type;
    std::int64_t size = 0;
    std::int64_t chunks = 1;
    std::int64_t reached = 0;  ///< records that are done with
    std::int64_t taken = 0;
    std::int64_t held = 0;
    std::int64_t repeated = 0;
    std::string wrapped_key;   ///< empty once destroyed
    std::string body;          ///< empty where it was not asked for
    std::string source_token;  ///< sealed; empty where the message was pushed
    bool fictional = false;    ///< the partner was in rehearsal when it came
    std::string site;          ///< under which reading began; empty until then
    std::string map;           ///< the digest of the map that reads it, in hexadecimal; empty until then
};

void insert_message(Sql& sql, const MessageRow& row);
void insert_chunk(Sql& sql, MessageId message, std::int64_t number, std::string_view sealed);
/// All pieces of a message are in the store: it is received, with the size and chunks of `row`.
void end_receiving(Sql& sql, const MessageRow& row);
/// Takes back a message that is not received yet, with its chunks.
void delete_receiving(Sql& sql, MessageId id);
/// Those that a node left half-received when it ended.
std::vector<MessageId> left_receiving(Sql& sql, std::int64_t most);
std::optional<std::string> read_chunk(Sql& sql, MessageId message, std::int64_t number);
std::optional<MessageRow> read_message(Sql& sql, MessageId id);
/// `now`: a message that is taken or held is settled from then on, as far as it is not held.
void set_message_state(Sql& sql, MessageId id, MessageState state, Instant now);
/// Reading went on to a record; the counts grow by these.
void advance_message(Sql& sql, MessageId id, std::int64_t reached, std::int64_t taken, std::int64_t held,
                     std::int64_t repeated);

/// Reading began under this site and map; what was noted before stands.
void pin_map(Sql& sql, MessageId id, std::string_view site, std::string_view map);

/// What was seen before, by keyed digest.
enum class SeenKind : std::uint8_t { message, idempotency_key, record };
constexpr std::array<std::string_view, 3> code_names(SeenKind) {
    return {"message", "idempotency-key", "record"};
}

struct Seen {
    std::int64_t subject = 0;  ///< id of the message or record
    Digest16 content;
    Instant as_of{};
    bool erased = false;   ///< its case was erased: what comes again under it is held
    Digest16 reference{};  ///< of a record: its reference alone, which the victims of one report share
};

/// Remembers a digest; where it is there already, answers what was remembered and changes nothing.
std::optional<Seen> remember(Sql& sql, SeenKind kind, const Digest16& digest, const Seen& now);
std::optional<Seen> recall_seen(Sql& sql, SeenKind kind, const Digest16& digest);
/// Whether the case of any record under this reference was erased.
bool is_erased(Sql& sql, const Digest16& reference);
/// A newer version of a record came under the same reference.
void replace_seen(Sql& sql, SeenKind kind, const Digest16& digest, const Seen& now);
/// Takes away idempotency keys that came at `before` or earlier; answers how many, `most` at most.
std::int64_t forget_idempotency_keys(Sql& sql, Instant before, std::int64_t most);

/// What became of one record that was not simply taken.
struct ReceiptLine {
    std::int64_t record_number = 0;
    std::string result;  ///< "held", "repeated", "replayed"
    std::string fault;
    std::string place;
    std::string reason;
};
void put_receipt_line(Sql& sql, MessageId message, const ReceiptLine& line);
/// The numbers of its lines that are held now.
std::set<std::int64_t> held_numbers(Sql& sql, MessageId message);
std::vector<ReceiptLine> receipt_lines(Sql& sql, MessageId message, std::int64_t after, std::int64_t most);

}  // namespace haven::store
