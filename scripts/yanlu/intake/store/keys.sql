-- Keys of records, apart from the records: without its key a sealed text is noise, in every backup.
CREATE TABLE key (
    submission TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('text', 'contact')),
    key BLOB NOT NULL,
    PRIMARY KEY (submission, purpose)
) STRICT, WITHOUT ROWID;
