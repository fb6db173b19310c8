//! What edges are told of who may listen: every credential that is good now, sealed for them.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use snapshot_format::access::{self, AccessError, AccessKey, Listener};
use snapshot_format::manifest::Access;
use snapshot_format::{Sha256Hex, keys};

use super::credentials::{Credential, list_active};
use super::{SealError, Vault};
use crate::config::{AccessMode, Config, KeptSecretError, Secret};
use crate::library::credentials::CredentialKind;
use crate::library::{Library, LibraryError};

/// Seals credentials for edges.
pub struct EdgeAccess {
    vault: Vault,
    key: AccessKey,
}

/// Credentials as they are published.
#[derive(Clone, PartialEq, Debug)]
pub struct SealedAccess {
    /// The object.
    pub bytes: Vec<u8>,
    /// What a manifest says of it.
    pub access: Access,
}

/// Why edges can't be told.
#[derive(Debug, thiserror::Error)]
pub enum EdgeAccessError {
    /// The root key.
    #[error(transparent)]
    Secret(#[from] KeptSecretError),
    /// The key of the vault.
    #[error(transparent)]
    Vault(#[from] SealError),
    /// The key of edges, or too many credentials.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl EdgeAccess {
    /// For a NAS whose edges let only listeners in; nothing where anybody may listen. Blocks.
    ///
    /// # Errors
    /// When the root key can't be read or made.
    pub fn of(config: &Config) -> Result<Option<Self>, EdgeAccessError> {
        match config.access.mode {
            AccessMode::Public => Ok(None),
            AccessMode::Listeners => Self::new(&config.subsonic_secret_key()?).map(Some),
        }
    }

    /// With the root of all credentials.
    ///
    /// # Errors
    /// No key can be derived.
    pub fn new(root: &Secret) -> Result<Self, EdgeAccessError> {
        Ok(Self { vault: Vault::new(root)?, key: AccessKey::derive(root.expose())? })
    }

    /// What edges open it with.
    pub fn key(&self) -> &AccessKey {
        &self.key
    }

    /// The credentials of now. The same ones are the same object.
    ///
    /// # Errors
    /// When the catalog can't be read, or there are more than an edge takes.
    pub fn seal(&self, library: &Library) -> Result<SealedAccess, EdgeAccessError> {
        let bytes = access::seal(listeners(list_active(library, &self.vault)?), &self.key)?;
        let sha256 = Sha256Hex::of(&bytes);
        Ok(SealedAccess { bytes, access: Access { key: keys::access(&sha256), sha256 } })
    }
}

/// By account. An account without credentials is nobody's login.
fn listeners(credentials: Vec<Credential>) -> Vec<Listener> {
    let mut listeners: BTreeMap<i64, Listener> = BTreeMap::new();
    for Credential { user_id, user_name, kind, secret, .. } in credentials {
        let listener = listeners.entry(user_id).or_insert_with(|| Listener {
            listener_id: user_id.unsigned_abs(),
            name: user_name,
            passwords: Vec::new(),
            api_keys: Vec::new(),
        });
        match kind {
            CredentialKind::SubsonicPassword | CredentialKind::AppPassword => listener.passwords.push(secret),
            CredentialKind::ApiKey => listener.api_keys.push(Sha256Hex::of(secret.expose_secret().as_bytes())),
        }
    }
    listeners.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::credentials::{add_device, reveal_subsonic_password, rotate_subsonic_password};
    use crate::library::credentials;
    use crate::library::users::{self, Role, User};

    fn edge_access(secret: &str) -> EdgeAccess {
        EdgeAccess::new(&Secret::try_from(secret.to_owned()).expect("a secret")).expect("keys")
    }

    fn user(library: &Library, name: &str) -> User {
        let made = library.write(|tx| users::create(tx, name, Role::User, "", 0)).expect("made").expect("new");
        library.read(|connection| users::find(connection, made)).expect("read").expect("there")
    }

    #[test]
    fn edges_are_told_what_is_good_now_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let (ann, bob, _idle) = (user(&library, "ann"), user(&library, "Bob"), user(&library, "idle"));
        let ours = edge_access("0123456789abcdef0123456789abcdef");
        let nobody = ours.seal(&library).expect("sealed");
        let old = reveal_subsonic_password(&library, &ours.vault, &ann).expect("made");
        let phone = add_device(&library, &ours.vault, &bob, CredentialKind::AppPassword, "phone").expect("made");
        let key = add_device(&library, &ours.vault, &bob, CredentialKind::ApiKey, "script").expect("made");
        let sealed = ours.seal(&library).expect("sealed");
        assert_ne!(sealed, nobody);
        assert_eq!(ours.seal(&library).expect("sealed"), sealed, "unchanged");
        assert_eq!(sealed.access.key, format!("access/{}.bin", Sha256Hex::of(&sealed.bytes)));
        let told = |sealed: &SealedAccess| access::open(&sealed.bytes, &ours.key).expect("opened");
        let [first, second] = told(&sealed).try_into().expect("two who can log in");
        assert_eq!((first.name.as_str(), second.name.as_str()), ("ann", "Bob"));
        assert_eq!(first.passwords[0].expose_secret(), old.secret.expose_secret());
        assert_eq!(second.passwords[0].expose_secret(), phone.secret.expose_secret());
        assert_eq!(second.api_keys, [Sha256Hex::of(key.secret.expose_secret().as_bytes())]);

        rotate_subsonic_password(&library, &ours.vault, &ann).expect("rotated");
        library.write(|tx| credentials::remove(tx, bob.user_id, phone.credential_id)).expect("removed");
        let [first, second] = told(&ours.seal(&library).expect("sealed")).try_into().expect("two");
        assert_ne!(first.passwords[0].expose_secret(), old.secret.expose_secret());
        assert!(second.passwords.is_empty() && second.api_keys.len() == 1);
        let exchanged = edge_access("another secret of thirty-two by.");
        let empty = exchanged.seal(&library).expect("sealed");
        assert!(access::open(&empty.bytes, exchanged.key()).expect("opened").is_empty(), "all are void");
    }
}
