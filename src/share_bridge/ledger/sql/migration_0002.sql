-- When posts go out: paused targets, and how long ago the last post was sent.

ALTER TABLE target ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;

CREATE INDEX delivery_by_start ON delivery (started_at) WHERE started_at IS NOT NULL;
