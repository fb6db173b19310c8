//! Who may use the owner's API: accounts, their passwords, and the access tokens that a login gives out; and what their
//! listeners' programs log in with at the edges.

pub mod credentials;
mod edge_access;
mod login;
mod name;
mod password;
mod people;
mod token;
mod vault;

pub use edge_access::{EdgeAccess, EdgeAccessError, SealedAccess};
pub use login::{Caller, Credentials, Gate, Login, LoginError};
pub use name::{BadUserName, UserName};
pub use password::{BadPassword, HashError, MAX_PASSWORD_BYTES, Password};
pub use people::{AccountError, add, bootstrap, remove, set_password, set_role};
pub use token::{Claims, TokenError, TokenSigner};
pub use vault::{SealError, Vault};
