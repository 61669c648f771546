-- What one person has decided and a second one has yet to confirm; and who may be that second one.
-- Came after the first stores of format 1, which lack it: run whenever a store is opened.
-- Names of staff stand here and in histories, never in git.
CREATE TABLE IF NOT EXISTS pending (
    submission TEXT NOT NULL REFERENCES submission (id),
    what TEXT NOT NULL CHECK (what IN ('release', 'withdraw', 'erase')),
    by TEXT NOT NULL,                   -- the first person
    day TEXT NOT NULL,
    PRIMARY KEY (submission, what)
) STRICT;

CREATE TABLE IF NOT EXISTS signer (
    name TEXT PRIMARY KEY,
    deputy TEXT,                        -- who stands in while this one is away
    until TEXT,                         -- the last day of that
    by TEXT NOT NULL,                   -- who wrote this down
    day TEXT NOT NULL
) STRICT;
