-- Under which number a record stands in the official letters-and-visits system. Sealed to the office's
-- key: nobody who has the store alone can look a writer up there. Came after the first stores of
-- format 1, which lack it: run whenever a store is opened.
CREATE TABLE IF NOT EXISTS registration (
    submission TEXT PRIMARY KEY REFERENCES submission (id),
    number BLOB NOT NULL
) STRICT;
