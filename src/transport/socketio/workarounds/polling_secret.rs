//! The secret part of a polling session's `sid`.
//!
//! - The engine uses one id for two purposes (engineioxide 0.17.9, `engine.rs`; socketioxide 0.18.9,
//!   `ns.rs`). In `?sid=` it grants access to the session. It is also the `socket.id`, which pages show, log
//!   and share, as is safe with the reference server.
//! - Anyone who has seen a polling client's `socket.id` could send and read as that client.
//! - So a client's `sid` has a second half that nobody else can compute. It is checked and removed before the
//!   engine sees the request. `socket.id` is only the first half, which grants nothing.
//! - Can go when `public_session_id` in `docs/upstream` exits with 0.
//!
//! Engine.IO 3 clients use the whole `sid` as their `socket.id`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use rand::{CryptoRng, RngExt as _};
use sha2::Sha256;

/// The length of the second half, in bytes: 16 characters. A guess succeeds once in 2^96.
const SEAL_BYTES: usize = 12;
/// The `sid` that replaces an invalid one: no session has it.
const NOBODY: &str = "nobody";

/// The key for the second halves of this process' session ids.
pub struct PollingSecret(Hmac<Sha256>);

impl PollingSecret {
    /// Generates a key. Sessions end with the process, so it is not stored.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let key: [u8; 32] = rng.random();
        Self(Hmac::new_from_slice(&key).expect("HMAC accepts keys of any length"))
    }

    /// The client's `sid` for an engine session.
    pub fn seal(&self, session: &str) -> String {
        let code = self.0.clone().chain_update(session).finalize().into_bytes();
        format!("{session}{}", URL_SAFE_NO_PAD.encode(&code[..SEAL_BYTES]))
    }

    /// The engine's session id in a client's `sid`; `None` if the `sid` is not authentic.
    fn open<'a>(&self, sid: &'a str) -> Option<&'a str> {
        let (session, seal) = sid.split_at_checked(sid.len().checked_sub(SEAL_BYTES / 3 * 4)?)?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        self.0.clone().chain_update(session).verify_truncated_left(&seal).ok()?;
        Some(session)
    }

    /// Rewrites a request for the engine: with the engine's own id in `?sid=`, or an id that no session has.
    pub fn unseal<B>(&self, mut request: Request<B>) -> Request<B> {
        if let Some(uri) = self.unsealed(request.uri()) {
            *request.uri_mut() = uri;
        }
        request
    }

    /// The URI with the engine's id; `None` if it has no `sid`. The engine reads the query without decoding
    /// it, so every spelling of `sid` is removed, and the checked one is added.
    fn unsealed(&self, uri: &Uri) -> Option<Uri> {
        let is_sid = |part: &str| form_urlencoded::parse(part.as_bytes()).any(|(name, _)| name == "sid");
        let (sids, mut parts): (Vec<_>, Vec<_>) = uri.query()?.split('&').partition(|part| is_sid(part));
        let sid =
            form_urlencoded::parse(sids.first()?.as_bytes()).next().map(|(_, value)| value.into_owned());
        let session = format!("sid={}", sid.as_deref().and_then(|sid| self.open(sid)).unwrap_or(NOBODY));
        parts.push(&session);
        let path = format!("{}?{}", uri.path(), parts.join("&"));
        let mut changed = uri.clone().into_parts();
        changed.path_and_query = Some(PathAndQuery::try_from(path).expect("its parts come from a URI"));
        Some(Uri::from_parts(changed).expect("only the query has changed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entropy;

    const SESSION: &str = "AAAAAAAAAAAAAAAA";

    fn unsealed(secret: &PollingSecret, uri: &str) -> String {
        let request = Request::get(uri).body(()).expect("a request");
        secret.unseal(request).uri().to_string()
    }

    #[test]
    fn only_the_issued_sid_names_the_session() {
        let secret = PollingSecret::generate(&mut entropy::source());
        let given = secret.seal(SESSION);
        assert_eq!(given.len(), 32, "HAProxy's table, in deploy/haproxy.cfg, has keys of this length");
        assert_eq!(secret.open(&given), Some(SESSION));
        let elsewhere = PollingSecret::generate(&mut entropy::source()).seal(SESSION);
        let cut = &given[..given.len() - 4];
        let other = secret.seal("BBBBBBBBBBBBBBBB").replace('B', "A");
        for wrong in ["", "x", "é", SESSION, &elsewhere, cut, &other, &format!("{given}AAAA")] {
            assert_eq!(secret.open(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_engine_sees_only_the_checked_session() {
        let secret = PollingSecret::generate(&mut entropy::source());
        let given = secret.seal(SESSION);
        let victim = "BBBBBBBBBBBBBBBB";
        for (query, seen) in [
            (format!("EIO=4&sid={given}&t=1"), format!("EIO=4&t=1&sid={SESSION}")),
            (format!("sid={victim}"), format!("sid={NOBODY}")),
            ("sid=".to_owned(), format!("sid={NOBODY}")),
            ("sid".to_owned(), format!("sid={NOBODY}")),
            (format!("%73id={given}&sid={victim}&a=%26"), format!("a=%26&sid={SESSION}")),
            (format!("s%69d={victim}&sid={given}"), format!("sid={NOBODY}")),
            ("EIO=4&token=a%2Bb".to_owned(), "EIO=4&token=a%2Bb".to_owned()),
        ] {
            assert_eq!(unsealed(&secret, &format!("/socket.io/?{query}")), format!("/socket.io/?{seen}"));
        }
        assert_eq!(unsealed(&secret, "/socket.io/"), "/socket.io/");
        assert_eq!(
            unsealed(&secret, &format!("http://a.example/socket.io/?sid={given}")),
            format!("http://a.example/socket.io/?sid={SESSION}")
        );
    }
}
