//! What listeners' programs log in with at the edges: one password of an account that can be shown again, and passwords and
//! keys of single devices, shown once. Each can be taken back without touching the others.

use jiff::Timestamp;
use rand::TryRng;
use rand::rngs::SysRng;
use rusqlite::Connection;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::{SealError, Vault};
use crate::library::credentials::{self, CredentialKind, Sealed};
use crate::library::users::{self, User};
use crate::library::{Library, LibraryError};

/// Easy to read and to type: no letter looks like a digit. 256 is no multiple of it, so some bytes are thrown away.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// 118 bits.
const SECRET_LETTERS: usize = 24;
/// Characters of the longest name of a device.
const MAX_LABEL_CHARS: usize = 100;
/// So many credentials an account may have.
const MAX_CREDENTIALS: u32 = 50;
/// What a key begins with, so that a person and a secret scanner know it.
const KEY_PREFIX: &str = "mck_";

/// Why no credential is made or shown.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Not a device's name.
    #[error("a device's name is 1 to {MAX_LABEL_CHARS} characters, none of them a control character")]
    Label,
    /// That device has one.
    #[error("there is a credential of that kind and name already; remove it first")]
    Taken,
    /// It has too many.
    #[error("an account has {MAX_CREDENTIALS} credentials at most; remove one first")]
    TooMany,
    /// There is no such account.
    #[error("there is no such account")]
    Unknown,
    /// It can't be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// A credential, open.
pub struct Credential {
    /// Its number.
    pub credential_id: i64,
    /// Whose.
    pub user_id: i64,
    /// That account's name, which the listener logs in with.
    pub user_name: String,
    /// What it is.
    pub kind: CredentialKind,
    /// The device's name.
    pub label: String,
    /// What the listener's program sends.
    pub secret: SecretString,
    /// Unix seconds.
    pub created_at: i64,
}

/// The account's password for Subsonic clients, made on the first look, and again after the root key was exchanged.
///
/// # Errors
/// See [`CredentialError`].
pub fn reveal_subsonic_password(library: &Library, vault: &Vault, user: &User) -> Result<Credential, CredentialError> {
    let kind = CredentialKind::SubsonicPassword;
    let kept = library.read(|connection| credentials::find(connection, user.user_id, kind, ""))?;
    match kept.and_then(|kept| opened(vault, kept)) {
        Some(credential) => Ok(credential),
        None => make(library, vault, user, kind, ""),
    }
}

/// Gives the account another password for Subsonic clients.
///
/// # Errors
/// See [`CredentialError`].
pub fn rotate_subsonic_password(library: &Library, vault: &Vault, user: &User) -> Result<Credential, CredentialError> {
    make(library, vault, user, CredentialKind::SubsonicPassword, "")
}

/// Makes a password or a key for one device. It can't be shown again.
///
/// # Errors
/// A bad or taken name, or too many of them.
pub fn add_device(
    library: &Library,
    vault: &Vault,
    user: &User,
    kind: CredentialKind,
    label: &str,
) -> Result<Credential, CredentialError> {
    let fits = (1..=MAX_LABEL_CHARS).contains(&label.chars().count());
    if !fits || label.chars().any(char::is_control) {
        return Err(CredentialError::Label);
    }
    make(library, vault, user, kind, label)
}

/// A device is never given another one's place, not even when both are added at once.
fn check_device(
    connection: &Connection,
    user: &User,
    kind: CredentialKind,
    label: &str,
) -> Result<(), CredentialError> {
    if credentials::find(connection, user.user_id, kind, label)?.is_some() {
        return Err(CredentialError::Taken);
    }
    let count = credentials::count_of(connection, user.user_id)?;
    if count >= MAX_CREDENTIALS { Err(CredentialError::TooMany) } else { Ok(()) }
}

/// Everything that a listener may log in with now: what edges are told. What another root key sealed is left out.
///
/// # Errors
/// When the catalog can't be read.
pub fn list_active(library: &Library, vault: &Vault) -> Result<Vec<Credential>, LibraryError> {
    let sealed = library.read(credentials::list_all)?;
    Ok(sealed.into_iter().filter_map(|sealed| opened(vault, sealed)).collect())
}

fn make(
    library: &Library,
    vault: &Vault,
    user: &User,
    kind: CredentialKind,
    label: &str,
) -> Result<Credential, CredentialError> {
    let secret = random_secret(kind)?;
    let sealed = vault.seal(user.user_id, kind, &secret)?;
    let created_at = Timestamp::now().as_second();
    let credential_id = library.write(|tx| {
        users::find(tx, user.user_id)?.ok_or(CredentialError::Unknown)?;
        if kind != CredentialKind::SubsonicPassword {
            check_device(tx, user, kind, label)?;
        }
        Ok::<_, CredentialError>(credentials::replace(tx, user.user_id, kind, label, &sealed, created_at)?)
    })?;
    let (user_id, user_name, label) = (user.user_id, user.name.clone(), label.to_owned());
    Ok(Credential { credential_id, user_id, user_name, kind, label, secret: secret.as_str().into(), created_at })
}

fn random_secret(kind: CredentialKind) -> Result<Zeroizing<String>, SealError> {
    let prefix = if kind == CredentialKind::ApiKey { KEY_PREFIX } else { "" };
    let mut secret = Zeroizing::new(String::with_capacity(prefix.len() + SECRET_LETTERS));
    secret.push_str(prefix);
    // The largest multiple of the number of letters: below it each is as likely.
    let fair = (u8::MAX as usize + 1) / LETTERS.len() * LETTERS.len();
    while secret.len() < prefix.len() + SECRET_LETTERS {
        let mut byte = [0_u8];
        SysRng.try_fill_bytes(&mut byte).map_err(SealError::Random)?;
        let number = usize::from(byte[0]);
        if number < fair {
            secret.push(char::from(LETTERS[number % LETTERS.len()]));
        }
    }
    Ok(secret)
}

fn opened(vault: &Vault, sealed: Sealed) -> Option<Credential> {
    let secret = vault.open(&sealed)?;
    let Sealed { credential_id, user_id, user_name, kind, label, created_at, .. } = sealed;
    Some(Credential { credential_id, user_id, user_name, kind, label, secret, created_at })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::config::Secret;
    use crate::library::users::Role;

    struct Home {
        _folder: tempfile::TempDir,
        library: Library,
        ann: User,
    }

    fn home() -> Home {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let made = library.write(|tx| users::create(tx, "ann", Role::User, "", 0)).expect("made");
        let ann = library.read(|connection| users::find(connection, made.expect("new"))).expect("read").expect("ann");
        Home { _folder: folder, library, ann }
    }

    fn vault(secret: &str) -> Vault {
        Vault::new(&Secret::try_from(secret.to_owned()).expect("a secret")).expect("a vault")
    }

    #[test]
    fn the_password_stays_until_it_is_rotated_or_the_root_key_is_exchanged() {
        let Home { library, ann, _folder } = home();
        let (ours, others) = (vault("0123456789abcdef0123456789abcdef"), vault("another secret of thirty-two by."));
        let shown = |vault: &Vault| {
            reveal_subsonic_password(&library, vault, &ann).expect("shown").secret.expose_secret().to_owned()
        };
        let first = shown(&ours);
        assert_eq!((shown(&ours), first.len()), (first.clone(), SECRET_LETTERS));
        let rotated = rotate_subsonic_password(&library, &ours, &ann).expect("rotated");
        assert_ne!(rotated.secret.expose_secret(), first);
        assert_eq!(shown(&ours), rotated.secret.expose_secret());
        assert!(list_active(&library, &others).expect("read").is_empty(), "the root key was exchanged");
        assert_ne!(shown(&others), shown(&others).to_uppercase());
        assert_eq!(list_active(&library, &others).expect("read").len(), 1);
    }

    #[test]
    fn each_device_has_its_own_and_loses_it_alone() {
        let Home { library, ann, _folder } = home();
        let vault = vault("0123456789abcdef0123456789abcdef");
        let add = |kind, label: &str| add_device(&library, &vault, &ann, kind, label);
        let phone = add(CredentialKind::AppPassword, "phone").expect("made");
        let key = add(CredentialKind::ApiKey, "phone").expect("made");
        assert!(key.secret.expose_secret().starts_with(KEY_PREFIX));
        assert!(matches!(add(CredentialKind::AppPassword, "phone"), Err(CredentialError::Taken)));
        for label in ["", "a\nb", &"x".repeat(101)] {
            assert!(matches!(add(CredentialKind::ApiKey, label), Err(CredentialError::Label)), "{label:?}");
        }
        let remove = |id| library.write(|tx| credentials::remove(tx, ann.user_id, id)).expect("removed");
        assert!(remove(phone.credential_id) && !remove(phone.credential_id));
        let left = list_active(&library, &vault).expect("read");
        assert_eq!(left.iter().map(|left| left.credential_id).collect::<Vec<_>>(), [key.credential_id]);
        for number in 1..MAX_CREDENTIALS {
            add(CredentialKind::ApiKey, &number.to_string()).expect("made");
        }
        assert!(matches!(add(CredentialKind::ApiKey, "one more"), Err(CredentialError::TooMany)));
        library.write(|tx| users::remove(tx, ann.user_id)).expect("removed");
        assert!(list_active(&library, &vault).expect("read").is_empty());
    }
}
