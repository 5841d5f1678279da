//! The secret of a session that polls.
//!
//! - The engine has one id for two things (engineioxide 0.17.9, `engine.rs`; socketioxide 0.18.9, `ns.rs`): whoever names it
//!   in `?sid=` is the session, and it is also the `socket.id` that pages show, log and send around, as they may with the
//!   reference server.
//! - Whoever has seen the `socket.id` of a polling client could send and read as that client.
//! - So the `sid` that a client is given has a second half, which nobody else can compute. It is checked and taken off
//!   before the engine sees the request. `socket.id` is the first half, and opens nothing.
//! - Can go when `public_session_id` in `docs/upstream` exits with 0.
//!
//! Clients of Engine.IO 3 take the whole `sid` for `socket.id` by themselves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use rand::{CryptoRng, RngExt as _};
use sha2::Sha256;

/// Bytes of the second half: 16 characters. A guess is right once in 2^96.
const SEAL_BYTES: usize = 12;
/// What the engine is given in place of a `sid` that is not right: the id of no session.
const NOBODY: &str = "nobody";

/// What makes the second halves of this process' session ids.
pub struct PollingSecret(Hmac<Sha256>);

impl PollingSecret {
    /// A new one: sessions end with the process.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let key: [u8; 32] = rng.random();
        Self(Hmac::new_from_slice(&key).expect("HMAC takes a key of any length"))
    }

    /// The `sid` that a client is given for a session of the engine's.
    #[must_use]
    pub fn seal(&self, session: &str) -> String {
        let code = self.0.clone().chain_update(session).finalize().into_bytes();
        format!("{session}{}", URL_SAFE_NO_PAD.encode(&code[..SEAL_BYTES]))
    }

    /// The engine's session that a client names; `None` if it was not given this `sid`.
    fn open<'a>(&self, sid: &'a str) -> Option<&'a str> {
        let (session, seal) = sid.split_at_checked(sid.len().checked_sub(SEAL_BYTES / 3 * 4)?)?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        self.0.clone().chain_update(session).verify_truncated_left(&seal).ok()?;
        Some(session)
    }

    /// The request as the engine is to see it: with its own id in `?sid=`, or that of no session.
    #[must_use]
    pub fn unseal<B>(&self, mut request: Request<B>) -> Request<B> {
        if let Some(uri) = self.unsealed(request.uri()) {
            *request.uri_mut() = uri;
        }
        request
    }

    /// The address with the engine's id; `None` if it names no session. The engine reads the query as it is written, so
    /// that every way to write `sid` is taken out, and the one that was checked is put in.
    fn unsealed(&self, uri: &Uri) -> Option<Uri> {
        let is_sid = |part: &str| form_urlencoded::parse(part.as_bytes()).any(|(name, _)| name == "sid");
        let (sids, mut parts): (Vec<_>, Vec<_>) = uri.query()?.split('&').partition(|part| is_sid(part));
        let sid =
            form_urlencoded::parse(sids.first()?.as_bytes()).next().map(|(_, value)| value.into_owned());
        let session = format!("sid={}", sid.as_deref().and_then(|sid| self.open(sid)).unwrap_or(NOBODY));
        parts.push(&session);
        let path = format!("{}?{}", uri.path(), parts.join("&"));
        let mut changed = uri.clone().into_parts();
        changed.path_and_query = Some(PathAndQuery::try_from(path).expect("its parts are those of a URI"));
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
    fn only_the_sid_that_was_given_names_the_session() {
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
    fn the_engine_sees_the_session_that_was_checked_and_no_other() {
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
