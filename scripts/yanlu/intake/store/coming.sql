-- The key of a contact that is to take another's place, from before the record is written until
-- both are: whoever is killed in between leaves enough to tell which of the two keys counts.
CREATE TABLE IF NOT EXISTS coming (
    submission TEXT PRIMARY KEY,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL                -- SHA-256 of the sealed contact that it opens
) STRICT, WITHOUT ROWID;
