#pragma once
#include "core/casework/case.h"

namespace haven {

/// How far the hub has come with a victim of whom two cases were kept: what asks more of the hub stands, and nobody
/// rings her earlier than either case allowed. Pure; a `Ticked` afterwards settles what the facts make of it.
Case merge(const Case& stays, const Case& goes);

/// Whether what became of `a` asks more of the hub than what became of `b`.
bool asks_more(const Case& a, const Case& b);

/// Whether two people are about to ring her, each for one of the cases.
bool both_claimed(const Case& a, const Case& b, Instant now);

/// Whether she said yes in one case and no in the other: a person asks her.
bool answers_differ(const Case& a, const Case& b);

}  // namespace haven
