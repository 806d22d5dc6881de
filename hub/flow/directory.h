#pragma once
#include "core/referral/provider.h"
#include "core/store/directory.h"
#include "hub/flow/context.h"

/// What service directories say of providers (docs/decisions/0031-directories-narrow.md).
namespace haven::flow {

/// The entry that a record `service-entry` is. `fictional`: its directory is in rehearsal.
store::DirectoryRow entry_of(const Fields& fields, const Record& record, Name directory, bool fictional);

/// The partner of the site whose file says that this entry is its; null where none does.
const site::Partner* listed_as(const site::Site& site, const store::DirectoryRow& row);

/// The entries that the site's partners name as theirs, as far as a directory has given them.
std::vector<store::DirectoryRow> listed_entries(store::Sql& sql, const site::Site& site);

/// Takes from a provider what its entry says that it does not do: ages, areas where the entry names them by GSS code,
/// times of the week as they are valid `now`, everything where the service is not active. An entry never adds: what the
/// site's file does not say that a provider does, no directory can.
void narrow(Provider& provider, const store::DirectoryRow& row, Instant now);

}  // namespace haven::flow
