-- What each of the two schemas has in PostgreSQL besides the tables of the other files. Can be run
-- again on a store that has it.

-- SQLite's names for what our statements ask of JSON.
CREATE OR REPLACE FUNCTION json_extract(body TEXT, path TEXT) RETURNS TEXT
LANGUAGE SQL IMMUTABLE AS $$ SELECT body::jsonb ->> substr(path, 3) $$;

CREATE OR REPLACE FUNCTION json_each(body TEXT) RETURNS TABLE (value TEXT)
LANGUAGE SQL IMMUTABLE AS $$ SELECT jsonb_array_elements_text(body::jsonb) $$;

-- Tables whose files may still hold what was deleted or replaced in them, until they are written
-- anew: `times` tells whether more was deleted meanwhile.
CREATE TABLE IF NOT EXISTS stale (
    relation TEXT PRIMARY KEY,
    since TIMESTAMPTZ NOT NULL DEFAULT now(),
    times BIGINT NOT NULL DEFAULT 1
);

CREATE OR REPLACE FUNCTION note_stale() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.stale AS held (relation) VALUES ($1) '
        'ON CONFLICT (relation) DO UPDATE SET times = held.times + 1', TG_TABLE_SCHEMA
    ) USING TG_TABLE_NAME;
    RETURN NULL;
END $$;
