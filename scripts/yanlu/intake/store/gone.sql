-- Purged as spam by staff: so that whoever holds the receipt is told so. Never text, never who.
-- Came after the first stores of format 1, which lack it: run whenever a store is opened.
CREATE TABLE IF NOT EXISTS gone (
    code_hash BLOB PRIMARY KEY,
    month TEXT NOT NULL                 -- in which it was purged, YYYY-MM
) STRICT;
