#pragma once
#include <span>
#include <string>

#include "core/agreement/safety_fields.h"
#include "core/casework/contact.h"
#include "core/catalogue/case_file.h"

namespace haven {

/// What the hub's own contacts have shown of one number or mailbox, in its canonical spelling.
struct KnownStanding {
    std::string contact;
    ChannelStanding standing;
};

/// The fields that tell how she may be reached, bound once by path.
class ContactFields {
public:
    /// Errors: missing or malformed at the path.
    static Result<ContactFields> bind(const Catalogue& catalogue);

    /// Reads a case file. Whatever cannot be read makes less of it usable, never more. `now` tells which addresses
    /// have ended.
    SafeContact read(const CaseFile& file, std::span<const KnownStanding> standings, const Zone& zone,
                     Instant now) const;
    /// Bars what a record beside the case bars, as one of a case that may be hers: each way to her that it calls not
    /// safe or the perpetrator's, and all of them where she asked in it not to be contacted. `facts`: those that were
    /// read.
    void bar(SafeContact& contact, const Record& facts, const Record& beside, Instant now) const;
    /// Bounds the times of a call by what a case that may be hers says, folded: its windows, a number to be withheld,
    /// what to do when somebody else answers, and which of these numbers takes no message.
    void bound(SafeContact& contact, const Record& facts, const CaseFile& beside, const Zone& zone, Instant now) const;
    /// The numbers of hers that a case that may be hers, folded, lets be used at some times only, or takes no message
    /// at, without `facts` saying so: whoever is told of one case cannot be told that.
    std::vector<std::string> bounded(const Record& facts, const Record& beside) const;
    /// When each address and window with a last day is over: nothing else of how she may be reached changes with time.
    std::vector<Instant> ends(const Record& facts) const;

private:
    template <class T>
    using F = std::optional<Field<T>>;
    ContactFields() = default;
    std::vector<WeeklyWindow> windows(const Record& facts) const;
    void add_phones(SafeContact& contact, const Record& facts, std::span<const KnownStanding> standings) const;
    void add_emails(SafeContact& contact, const Record& facts, std::span<const KnownStanding> standings) const;
    void add_addresses(SafeContact& contact, const Record& facts, Instant now) const;

    std::optional<SafetyFields> safety_;
    GroupNumber window_{};
    F<std::string> number_, email_;
    F<Answer> phone_safe_, text_safe_, voicemail_safe_, email_safe_, address_safe_, address_known_, asked_not_,
        withhold_;
    F<AnswerToCall> if_other_answers_;
    F<WindowDay> day_;
    F<TimeOfDay> from_, until_;
    F<Date> last_day_, address_until_;
};

}  // namespace haven
