-- What the owner saw and approved of a message: its text, whole, and the revision of
-- the post that it was composed from, as JSON.
ALTER TABLE message ADD COLUMN approved TEXT;
