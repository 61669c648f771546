-- What readers tell of the site itself: a mistake, or something of a person that ought not to be
-- seen. Came after the first stores of format 1, which lack it: run whenever a store is opened.
-- In clear stands only which page and which kind; the rest is sealed to the office alone.
CREATE TABLE IF NOT EXISTS report (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,                  -- of arrival, YYYY-MM-DD
    about TEXT NOT NULL CHECK (about IN ('personal', 'mistake')),
    page TEXT NOT NULL,                 -- address below the root of the site; empty: none was named
    suite TEXT NOT NULL,
    sealed BLOB NOT NULL,               -- JSON {said, contact}
    alike BLOB NOT NULL UNIQUE,         -- keyed hash of all of it and the day: sent twice is kept once
    settled TEXT,                       -- the day on which staff had done with it
    by TEXT,
    note TEXT                           -- what was done about it
) STRICT;
