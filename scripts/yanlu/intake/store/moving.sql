-- That this store is being moved here and is not whole yet (`coming`), came from another place
-- (`here`), or was moved away and must not be used any more (`gone`). One row, or none.
CREATE TABLE IF NOT EXISTS moving (
    id TEXT PRIMARY KEY,                -- of the move, the same in both stores
    state TEXT NOT NULL CHECK (state IN ('coming', 'here', 'gone')),
    other TEXT NOT NULL                 -- where the other store is, as staff write it
) STRICT;
