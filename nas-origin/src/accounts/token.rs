//! Access tokens: a JWT (HS256) that names an account, its generation, and when it ends. What the account may do is looked up
//! at each request, so that a token never says more than the catalog.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::config::Secret;

const ISSUER: &str = "nas-origin";
/// A token of ours is far shorter, in bytes.
const MAX_TOKEN_BYTES: usize = 1024;

/// What a token says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    /// The account's number.
    sub: String,
    /// The account's generation when the token was given out.
    #[serde(rename = "gen")]
    pub generation: i64,
    iat: i64,
    exp: i64,
}

/// Why a token is refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is no token, or somebody else's.
    #[error("the access token is not valid")]
    Invalid(#[source] Option<jsonwebtoken::errors::Error>),
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
}

/// Signs tokens and checks them.
pub struct TokenSigner {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Claims {
    /// Good from `now` on for this long, in seconds; times are Unix seconds.
    pub fn new(user_id: i64, generation: i64, now: i64, life_secs: i64) -> Self {
        Self { iss: ISSUER.to_owned(), sub: user_id.to_string(), generation, iat: now, exp: now + life_secs }
    }

    /// The account's number.
    pub fn user_id(&self) -> Option<i64> {
        self.sub.parse().ok()
    }
}

impl TokenSigner {
    /// With the key that all tokens are signed with.
    pub fn new(secret: &Secret) -> Self {
        let secret = secret.expose();
        Self { signing: EncodingKey::from_secret(secret), checking: DecodingKey::from_secret(secret) }
    }

    /// Makes a token.
    ///
    /// # Errors
    /// When the system's cryptography fails.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        encode(&Header::new(Algorithm::HS256), claims, &self.signing).map_err(|error| TokenError::Invalid(Some(error)))
    }

    /// What a token says, when it is one of ours and good at `now` (Unix seconds).
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn check(&self, token: &str, now: i64) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Invalid(None));
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "iss", "sub"]);
        // By the clock that came in, not the library's.
        rules.validate_exp = false;
        let claims: Claims =
            decode(token, &self.checking, &rules).map_err(|error| TokenError::Invalid(Some(error)))?.claims;
        if claims.exp <= now { Err(TokenError::Expired) } else { Ok(claims) }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn signer(secret: &str) -> TokenSigner {
        TokenSigner::new(&Secret::try_from(secret.to_owned()).expect("a secret"))
    }

    #[test]
    fn a_token_is_good_until_it_ends() {
        let signer = signer("0123456789abcdef0123456789abcdef");
        let claims = Claims::new(7, 3, 1000, 60);
        let token = signer.sign(&claims).expect("signed");
        assert_eq!(signer.check(&token, 1059).expect("good"), claims);
        assert_eq!(claims.user_id(), Some(7));
        assert!(matches!(signer.check(&token, 1060), Err(TokenError::Expired)));
    }

    #[test]
    fn what_others_made_is_refused() {
        let ours = signer("0123456789abcdef0123456789abcdef");
        let claims = Claims::new(7, 3, 1000, 60);
        let foreign = signer("another secret of thirty-two by.").sign(&claims).expect("signed");
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let said = part(&serde_json::to_string(&claims).expect("JSON"));
        let unsigned = format!("{}.{said}.", part(r#"{"alg":"none","typ":"JWT"}"#));
        let good = ours.sign(&claims).expect("signed");
        let (head, _) = good.split_once('.').expect("parts");
        let (_, mac) = good.rsplit_once('.').expect("parts");
        let more = part(&serde_json::to_string(&Claims::new(1, 3, 1000, 60)).expect("JSON"));
        let another_issuer = Claims { iss: "elsewhere".to_owned(), ..claims.clone() };
        let other = [
            foreign,
            unsigned,
            format!("{head}.{more}.{mac}"),
            ours.sign(&another_issuer).expect("signed"),
            String::new(),
            "a.b.c".to_owned(),
            "x".repeat(100_000),
        ];
        for token in other {
            let refused = ours.check(&token, 1000);
            assert!(matches!(refused, Err(TokenError::Invalid(_))), "{token}");
        }
    }
}
