//! Answers that were given, by question. Also that there was none is an answer.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::library::LibraryError;

const FIND: &str = "SELECT answer FROM enrichment_answers WHERE question = :question AND good_until > :now";
const PUT: &str = "INSERT OR REPLACE INTO enrichment_answers (question, answer, good_until)
    VALUES (:question, :answer, :good_until)";

/// The answer to a question, while it is good.
///
/// # Errors
/// When the database cannot be read.
pub fn find_answer(connection: &Connection, question: &str, now: i64) -> Result<Option<String>, LibraryError> {
    let values = named_params! { ":question": question, ":now": now };
    Ok(connection.prepare_cached(FIND)?.query_row(values, |row| row.get("answer")).optional()?)
}

/// Keeps an answer until `good_until`, Unix seconds.
///
/// # Errors
/// When the database cannot be written.
pub fn put_answer(tx: &Transaction<'_>, question: &str, answer: &str, good_until: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":question": question, ":answer": answer, ":good_until": good_until };
    tx.prepare_cached(PUT)?.execute(values)?;
    Ok(())
}
