-- Two small steps for the engine's own tests; the store's real ones are in core/store/migrations.
CREATE TABLE message (
    id {bigint} PRIMARY KEY,
    partner {text} NOT NULL,
    received_us {bigint},
    urgent {bigint},
    note {text},
    body {blob},
    CHECK (partner <> 'nobody')
) {strict};

CREATE TABLE part (
    message {bigint} NOT NULL REFERENCES message (id),
    number {bigint} NOT NULL,
    UNIQUE (message, number)
) {strict};
