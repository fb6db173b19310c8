//! The authoritative catalog in SQLite, by family. The only writer.
