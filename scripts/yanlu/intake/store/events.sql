-- What the public log says of a submission (receipts/, decision 0018). Came after the first stores of
-- format 1, which lack it: run whenever a store is opened.
-- A message is what the holder of the code is shown; no words of a citizen or of a reply stand in it.
CREATE TABLE IF NOT EXISTS log_event (
    submission TEXT NOT NULL REFERENCES submission (id),
    number INTEGER NOT NULL,            -- 0 is the acceptance
    message TEXT NOT NULL,              -- canonical JSON; all of them go when the record is erased
    PRIMARY KEY (submission, number)
) STRICT, WITHOUT ROWID;

-- Lines that wait to be sealed, apart from the records they tell of: nothing here leads from one to
-- the other, and the order is that of days and of bytes, not of arrival.
CREATE TABLE IF NOT EXISTS log_line (
    day TEXT NOT NULL,                  -- on which it was written
    line BLOB NOT NULL,                 -- label and commitment, 48 bytes
    PRIMARY KEY (day, line)
) STRICT, WITHOUT ROWID;

-- SHA-256 of the answer that the log bound last: the key of its event is gone by then, and a file
-- in git may say something else since. Of what the office published, never of what a citizen wrote.
CREATE TABLE IF NOT EXISTS log_answer (
    submission TEXT PRIMARY KEY,
    words BLOB NOT NULL                 -- goes when the record is erased
) STRICT, WITHOUT ROWID;
