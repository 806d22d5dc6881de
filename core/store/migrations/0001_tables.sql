-- The store of one hub. Ids are made by the hub and rise; times are UTC microseconds. What is canonical is sealed;
-- clear columns hold ids, states, times, grades and partners only. States are the words of the design.

CREATE TABLE message (
    id {bigint} PRIMARY KEY,
    partner text NOT NULL,
    state text NOT NULL CHECK (state IN ('receiving', 'received', 'taken', 'held', 'refused')),
    received_at_us {bigint} NOT NULL,
    media_type text NOT NULL,
    size {bigint} NOT NULL,
    chunks {bigint} NOT NULL,
    site_hash text,                 -- the site under which reading began; null until then
    map_hash text,                  -- and the map of that site: the message is translated to its end under it
    reached {bigint} NOT NULL,      -- records that are done with; reading goes on behind them
    records_taken {bigint} NOT NULL,
    records_held {bigint} NOT NULL,
    records_repeated {bigint} NOT NULL,
    wrapped_key {blob},             -- null once destroyed
    body {blob},                    -- the first chunk, sealed
    source_token {blob},            -- the adapter's word for it, sealed: it may be a file name; null where pushed
    fictional {bigint} NOT NULL,    -- 1: the partner was in rehearsal when it came
    receipt_given {bigint} NOT NULL,
    settled_at_us {bigint}          -- since when every record of it is settled; its bytes go `body_keep` later
) {strict};
CREATE INDEX message_settled ON message (settled_at_us) WHERE settled_at_us IS NOT NULL AND body IS NOT NULL;
CREATE INDEX message_receiving ON message (id) WHERE state = 'receiving';

-- The same bytes came again under another token before their message was done with: owed a receipt of its own then.
CREATE TABLE message_repeat (
    id {bigint} PRIMARY KEY,
    message_id {bigint} NOT NULL,
    source_token {blob} NOT NULL    -- sealed under the message's key
) {strict};

CREATE TABLE chunk (
    message_id {bigint} NOT NULL,
    number {bigint} NOT NULL,
    body {blob} NOT NULL,
    PRIMARY KEY (message_id, number)
) {strict};

-- What was seen before, as keyed digests only: messages, idempotency keys, record references. Stays as a stop list, but
-- for the keys, which are forgotten after a while.
CREATE TABLE seen (
    kind text NOT NULL CHECK (kind IN ('message', 'idempotency-key', 'record')),
    digest {blob} NOT NULL,
    subject_id {bigint} NOT NULL,   -- of the message or record; of a key, the message or case that it stands for
    content {blob} NOT NULL,        -- digest of what came under it
    as_of_us {bigint} NOT NULL,
    erased {bigint} NOT NULL,       -- 1: its case was erased; what comes again under it is held
    reference {blob} NOT NULL,      -- of a record: digest of its reference alone, which the victims of a report share
    PRIMARY KEY (kind, digest)
) {strict_keyed};
CREATE INDEX seen_key ON seen (as_of_us) WHERE kind = 'idempotency-key';
CREATE INDEX seen_erased ON seen (reference) WHERE erased = 1;

-- Each record of a message that was not simply taken: held, repeated, refused; where and why, never a value.
CREATE TABLE receipt_line (
    message_id {bigint} NOT NULL,
    record_number {bigint} NOT NULL,
    result text NOT NULL CHECK (result IN ('held', 'repeated', 'replayed', 'asked')),
    fault text NOT NULL,
    place text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (message_id, record_number)
) {strict_keyed};

CREATE TABLE cases (
    id {bigint} PRIMARY KEY,
    revision {bigint} NOT NULL,
    state text NOT NULL CHECK (state IN ('no-safe-way', 'to-contact', 'contacted', 'could-not-reach', 'accepted-help',
        'declined-help', 'closed')),
    grade text CHECK (grade IN ('standard', 'medium', 'high')),
    opened_at_us {bigint} NOT NULL,
    changed_at_us {bigint} NOT NULL,
    call_rank {bigint} NOT NULL,      -- of the call list: higher first
    next_call_us {bigint},            -- null: no way to her is known
    call_by_us {bigint} NOT NULL,     -- when the first of its running promises ends; the end of time where none runs
    fictional {bigint} NOT NULL,      -- 1: of a rehearsal; it meets partners in rehearsal only
    body {blob} NOT NULL,             -- the case as step() left it, and its clocks: no personal data
    wrapped_key {blob},               -- null once destroyed
    ledger_name {blob},
    restricted text NOT NULL,         -- why nothing more is told of it; empty: it is not restricted
    legal_hold text NOT NULL,         -- why it may not be erased; empty: it may
    merged_into {bigint}              -- another case of the same person, for which this id stands since; it has no key
) {strict};
CREATE INDEX call_list ON cases (call_by_us, call_rank DESC, id) WHERE state IN ('to-contact', 'contacted');
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;

-- What is said of an erasure to whoever asks again: nothing of the person, and nothing by which the ledger's entries of
-- the case could be found.
CREATE TABLE erasure (
    case_id {bigint} PRIMARY KEY,
    at_us {bigint} NOT NULL,
    final_at_us {bigint},            -- when no backup holds it any more; null: the site declares no such time
    records {bigint} NOT NULL,
    messages {bigint} NOT NULL,
    copies {bigint} NOT NULL
) {strict};

-- Records that went with their case: in an older backup they may stand in another.
CREATE TABLE erased_record (
    record_id {bigint} PRIMARY KEY
) {strict};

-- What the ledger called cases that were merged into this one: their entries are its own since.
CREATE TABLE former_name (
    name {blob} PRIMARY KEY,
    case_id {bigint} NOT NULL
) {strict};
CREATE INDEX former_name_by_case ON former_name (case_id);

CREATE TABLE record (
    id {bigint} PRIMARY KEY,
    case_id {bigint} NOT NULL,
    message_id {bigint} NOT NULL,    -- 0 where a hub worker entered it
    record_type text NOT NULL,
    partner text NOT NULL,
    agreement text NOT NULL,         -- under which its source gave it; empty for the hub's own
    as_of_us {bigint} NOT NULL,
    by_person {bigint} NOT NULL,
    body {blob} NOT NULL,
    restricted {bigint} NOT NULL     -- 1: a victim's account in confidence, in no case file
) {strict};
CREATE INDEX record_by_case ON record (case_id);
CREATE INDEX record_by_message ON record (message_id) WHERE message_id <> 0;

CREATE TABLE blind_index (
    kind {bigint} NOT NULL,
    digest {blob} NOT NULL,
    case_id {bigint} NOT NULL,
    PRIMARY KEY (kind, digest, case_id)
) {strict_keyed};
CREATE INDEX blind_index_by_case ON blind_index (case_id);

CREATE TABLE referral (
    id {bigint} PRIMARY KEY,
    case_id {bigint} NOT NULL,
    service text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'awaiting-consent', 'ready', 'offered', 'accepted', 'in-progress',
        'on-hold', 'completed', 'declined', 'no-provider', 'withdrawn', 'superseded')),
    opened_at_us {bigint} NOT NULL,
    changed_at_us {bigint} NOT NULL,
    body {blob} NOT NULL             -- the referral as step() left it: states, times and partners, no personal data
) {strict};
CREATE INDEX referral_by_case ON referral (case_id);
CREATE INDEX referral_by_state ON referral (state, id);

CREATE TABLE offer (
    id {bigint} PRIMARY KEY,
    referral_id {bigint} NOT NULL,
    case_id {bigint} NOT NULL,
    partner text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'question', 'accepted', 'confirmed', 'released',
        'declined', 'withdrawn', 'lapsed', 'unknown', 'expected', 'arrived', 'did-not-arrive')),
    reference text NOT NULL UNIQUE   -- what the partner knows it by; says nothing of the case or of other offers
) {strict};
CREATE INDEX offer_by_referral ON offer (referral_id);
CREATE INDEX offer_by_partner ON offer (partner, state);

-- Work is an intent (what to tell whom), never bytes.
CREATE TABLE work (
    id {bigint} PRIMARY KEY,
    lane text NOT NULL,              -- a partner, or a part of the hub
    kind text NOT NULL CHECK (kind IN ('read', 'replay', 'tell', 'report', 'account', 'recall', 'receipt')),
    notice text NOT NULL,            -- of `tell`: what the partner is told
    case_id {bigint} NOT NULL,       -- 0 where there is none: order is kept per case
    subject_id {bigint} NOT NULL,
    state text NOT NULL CHECK (state IN ('due', 'claimed', 'done', 'held')),
    due_at_us {bigint} NOT NULL,
    lease_until_us {bigint} NOT NULL,
    holder {bigint} NOT NULL,        -- the node that claimed it last
    attempts {bigint} NOT NULL
) {strict};
CREATE INDEX work_due ON work (lane, due_at_us, id) WHERE state IN ('due', 'claimed');
CREATE INDEX work_of_case ON work (case_id, id) WHERE state IN ('due', 'claimed', 'held');

CREATE TABLE attempt (
    id {bigint} PRIMARY KEY,
    work_id {bigint} NOT NULL,
    case_id {bigint} NOT NULL,
    offer_id {bigint} NOT NULL,
    partner text NOT NULL,
    for_handler {bigint} NOT NULL,   -- 1: to the partner's nominated handler, past its own system
    notice text NOT NULL,
    version {bigint} NOT NULL,       -- of the referral, as told
    state text NOT NULL CHECK (state IN ('begun', 'accepted', 'rejected', 'retry', 'unreachable', 'unknown', 'recalled')),
    idempotency_key text NOT NULL,
    begun_at_us {bigint} NOT NULL,
    ended_at_us {bigint},
    commitment {blob} NOT NULL,
    body {blob} NOT NULL             -- salt and exact bytes, sealed under the case's key; in clear where there is no case
) {strict};
CREATE INDEX attempt_by_work ON attempt (work_id);
CREATE INDEX attempt_by_case ON attempt (case_id);

-- What a partner holds of a case: one row for what it was told under one reference, and what is to become of that.
CREATE TABLE copy (
    id {bigint} PRIMARY KEY,
    case_id {bigint} NOT NULL,
    partner text NOT NULL,
    offer_id {bigint} NOT NULL,      -- 0 where it is a report to the source of the case
    reference text NOT NULL,
    purpose text NOT NULL,
    told_at_us {bigint} NOT NULL,    -- last
    delete_by_us {bigint},           -- by the agreement's retention, counted from then
    wanted text NOT NULL CHECK (wanted IN ('keep', 'stop-using', 'destroy')),
    why text NOT NULL,               -- a code
    state text NOT NULL CHECK (state IN ('kept', 'asked', 'told', 'acknowledged', 'refused')),
    changed_at_us {bigint} NOT NULL,
    due_at_us {bigint},              -- by when it must be acknowledged
    UNIQUE (partner, reference)
) {strict};
CREATE INDEX copy_by_case ON copy (case_id);

-- Waits for a person. Equal causes are one line with one decision; what waits under it stands in held_item.
CREATE TABLE held (
    id {bigint} PRIMARY KEY,
    cause text NOT NULL,             -- partner, fault, place and reason without numbers of rows: equal ones meet here
    partner text NOT NULL,
    fault text NOT NULL,
    place text NOT NULL,
    reason text NOT NULL,
    role text NOT NULL,
    opened_at_us {bigint} NOT NULL,
    due_at_us {bigint} NOT NULL,
    items {bigint} NOT NULL,
    decided_at_us {bigint}
) {strict};
CREATE UNIQUE INDEX held_open ON held (cause) WHERE decided_at_us IS NULL;

CREATE TABLE held_item (
    held_id {bigint} NOT NULL,
    kind text NOT NULL CHECK (kind IN ('record', 'message', 'work', 'referral', 'case', 'override', 'source', 'date')),
    subject_id {bigint} NOT NULL,
    number {bigint} NOT NULL,        -- of the record within its message
    case_id {bigint} NOT NULL,
    awaits {blob},                   -- what it waits for: the digest of an incident whose report may come yet
    PRIMARY KEY (held_id, kind, subject_id, number)
) {strict_keyed};
CREATE INDEX held_item_awaits ON held_item (awaits) WHERE awaits IS NOT NULL;
-- Of the two cases that may be of one victim.
CREATE INDEX held_item_of_pair ON held_item (subject_id) WHERE kind = 'case' AND number <> 0;
CREATE INDEX held_item_of_other ON held_item (number) WHERE kind = 'case' AND number <> 0;

-- What an agreement or the guard stopped on its way out, and what a person decided on it.
CREATE TABLE near_miss (
    id {bigint} PRIMARY KEY,
    partner text NOT NULL,
    case_id {bigint} NOT NULL,
    work_id {bigint} NOT NULL,
    notice text NOT NULL,
    why text NOT NULL,               -- a code of core/agreement/refusal.h
    at_us {bigint} NOT NULL,
    decision text NOT NULL CHECK (decision IN ('', 'again', 'close', 'override')),
    decided_by {bigint} NOT NULL,
    decided_at_us {bigint}
) {strict};
CREATE INDEX near_miss_by_work ON near_miss (work_id);
CREATE INDEX near_miss_by_case ON near_miss (case_id);

-- What people let go that was stopped: asked for by one, given by another or by breaking the glass, used once, reviewed.
CREATE TABLE guard_override (
    id {bigint} PRIMARY KEY,
    near_miss_id {bigint} NOT NULL,
    work_id {bigint} NOT NULL,
    case_id {bigint} NOT NULL,
    partner text NOT NULL,
    why text NOT NULL,
    ground text NOT NULL,
    asked_by {bigint} NOT NULL,
    asked_role text NOT NULL,
    asked_at_us {bigint} NOT NULL,
    confirmed_by {bigint} NOT NULL,  -- 0 while nobody has, and where the glass was broken
    confirmed_role text NOT NULL,
    break_glass {bigint} NOT NULL,
    given_at_us {bigint},
    until_us {bigint} NOT NULL,
    lasts_us {bigint} NOT NULL,
    used_key text NOT NULL,          -- of the one sending's bytes; empty until then
    review_due_us {bigint},
    reviewed_by {bigint} NOT NULL,
    reviewed_at_us {bigint},
    finding text NOT NULL CHECK (finding IN ('', 'justified', 'not-justified')),
    justification {blob} NOT NULL,   -- what was typed, sealed under the case's key
    CHECK (confirmed_by = 0 OR confirmed_by <> asked_by)
) {strict};
CREATE INDEX override_by_work ON guard_override (work_id);

-- Who must not know of a case: a partner where the perpetrator or a relative works, or (partner empty) a user.
CREATE TABLE conflict (
    case_id {bigint} NOT NULL,
    partner text NOT NULL,
    person_id {bigint} NOT NULL,     -- 0: a partner
    reason text NOT NULL,
    by_id {bigint} NOT NULL,
    at_us {bigint} NOT NULL,
    PRIMARY KEY (case_id, partner, person_id)
) {strict};
CREATE INDEX conflict_by_person ON conflict (person_id, case_id) WHERE person_id <> 0;

-- To whom a case does not exist: of whom a conflict was declared for it, or for one that may be the same victim's, as long
-- as nobody has decided that.
CREATE VIEW concealed AS
    SELECT case_id, person_id FROM conflict WHERE person_id <> 0
    UNION ALL
    SELECT i.number AS case_id, c.person_id FROM conflict c
    JOIN held_item i ON i.subject_id = c.case_id AND i.kind = 'case' AND i.number <> 0
    JOIN held h ON h.id = i.held_id AND h.fault = 'same-person' AND h.decided_at_us IS NULL
    WHERE c.person_id <> 0
    UNION ALL
    SELECT i.subject_id AS case_id, c.person_id FROM conflict c
    JOIN held_item i ON i.number = c.case_id AND i.kind = 'case' AND i.number <> 0
    JOIN held h ON h.id = i.held_id AND h.fault = 'same-person' AND h.decided_at_us IS NULL
    WHERE c.person_id <> 0;

-- What she decided on telling a partner her account.
CREATE TABLE account_decision (
    record_id {bigint} NOT NULL,
    partner text NOT NULL,
    tell {bigint} NOT NULL,
    by_id {bigint} NOT NULL,
    at_us {bigint} NOT NULL,
    PRIMARY KEY (record_id, partner)
) {strict};

-- The kill switch: to this partner (empty: to nobody) nothing is sent.
CREATE TABLE stop (
    partner text PRIMARY KEY,
    person_id {bigint} NOT NULL,
    reason text NOT NULL,
    at_us {bigint} NOT NULL
) {strict};

-- Sites that people published: each a list of files, which stand once however many sites have them. One is active.
CREATE TABLE published_site (
    hash text PRIMARY KEY,           -- of all its files (hub/site/files.h)
    person_id {bigint} NOT NULL,     -- who published it; 0: the hub itself, at the first start of an empty store
    at_us {bigint} NOT NULL
) {strict};

CREATE TABLE published_path (
    site_hash text NOT NULL,
    path text NOT NULL,
    file_hash text NOT NULL,
    PRIMARY KEY (site_hash, path)
) {strict};

CREATE TABLE published_file (
    hash text PRIMARY KEY,
    body {blob} NOT NULL
) {strict};

CREATE TABLE active_site (
    one {bigint} PRIMARY KEY CHECK (one = 1),
    hash text NOT NULL,
    person_id {bigint} NOT NULL,
    at_us {bigint} NOT NULL
) {strict};

CREATE TABLE timer (
    kind text NOT NULL,
    subject_id {bigint} NOT NULL,
    due_at_us {bigint} NOT NULL,
    PRIMARY KEY (kind, subject_id)
) {strict_keyed};
CREATE INDEX timer_due ON timer (due_at_us);

CREATE TABLE vacancy (
    partner text NOT NULL,
    service text NOT NULL,
    places {bigint} NOT NULL,
    as_of_us {bigint} NOT NULL,
    expires_at_us {bigint} NOT NULL,
    fictional {bigint} NOT NULL,     -- 1: said in rehearsal; no word once the partner is live
    PRIMARY KEY (partner, service)
) {strict_keyed};

-- What a service directory says of services. Public, without any person.
CREATE TABLE directory_entry (
    directory text NOT NULL,         -- the partner who gave it
    entry text NOT NULL,             -- its own number
    name text NOT NULL,
    provider text NOT NULL,
    status text NOT NULL,
    age_min {bigint},
    age_max {bigint},
    areas text NOT NULL,             -- a line each, as the next two
    languages text NOT NULL,
    times text NOT NULL,
    as_of_us {bigint} NOT NULL,
    fictional {bigint} NOT NULL,     -- 1: given in rehearsal
    PRIMARY KEY (directory, entry)
) {strict_keyed};

-- Somebody asks what is held of them. What is answered is made when it is read; nothing of it is kept.
CREATE TABLE access_request (
    id {bigint} PRIMARY KEY,
    case_id {bigint} NOT NULL,
    subject text NOT NULL CHECK (subject IN ('victim', 'perpetrator')),
    prepared_by {bigint} NOT NULL,
    prepared_at_us {bigint} NOT NULL,
    signed_by {bigint},
    signed_revision {bigint},        -- of the case as the signer saw it; another one must be signed again
    signed_site text                 -- the hash of the site under which it was seen; likewise
) {strict};
CREATE INDEX access_request_by_case ON access_request (case_id);

CREATE TABLE ledger_entry (
    id {bigint} PRIMARY KEY,
    leaf {bigint},                   -- its number in the tree, once the sequencer gave it
    subject {blob},                  -- the ledger's name of the case, for questions by case
    message_id {bigint} NOT NULL,
    body {blob} NOT NULL
) {strict};
CREATE INDEX ledger_unnumbered ON ledger_entry (id) WHERE leaf IS NULL;
CREATE UNIQUE INDEX ledger_by_leaf ON ledger_entry (leaf) WHERE leaf IS NOT NULL;
CREATE INDEX ledger_by_subject ON ledger_entry (subject) WHERE subject IS NOT NULL;
CREATE INDEX ledger_by_message ON ledger_entry (message_id) WHERE message_id <> 0;

CREATE TABLE checkpoint (
    size {bigint} PRIMARY KEY,
    at_us {bigint} NOT NULL,
    note text NOT NULL,
    tree {blob} NOT NULL,            -- the tree's state at that size, so that the sequencer can go on
    witness text NOT NULL            -- the key of the witness whose signature the note bears; empty: none
) {strict};
CREATE INDEX checkpoint_by_witness ON checkpoint (witness, size) WHERE witness <> '';

-- A duty manager lets places be told for a while although no witness countersigns.
CREATE TABLE locator_release (
    id {bigint} PRIMARY KEY,
    person_id {bigint} NOT NULL,
    reason text NOT NULL,
    at_us {bigint} NOT NULL,
    until_us {bigint} NOT NULL
) {strict};

-- What passed between the hub and a partner on one day, as numbers of messages, with the newest signed checkpoint then.
CREATE TABLE daily_receipt (
    id {bigint} PRIMARY KEY,
    partner text NOT NULL,
    day {text} NOT NULL,             -- where the site is: "2026-11-27"
    at_us {bigint} NOT NULL,
    taken {bigint} NOT NULL,
    held {bigint} NOT NULL,
    refused {bigint} NOT NULL,
    waiting {bigint} NOT NULL,       -- not read yet when it was made
    sent {bigint} NOT NULL,          -- to the partner, and accepted by it
    checkpoint text NOT NULL,
    UNIQUE (partner, day)
) {strict};

CREATE TABLE person (
    id {bigint} PRIMARY KEY,
    name text NOT NULL UNIQUE,       -- what the person signs in as
    role text NOT NULL
) {strict};

-- Tokens of partners and people, as digests. One that is revoked stays, so that its use can be told.
CREATE TABLE token (
    digest {blob} PRIMARY KEY,
    partner text NOT NULL,           -- or empty
    person_id {bigint} NOT NULL,     -- or 0
    made_at_us {bigint} NOT NULL,
    revoked_at_us {bigint}
) {strict};

-- Keys of the whole site that are not the site key: of digests, of the blind index, of references.
CREATE TABLE site_secret (
    name text PRIMARY KEY,
    wrapped_key {blob} NOT NULL
) {strict};

-- What of the machine each node was started with last (haven.toml: database, keys, plugins, http), as a digest.
CREATE TABLE machine (
    node {bigint} PRIMARY KEY,
    settings {blob} NOT NULL
) {strict};

-- Leases of parts of which one runs at a time: the sequencer, the timers.
CREATE TABLE lease (
    name text PRIMARY KEY,
    holder {bigint} NOT NULL,
    until_us {bigint} NOT NULL
) {strict};
CREATE INDEX message_receipts ON message (partner, id) WHERE receipt_given = 0 AND source_token IS NOT NULL;
