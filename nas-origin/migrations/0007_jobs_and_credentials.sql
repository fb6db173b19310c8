-- Jobs wait for their turn, are leased to a process, tried again, cancelled, and resumed when their process was killed.
ALTER TABLE jobs RENAME TO jobs_before;

CREATE TABLE jobs (
  job_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('import', 'publish')),
  subject TEXT NOT NULL,                         -- the source's or the store's name
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
  done INTEGER NOT NULL DEFAULT 0,               -- files or covers
  total INTEGER NOT NULL DEFAULT 0,              -- of so many; 0 until that is known
  counts TEXT,                                   -- what it came to, as JSON
  outcome TEXT                                   -- what it came to, in words
);
CREATE INDEX jobs_waiting ON jobs (due_at) WHERE state = 'queued';

INSERT INTO jobs (job_id, kind, subject, asked_by, state, attempts, queued_at, due_at, started_at, heartbeat_at, finished_at, outcome)
  SELECT job_id, kind, subject, asked_by, state, 1, started_at, started_at, started_at, heartbeat_at, finished_at, outcome
  FROM jobs_before;
DROP TABLE jobs_before;

-- The files that a job could not take in; the first ones, where there are many.
CREATE TABLE job_failures (
  job_id INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
  position INTEGER NOT NULL,
  file TEXT NOT NULL,                            -- below the source's root
  reason TEXT NOT NULL,
  PRIMARY KEY (job_id, position)
) WITHOUT ROWID;

-- What listeners' programs log in with at the edges. Sealed under a key derived from SUBSONIC_SECRET_KEY.
CREATE TABLE app_credentials (
  credential_id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('subsonic_password', 'app_password', 'api_key')),
  label TEXT NOT NULL,                           -- the device's name; empty for the one subsonic_password of an account
  sealed BLOB NOT NULL,                          -- XChaCha20-Poly1305: 24 bytes of nonce, then the secret and its tag
  created_at INTEGER NOT NULL,
  UNIQUE (user_id, kind, label)
);
