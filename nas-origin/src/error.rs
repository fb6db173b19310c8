//! What can go wrong, and the tables that turn it into exit codes and statuses.
