-- A key that is gone must be gone from the files as well.
CREATE OR REPLACE TRIGGER key_is_stale AFTER DELETE OR UPDATE ON key
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER coming_is_stale AFTER DELETE OR UPDATE ON coming
FOR EACH ROW EXECUTE FUNCTION note_stale();
