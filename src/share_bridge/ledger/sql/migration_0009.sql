-- What a target has no create for is told from two indexes that are read side by side.

CREATE INDEX post_live ON post (source, id) WHERE skip_reason = '' AND gone = '';
DROP INDEX post_by_source;
