-- What open databases of music say: beneath the owner's edits, above the file's tags, filling blanks only.
-- The rows of tracks and albums have it laid in; these tables have what was laid, so that an import can do so again.
CREATE TABLE track_enrichments (
  track_id INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE,
  subject TEXT NOT NULL,                         -- of which names it was asked; an answer for others is forgotten
  found TEXT,                                    -- JSON: what fills blanks, by field; NULL while nothing was found
  ask_again_at INTEGER                           -- Unix seconds; NULL: never
);

CREATE TABLE album_enrichments (
  album_id INTEGER PRIMARY KEY REFERENCES albums ON DELETE CASCADE,
  album_key TEXT NOT NULL,                       -- of the album that it was found for; under another key it is not shown
  found TEXT NOT NULL,                           -- JSON
  cover_id INTEGER REFERENCES covers,
  ask_cover_again_at INTEGER                     -- Unix seconds; NULL: nobody asked for a cover yet
);

-- Answers, so that no question is asked twice.
CREATE TABLE enrichment_answers (
  question TEXT PRIMARY KEY,
  answer TEXT NOT NULL,                          -- JSON
  good_until INTEGER NOT NULL                    -- Unix seconds
) WITHOUT ROWID;

-- Jobs of a third kind.
DROP INDEX jobs_waiting;
ALTER TABLE jobs RENAME TO jobs_before;
ALTER TABLE job_failures RENAME TO job_failures_before;

CREATE TABLE jobs (
  job_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'publish', 'enrich')),
  subject TEXT NOT NULL,                         -- the source's or the store's name; 'catalog' for enrich
  asked_by TEXT NOT NULL CHECK (asked_by IN ('command', 'daemon', 'api')),
  is_full INTEGER NOT NULL DEFAULT 0,            -- import: reads every file again
  is_forced INTEGER NOT NULL DEFAULT 0,          -- in spite of a guard
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,           -- how often it was begun
  queued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,                       -- not begun before
  started_at INTEGER,
  heartbeat_at INTEGER,                          -- a running job beats; one that doesn't was killed
  finished_at INTEGER,
  is_cancelled INTEGER NOT NULL DEFAULT 0,       -- somebody asked it to stop
  step TEXT,                                     -- publish: what it is at
  done INTEGER NOT NULL DEFAULT 0,               -- files, covers or tracks
  total INTEGER NOT NULL DEFAULT 0,              -- of so many; 0 until that is known
  counts TEXT,                                   -- what it came to, as JSON
  outcome TEXT                                   -- what it came to, in words
);
CREATE INDEX jobs_waiting ON jobs (due_at) WHERE state = 'queued';

CREATE TABLE job_failures (
  job_id INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
  position INTEGER NOT NULL,
  file TEXT NOT NULL,                            -- below the source's root
  reason TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) WITHOUT ROWID;

INSERT INTO jobs SELECT job_id, kind, subject, asked_by, is_full, is_forced, state, attempts, queued_at, due_at, started_at,
  heartbeat_at, finished_at, is_cancelled, step, done, total, counts, outcome FROM jobs_before;
INSERT INTO job_failures SELECT job_id, position, file, reason FROM job_failures_before;
DROP TABLE job_failures_before;
DROP TABLE jobs_before;
