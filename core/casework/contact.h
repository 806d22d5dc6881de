#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/agreement/facts.h"
#include "core/calendar/safe_windows.h"
#include "core/casework/words.h"
#include "core/catalogue/record.h"

namespace haven {

/// What the hub's own contacts have shown of a channel.
enum class ChannelStanding : std::uint8_t {
    unverified,       ///< as the source gave it
    verified,         ///< she said so herself at the last contact
    to_verify_again,  ///< a contact was made since, and she was not asked again: no machine and no partner uses it
    suspended,        ///< somebody else answered; until a person sets it right
    superseded,       ///< it is hers no longer
};
constexpr std::array<std::string_view, 5> code_names(ChannelStanding) {
    return {"unverified", "verified", "to-verify-again", "suspended", "superseded"};
}

/// What a contact makes of the channel that was used. `asked_again`: she was asked whether it is still safe.
ChannelStanding after_contact(ChannelStanding before, ContactOutcome outcome, bool asked_again);

/// One way to her: a telephone, a mailbox or an address.
struct ContactPoint {
    enum class Kind : std::uint8_t { phone, email, address };
    Kind kind = Kind::phone;
    InstanceNumber instance{};  ///< of the case file's record: where the number, mailbox or address is read
    Answer safe = Answer::unknown;
    Answer text_safe = Answer::unknown;       ///< of telephones
    Answer voicemail_safe = Answer::unknown;  ///< of telephones
    bool of_perpetrator = false;              ///< the perpetrator's too, or known to be in the perpetrator's reach
    ChannelStanding standing = ChannelStanding::unverified;
};

/// How, when and through whom she may be reached.
struct SafeContact {
    Answer asked_not_to_be_contacted = Answer::unknown;
    bool window_named = false;
    std::optional<SafeWindows> windows{};  ///< nothing though one is named: it could not be read, and no time is safe
    std::vector<std::optional<SafeWindows>> others{};  ///< of cases that may be hers: no time outside any; as `windows`
    AnswerToCall if_other_answers = AnswerToCall::nothing;
    Answer withhold_number = Answer::unknown;
    std::vector<ContactPoint> points{};
};

/// How a person may make the first call to a number of which nobody knows whether it is safe.
struct FirstContactProtocol {
    bool permitted = true;
    bool withhold_number = true;
    int attempts_a_day = 2;
    SafeWindows hours;
    // Said on such a call: no message is left and no agency is named before the person has proved to be her.
    std::string identity_question;
    std::string wrong_person_words;
    std::string agreed_by;  ///< empty: the words and hours are ours, and still to be agreed
};

/// What the site has declared about contacting victims.
struct ContactRules {
    Zone zone;          ///< whose midnight begins a new day of attempts
    SafeWindows hours;  ///< where she has named no window
    int attempts_a_day = 3;
    FirstContactProtocol first_contact;
};

/// Rules to begin with: 09:00 to 19:00 from Monday to Saturday for first calls, 08:00 to 20:00 daily otherwise. They
/// are ours, to be agreed by the site's agencies.
ContactRules default_contact_rules(Zone zone);

enum class Caller : std::uint8_t {
    machine,  ///< whatever the hub does by itself
    partner,  ///< somebody to whom the hub gives the number
    person,   ///< a hub worker, by hand
};

struct Allowed {
    Instant until;               ///< not after this moment without asking again
    bool first_contact = false;  ///< only as the first-contact protocol says; the reason is logged
    bool withhold_number = true;
    AnswerToCall if_other_answers = AnswerToCall::nothing;  ///< or a machine
};

enum class BarredWhy : std::uint8_t {
    asked_not_to_be_contacted,
    of_perpetrator,
    suspended,
    superseded,
    not_safe,         ///< no stays no
    unknown,          ///< barred to every machine and every partner; to a person, but for a first call
    to_verify_again,  ///< barred to every machine and every partner
    outside_window,
    outside_hours,
    attempts_used,
    other_channel,  ///< this point cannot be used in this way
};
constexpr std::array<std::string_view, 11> code_names(BarredWhy) {
    return {"asked-not-to-be-contacted", "of-perpetrator", "suspended",     "superseded",    "not-safe",     "unknown",
            "to-verify-again",           "outside-window", "outside-hours", "attempts-used", "other-channel"};
}

struct Barred {
    BarredWhy why;
    std::optional<Instant> next_allowed_at{};  ///< nothing where time alone does not change it
};

/// Whether this point may be used in this way by this caller now. `attempts` are those made to her, in any order.
///
/// No stays no. Where she has named a window nothing but a letter reaches her outside it. Her own calls in are never
/// asked about here.
tl::expected<Allowed, Barred> may_contact(const SafeContact& contact, const ContactPoint& point, ContactChannel channel,
                                          Caller caller, std::span<const Instant> attempts, const ContactRules& rules,
                                          Instant now);

/// Whether a message may be left at this number: where she has said that voicemail there is safe, or that a text is.
bool may_leave_message(const SafeContact& contact, const ContactPoint& point, ContactChannel channel);

inline constexpr std::array calls{ContactChannel::call};
inline constexpr std::array every_channel{ContactChannel::call, ContactChannel::text, ContactChannel::email,
                                          ContactChannel::post};

/// When a person may next reach her through one of these channels by any point, `now` included. Nothing of
/// `every_channel`: there is no safe way yet.
std::optional<Instant> next_contact(const SafeContact& contact, std::span<const ContactChannel> channels,
                                    std::span<const Instant> attempts, const ContactRules& rules, Instant now);

}  // namespace haven
