-- Records of a restored store whose file on the main branch has not been looked at since: what was
-- taken back after the backup is a tombstone there. Came after the first stores of format 1, which
-- lack it: run whenever a store is opened.
CREATE TABLE IF NOT EXISTS restored (
    submission TEXT PRIMARY KEY REFERENCES submission (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
