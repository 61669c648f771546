-- What a writer thinks of the answers: one grade for each suggestion, and one request that it be
-- studied again. Came after the first stores of format 1, which lack it: run whenever a store is
-- opened. A grade does not say who answered: none is counted by body or by member of staff.
CREATE TABLE IF NOT EXISTS rating (
    submission TEXT PRIMARY KEY REFERENCES submission (id),
    grade TEXT NOT NULL,                -- code of data/codes/grades.csv
    day TEXT NOT NULL                   -- of the first grade: the term for a change runs from it
) STRICT;

CREATE TABLE IF NOT EXISTS appeal (
    submission TEXT PRIMARY KEY REFERENCES submission (id),
    day TEXT NOT NULL,
    reason BLOB                         -- sealed as the raw text is, under the same key; NULL once erased
) STRICT;
