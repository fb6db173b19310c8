//! Who may listen, in access mode `listeners`: what a snapshot's sealed credentials say, held in memory alone.
//!
//! Passwords are there in plain, since a Subsonic token is made of one and a salt; they are wiped with the last request
//! that may need them. Of API keys there are only digests.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use snapshot_format::{Sha256Hex, access};
use subtle::{Choice, ConstantTimeEq};

/// Everybody who may listen to one snapshot.
pub struct Listeners {
    by_name: HashMap<String, Arc<Listener>>,
    by_key: HashMap<Sha256Hex, Arc<Listener>>,
    /// Whom passwords of unknown names are compared with, so that these take as long as others.
    nobody: Arc<Listener>,
}

/// Somebody who may listen.
pub struct Listener {
    /// What origin tokens call them: the account's number. 0, which is anyone, for one that they have no room for.
    pub id: u32,
    /// As the NAS writes it.
    pub name: Arc<str>,
    passwords: Vec<SecretString>,
}

impl Listeners {
    /// Of what was opened.
    pub fn new(opened: Vec<access::Listener>) -> Self {
        let (mut by_name, mut by_key) = (HashMap::new(), HashMap::new());
        for access::Listener { listener_id, name, passwords, api_keys } in opened {
            let id = u32::try_from(listener_id).unwrap_or_default();
            let folded = name.to_ascii_lowercase();
            let listener = Arc::new(Listener { id, name: name.into(), passwords });
            by_key.extend(api_keys.into_iter().map(|key| (key, Arc::clone(&listener))));
            by_name.insert(folded, listener);
        }
        let passwords = vec![SecretString::from(" ".repeat(24))];
        let nobody = Arc::new(Listener { id: 0, name: "".into(), passwords });
        Self { by_name, by_key, nobody }
    }

    /// How many have a name to log in with.
    pub fn count(&self) -> usize {
        self.by_name.len()
    }

    /// The listener of a name, in any case, and a password.
    pub fn find_by_password(&self, name: &str, password: &[u8]) -> Option<Arc<Listener>> {
        self.find(name, |own| own.as_bytes().ct_eq(password))
    }

    /// The listener of a name, in any case, and md5(password + salt).
    pub fn find_by_token(&self, name: &str, token: &[u8], salt: &str) -> Option<Arc<Listener>> {
        self.find(name, |own| Md5::new().chain_update(own).chain_update(salt).finalize().ct_eq(token))
    }

    /// The listener of an API key. What is looked up is its digest: how long that takes tells nothing of a key.
    pub fn find_by_key(&self, key: &str) -> Option<Arc<Listener>> {
        self.by_key.get(&Sha256Hex::of(key.as_bytes())).map(Arc::clone)
    }

    /// All passwords of a name are looked at, whether one fits or not.
    fn find(&self, name: &str, fits: impl Fn(&str) -> Choice) -> Option<Arc<Listener>> {
        let known = self.by_name.get(&name.to_ascii_lowercase());
        let passwords = &known.unwrap_or(&self.nobody).passwords;
        let one_fits = passwords.iter().fold(Choice::from(0), |found, own| found | fits(own.expose_secret()));
        known.filter(|_| one_fits.into()).map(Arc::clone)
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Listeners({}, {} keys)", self.by_name.len(), self.by_key.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listeners() -> Listeners {
        let password = |text: &str| SecretString::from(text);
        Listeners::new(vec![
            access::Listener {
                listener_id: 1,
                name: "Ann".to_owned(),
                passwords: vec![password("sesame"), password("of the phone")],
                api_keys: vec![Sha256Hex::of(b"mck_1")],
            },
            access::Listener { listener_id: 2, name: "bob".to_owned(), passwords: Vec::new(), api_keys: Vec::new() },
        ])
    }

    fn name(found: Option<Arc<Listener>>) -> Option<String> {
        found.map(|listener| listener.name.to_string())
    }

    #[test]
    fn each_password_and_key_is_its_owners() {
        let listeners = listeners();
        let ann = Some("Ann".to_owned());
        for (user, password) in [("Ann", "sesame"), ("ann", "sesame"), ("ANN", "of the phone")] {
            assert_eq!(name(listeners.find_by_password(user, password.as_bytes())), ann, "{user}");
        }
        // md5("sesamec19b2d")
        let token = [0x26, 0x71, 0x9a, 0x11, 0x96, 0xd2, 0xa9, 0x40, 0x70, 0x5a, 0x59, 0x63, 0x4e, 0xb1, 0x8e, 0xab];
        assert_eq!(name(listeners.find_by_token("ann", &token, "c19b2d")), ann);
        assert_eq!(name(listeners.find_by_key("mck_1")), ann);
        for (user, password) in
            [("Ann", "Sesame"), ("bob", "sesame"), ("bob", ""), ("", ""), ("carol", "sesame"), ("", &" ".repeat(24))]
        {
            assert!(listeners.find_by_password(user, password.as_bytes()).is_none(), "{user} {password:?}");
        }
        assert!(listeners.find_by_token("bob", &token, "c19b2d").is_none());
        assert!(listeners.find_by_token("ann", &token, "other").is_none());
        assert!(listeners.find_by_token("ann", &[], "c19b2d").is_none());
        assert!(listeners.find_by_key("sesame").is_none() && listeners.find_by_key("").is_none());
    }

    #[test]
    fn nothing_of_them_shows() {
        assert_eq!(format!("{:?}", listeners()), "Listeners(2, 1 keys)");
    }
}
