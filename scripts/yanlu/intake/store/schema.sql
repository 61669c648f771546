-- The store of one office. Nothing here identifies a writer in clear: raw text and contact are
-- sealed (intake/seal.py), the code, the nonce and the second word are hashes.

CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    frozen TEXT NOT NULL,               -- JSON: base, moment, title, body, message, files
    delivery TEXT NOT NULL,
    review TEXT,                        -- the forge's name for it, once known
    commit_id TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0 -- Unix seconds
) STRICT;

CREATE TABLE submission (
    id TEXT PRIMARY KEY,                -- public id, random; staff use it too
    nonce_hash BLOB NOT NULL UNIQUE,    -- SHA-256 of the one-time nonce: a repeat finds its row
    code_hash BLOB NOT NULL UNIQUE,     -- SHA-256 of the receipt's secret
    word_hash TEXT,                     -- argon2id of the second word, if one was chosen
    day TEXT NOT NULL,                  -- day of acceptance, YYYY-MM-DD
    kind TEXT NOT NULL CHECK (kind IN ('suggestion', 'claim', 'accusation')),
    channel TEXT NOT NULL,              -- code of data/codes/channels.csv
    writer TEXT NOT NULL CHECK (writer IN ('one', 'joint', 'organisation')),
    child INTEGER NOT NULL CHECK (child IN (0, 1)),
    topic TEXT NOT NULL,
    region TEXT NOT NULL,
    call TEXT,
    wish TEXT NOT NULL CHECK (wish IN ('summary', 'words', 'unlisted')), -- the most that is allowed
    summary_allowed INTEGER NOT NULL DEFAULT 0 CHECK (summary_allowed IN (0, 1)), -- a consent of its own: words do not imply it
    redacted TEXT,                      -- JSON {title, matter, proposal} in clear, masked; NULL once erased
    needs_person INTEGER NOT NULL CHECK (needs_person IN (0, 1)),
    lane TEXT NOT NULL CHECK (lane IN ('ordinary', 'suspected')),
    alike BLOB,                         -- keyed hash of the text: the same text twice is noticed, never dropped
    suite TEXT NOT NULL,                -- how text and contact are sealed
    text BLOB,                          -- sealed; NULL once erased
    contact BLOB,                       -- sealed; NULL where none was given, or once erased
    log_keys BLOB NOT NULL,             -- labels and keys of later log events; never the secret
    fate TEXT NOT NULL,
    delivery TEXT NOT NULL,
    batch TEXT REFERENCES batch (id),
    confirmed TEXT,                     -- JSON {title, text, publication}: what goes out and as what, as a named person confirmed it
    head TEXT,                          -- JSON: the head of the published file, as last seen in git
    seen TEXT,                          -- git's name of that content
    erased TEXT                         -- day of erasure
) STRICT;

CREATE INDEX submission_by_delivery ON submission (delivery, day);
CREATE INDEX submission_by_alike ON submission (alike);

-- Append-only: what happened to a submission, by whom (staff only), on which day.
CREATE TABLE happening (
    number INTEGER PRIMARY KEY,
    submission TEXT NOT NULL REFERENCES submission (id),
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL,
    body TEXT,
    note TEXT
) STRICT;

CREATE INDEX happening_by_submission ON happening (submission, number);

CREATE TRIGGER happening_is_append_only BEFORE UPDATE ON happening
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Proofs of work that were used; kept until they would have run out anyway.
CREATE TABLE spent (
    proof BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
