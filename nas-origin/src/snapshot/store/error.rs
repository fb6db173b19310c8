//! What can go wrong with a store, in words that say the cause and what to do. A store's own error may quote requests
//! with their credentials, so only its kind and its sentence are kept, never the original text as a whole.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use object_store::Error as ObjectError;

/// A store that could not be opened, or an operation that it did not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none.
    #[error("publish.store is not set: name the store, such as \"file:///srv/objects\"")]
    NotConfigured,
    /// The address is not one that can be published to.
    #[error("publish.store: `{url}` {reason}")]
    Address {
        /// The address without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An option that the store's kind does not have.
    #[error("publish.store_options: a store of kind {kind} has no option `{option}`")]
    UnknownOption {
        /// The URL's scheme.
        kind: String,
        /// The option as written.
        option: String,
    },
    /// The store's settings do not make a client.
    #[error("publish.store: `{store}` can't be used: {cause}; check publish.store_options and the environment")]
    Settings {
        /// The store's name.
        store: String,
        /// The cause, without values.
        cause: String,
    },
    /// A file store whose folder cannot be used.
    #[error("the store's folder {folder} can't be used: {advice}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What to do.
        advice: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process has the file store open.
    #[error("another publish is running: it holds {0}")]
    Busy(PathBuf),
    /// A file of this machine that was to be sent or fetched.
    #[error("{path} can't be used; check its folder and the free space")]
    LocalFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No runtime for the store's client.
    #[error("no threads for the client of {store}")]
    Runtime {
        /// The store's name.
        store: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The store did not do it, or did not say whether it did.
    #[error("{operation} `{key}` in {store} failed: {problem}")]
    Refused {
        /// What was asked for.
        operation: Operation,
        /// The object's key.
        key: String,
        /// The store's name.
        store: String,
        /// What came back.
        problem: StoreProblem,
    },
}

/// What is asked of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Reading an object or its size.
    Read,
    /// Listing a folder.
    List,
    /// Creating an immutable object.
    Create,
    /// Moving the manifest.
    Commit,
    /// Removing what nothing names.
    Remove,
}

/// What came back instead of a success.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreProblem {
    /// The credentials are wrong or missing.
    #[error("the store doesn't accept the credentials ({0}); check them and the machine's clock")]
    Unauthenticated(String),
    /// The credentials do not allow it.
    #[error("permission denied ({0}); allow this user to read, write and list there")]
    Forbidden(String),
    /// The bucket or folder is not there.
    #[error("not found ({0}); check the bucket's name, its region and the endpoint")]
    Missing(String),
    /// The manifest changed since it was read.
    #[error("the manifest changed meanwhile")]
    Changed,
    /// The store lacks an operation that publishing rests on.
    #[error("the store can't do this ({0}); publish to one that has conditional writes")]
    Unsupported(String),
    /// The disk or the quota is full.
    #[error("no space left ({0}); free some and publish again: nothing was lost, the old snapshot is live")]
    Full(String),
    /// The object is larger than it may be.
    #[error("it has {0} bytes, more than an object of its kind ever has: it isn't ours")]
    TooLarge(u64),
    /// Fewer or more bytes than said.
    #[error("{got} bytes instead of {said}; the store or the network damages objects: publish again")]
    Short {
        /// The size that was announced or sent.
        said: u64,
        /// The size found.
        got: u64,
    },
    /// The store refuses an object as there and does not have it.
    #[error("the store says that it exists and doesn't have it; publish again")]
    Contradiction,
    /// All else: the network, a server's error, a time-out.
    #[error("{0}; check the network and the endpoint and publish again: what was uploaded is kept")]
    Unreachable(String),
}

impl StoreError {
    /// Whether the manifest was certainly not written, and writing again would change nothing.
    pub(crate) fn is_definite(&self) -> bool {
        use StoreProblem as Problem;
        match self {
            Self::Refused { problem, .. } => match problem {
                Problem::Unauthenticated(_) | Problem::Forbidden(_) | Problem::Unsupported(_) | Problem::Full(_) => {
                    true
                }
                Problem::Missing(_)
                | Problem::Changed
                | Problem::TooLarge(_)
                | Problem::Short { .. }
                | Problem::Contradiction
                | Problem::Unreachable(_) => false,
            },
            _ => true,
        }
    }
}

impl StoreError {
    /// Whether an object is there and not as it was announced.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Refused { problem: StoreProblem::Short { .. } | StoreProblem::TooLarge(_), .. })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Read => "reading",
            Self::List => "listing",
            Self::Create => "creating",
            Self::Commit => "replacing",
            Self::Remove => "removing",
        })
    }
}

/// What S3, GCS and Azure call a bucket that isn't there; a listing answers it as a general error.
const NO_BUCKET: [&str; 3] = ["NoSuchBucket", "notFound", "ContainerNotFound"];

/// Sorts a store's error into what its reader can do about it.
pub(super) fn describe(cause: &ObjectError) -> StoreProblem {
    let said = sentence(cause);
    match io_kind(cause) {
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => return StoreProblem::Full(said),
        Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => return StoreProblem::Forbidden(said),
        _ => {}
    }
    match cause {
        _ if NO_BUCKET.iter().any(|code| said.starts_with(code)) => StoreProblem::Missing(said),
        ObjectError::NotFound { .. } => StoreProblem::Missing(said),
        ObjectError::PermissionDenied { .. } => StoreProblem::Forbidden(said),
        ObjectError::Unauthenticated { .. } => StoreProblem::Unauthenticated(said),
        ObjectError::NotSupported { .. } | ObjectError::NotImplemented { .. } => StoreProblem::Unsupported(said),
        ObjectError::Precondition { .. } | ObjectError::AlreadyExists { .. } => StoreProblem::Changed,
        _ => StoreProblem::Unreachable(said),
    }
}

/// The cause in one sentence: what the store wrote as code and message when it answered in XML, else the innermost
/// error. The layers between quote URLs and request headers.
fn sentence(cause: &ObjectError) -> String {
    let innermost = chain(cause).last().map(ToString::to_string).unwrap_or_default();
    let text = match (element(&innermost, "Code"), element(&innermost, "Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => innermost.split('<').next().unwrap_or_default().trim_end_matches([' ', ':', '-']).to_owned(),
    };
    text.chars().take(300).collect()
}

fn chain<'a>(cause: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(cause), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    Some(rest.split_once('<')?.0)
}

fn io_kind(cause: &ObjectError) -> Option<ErrorKind> {
    chain(cause).filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(source: impl StdError + Send + Sync + 'static) -> ObjectError {
        ObjectError::Generic { store: "S3", source: Box::new(source) }
    }

    #[test]
    fn a_full_disk_is_named_whatever_wraps_it() {
        let cause = generic(io::Error::from(ErrorKind::StorageFull));
        assert!(matches!(describe(&cause), StoreProblem::Full(_)));
    }

    #[test]
    fn of_an_xml_answer_only_code_and_message_are_kept() {
        let body = "status 403: <Error><Code>SignatureDoesNotMatch</Code><Message>Check your key.</Message>\
                    <AWSAccessKeyId>AKIASECRET</AWSAccessKeyId><StringToSign>x</StringToSign></Error>";
        let source = Box::new(io::Error::other(body));
        let cause = ObjectError::PermissionDenied { path: "manifest.json".into(), source };
        assert_eq!(describe(&cause), StoreProblem::Forbidden("SignatureDoesNotMatch: Check your key.".into()));
    }

    #[test]
    fn of_other_markup_nothing_is_kept() {
        let cause = generic(io::Error::other("status 500: <html>secret</html>"));
        assert!(!describe(&cause).to_string().contains("secret"));
    }
}
