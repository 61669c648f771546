CREATE OR REPLACE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE OR REPLACE TRIGGER happening_is_append_only BEFORE UPDATE ON happening
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The planner's statistics are samples of what stands in the columns: none of what a person wrote,
-- or of what is told about it.
ALTER TABLE batch ALTER COLUMN frozen SET STATISTICS 0;
ALTER TABLE submission
    ALTER COLUMN word_hash SET STATISTICS 0, ALTER COLUMN redacted SET STATISTICS 0,
    ALTER COLUMN alike SET STATISTICS 0, ALTER COLUMN text SET STATISTICS 0,
    ALTER COLUMN contact SET STATISTICS 0, ALTER COLUMN log_keys SET STATISTICS 0,
    ALTER COLUMN confirmed SET STATISTICS 0, ALTER COLUMN head SET STATISTICS 0;
ALTER TABLE happening ALTER COLUMN note SET STATISTICS 0;
ALTER TABLE appeal ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE registration ALTER COLUMN number SET STATISTICS 0;
ALTER TABLE report
    ALTER COLUMN sealed SET STATISTICS 0, ALTER COLUMN alike SET STATISTICS 0,
    ALTER COLUMN note SET STATISTICS 0;
ALTER TABLE log_event ALTER COLUMN message SET STATISTICS 0;
ALTER TABLE log_line ALTER COLUMN line SET STATISTICS 0;
ALTER TABLE log_answer ALTER COLUMN words SET STATISTICS 0;

-- What is taken out of a record: words in clear, or sealed ones whose key goes too.
CREATE OR REPLACE TRIGGER submission_is_stale AFTER UPDATE ON submission FOR EACH ROW
WHEN (
    OLD.text IS NOT NULL AND NEW.text IS NULL
    OR OLD.contact IS DISTINCT FROM NEW.contact AND OLD.contact IS NOT NULL
    OR OLD.redacted IS DISTINCT FROM NEW.redacted AND OLD.redacted IS NOT NULL
    OR OLD.confirmed IS DISTINCT FROM NEW.confirmed AND OLD.confirmed IS NOT NULL
)
EXECUTE FUNCTION note_stale();

-- The texts of a batch wait for publication; what is not published has been nowhere else.
CREATE OR REPLACE TRIGGER batch_is_stale AFTER UPDATE OF frozen OR DELETE ON batch
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER submission_is_gone AFTER DELETE ON submission
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER happening_is_stale AFTER DELETE ON happening
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER registration_is_stale AFTER DELETE OR UPDATE ON registration
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER rating_is_stale AFTER DELETE ON rating
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER appeal_is_stale AFTER DELETE OR UPDATE ON appeal
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER log_answer_is_stale AFTER DELETE ON log_answer
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER log_event_is_stale AFTER DELETE ON log_event
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER report_is_stale AFTER DELETE ON report
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER log_line_is_stale AFTER DELETE ON log_line
FOR EACH ROW EXECUTE FUNCTION note_stale();

-- A store that is on its way here takes rows from the move alone, whoever else had it open before:
-- from the transaction that marks it so until the one that says it has come.
CREATE OR REPLACE FUNCTION refuse_strangers() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM records.moving
        WHERE state = 'coming' AND id = current_setting('yanlu.move', true)
    ) THEN
        RAISE EXCEPTION 'coming' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION guard_tables() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE held REGCLASS;
BEGIN
    FOR held IN
        SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relname NOT IN ('moving', 'format', 'stale')
            AND relnamespace IN ('records'::regnamespace, 'keys'::regnamespace)
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS is_coming ON %s', held);
        IF NEW.state = 'coming' THEN
            EXECUTE format(
                'CREATE TRIGGER is_coming BEFORE INSERT OR UPDATE OR DELETE ON %s '
                'FOR EACH STATEMENT EXECUTE FUNCTION records.refuse_strangers()', held
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER moving_guards_tables AFTER INSERT OR UPDATE ON moving
FOR EACH ROW EXECUTE FUNCTION guard_tables();

-- Which store this is, in which format, made from which statements. One row.
CREATE TABLE IF NOT EXISTS format (
    store TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    made TEXT NOT NULL,
    secret BYTEA                        -- SHA-256 of the office's secret, once a machine told its own
);
