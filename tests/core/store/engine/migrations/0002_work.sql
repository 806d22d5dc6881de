CREATE TABLE work (
    id {bigint} PRIMARY KEY,
    lane {text} NOT NULL,
    state {text} NOT NULL DEFAULT 'due',
    due_us {bigint} NOT NULL
) {strict};
CREATE INDEX work_due ON work (lane, due_us) WHERE state = 'due';
