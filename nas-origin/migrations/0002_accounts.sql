-- Who may use the owner's API.
CREATE TABLE users (
  user_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'user')),
  password_hash TEXT NOT NULL,                   -- argon2id, as a PHC string
  token_generation INTEGER NOT NULL DEFAULT 0,   -- raised to refuse the access tokens that were given out before
  created_at INTEGER NOT NULL
);
