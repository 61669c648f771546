-- The planner's statistics are samples of what stands in the columns: none of keys.
ALTER TABLE key ALTER COLUMN key SET STATISTICS 0;
ALTER TABLE coming ALTER COLUMN key SET STATISTICS 0, ALTER COLUMN sealed SET STATISTICS 0;

-- A key that is gone must be gone from the files as well.
CREATE OR REPLACE TRIGGER key_is_stale AFTER DELETE OR UPDATE ON key
FOR EACH ROW EXECUTE FUNCTION note_stale();

CREATE OR REPLACE TRIGGER coming_is_stale AFTER DELETE OR UPDATE ON coming
FOR EACH ROW EXECUTE FUNCTION note_stale();
