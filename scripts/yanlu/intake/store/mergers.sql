-- Which suggestion answers for another that says the same. Came after the first stores of format 1,
-- which lack it: run whenever a store is opened.
CREATE TABLE IF NOT EXISTS merger (
    submission TEXT PRIMARY KEY REFERENCES submission (id),
    lead TEXT NOT NULL REFERENCES submission (id)
) STRICT;

CREATE INDEX IF NOT EXISTS merger_by_lead ON merger (lead);
