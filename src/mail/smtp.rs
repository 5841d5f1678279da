//! Sends mail by SMTP. TLS is required for remote servers, unless `SMTP_URL` says otherwise.

use std::borrow::Cow;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Code;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport as _, Message, Tokio1Executor};
use thiserror::Error;
use url::Url;

use crate::domain::network::is_loopback;

/// The timeout of each SMTP step.
const STEP: Duration = Duration::from_secs(30);
/// The timeout of [`Smtp::check`].
const LOOK: Duration = Duration::from_secs(10);
/// The timeout for sending one message.
const WHOLE: Duration = Duration::from_mins(2);

/// The error for a server without TLS.
const NO_TLS: &str = "the mail server offers no TLS (STARTTLS), and codes are not sent unencrypted: enable TLS there, \
                      or allow it with ?tls=none in SMTP_URL";

/// `SMTP_URL` cannot be used.
#[derive(Debug, Error)]
#[error(
    "invalid SMTP_URL: {0}; use smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://… (TLS from the \
     start), or smtp://HOST?tls=none (codes unencrypted)"
)]
pub struct InvalidSmtpUrl(String);

/// Why a message was not sent. The text is the server's, and may repeat parts of the message.
#[derive(Debug)]
pub struct SendError {
    /// What went wrong.
    pub reason: String,
    /// Whether the server will never accept this message for this address.
    pub is_final: bool,
}

/// A client of a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// The server's name, if codes may cross a network to it without TLS.
    unencrypted_host: Option<Box<str>>,
}

impl Smtp {
    /// Creates a client for the server in `url`. Certificates signed by one of `roots` (PEM) are trusted too.
    ///
    /// `smtps://` uses TLS from the start, `smtp://` STARTTLS. TLS is required for servers on other machines, and for
    /// any server that gets a password. `?tls=` overrides this: `required`, `none`, or `opportunistic`, which sends
    /// unencrypted if the server offers no TLS.
    pub fn new(url: &str, roots: &[u8]) -> Result<Self, InvalidSmtpUrl> {
        let wrong = |reason: &str| InvalidSmtpUrl(reason.to_owned());
        let url = Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("no host"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let roots =
            Certificate::from_pem(roots).map_err(|_| wrong("SMTP_CA_FILE contains no PEM certificates"))?;
        let tls = || {
            let trusting = TlsParameters::builder(host.clone()).add_root_certificate(roots.clone());
            trusting.build().map_err(|error| wrong(&error.to_string()))
        };
        let chosen = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (port, tls) = match (url.scheme(), chosen.as_deref()) {
            ("smtps", None) => (465, Tls::Wrapper(tls()?)),
            ("smtp", Some("none")) => (25, Tls::None),
            ("smtp", Some("opportunistic")) => (587, Tls::Opportunistic(tls()?)),
            ("smtp", Some("required")) => (587, Tls::Required(tls()?)),
            ("smtp", None) if url.password().is_some() => (587, Tls::Required(tls()?)),
            ("smtp", None) if is_loopback(&host) => (25, Tls::Opportunistic(tls()?)),
            ("smtp", None) => (25, Tls::Required(tls()?)),
            ("smtp" | "smtps", Some(_)) => return Err(wrong("unknown value of ?tls=")),
            (scheme, _) => return Err(wrong(&format!("unsupported scheme {scheme}:"))),
        };
        let may_be_in_clear = matches!(tls, Tls::None | Tls::Opportunistic(_)) && !is_loopback(&host);
        let unencrypted_host = may_be_in_clear.then(|| host.as_str().into());
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(STEP));
        if let Some(password) = url.password() {
            let (user, password) = (decoded(url.username()), decoded(password));
            let user = user.ok_or_else(|| wrong("the user is not UTF-8"))?;
            let password = password.ok_or_else(|| wrong("the password is not UTF-8"))?;
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: transport.build(), unencrypted_host })
    }

    /// The server's name, if `?tls=` lets codes cross a network to it without TLS.
    pub fn unencrypted_host(&self) -> Option<&str> {
        self.unencrypted_host.as_deref()
    }

    /// Checks that the server answers: connects, sends EHLO, starts TLS and signs in as configured. Sends no mail.
    ///
    /// # Errors
    /// The error text from the server or the system.
    pub async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(LOOK, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server answers but does not accept mail".to_owned()),
            Ok(Err(error)) if offers_no_tls(&error) => Err(NO_TLS.to_owned()),
            Ok(Err(error)) => Err(with_its_cause(&error)),
            Err(_) => Err(format!("no answer within {} s", LOOK.as_secs())),
        }
    }

    /// Sends a message.
    pub async fn send(&self, message: Message) -> Result<(), SendError> {
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            // Not final: an attacker on the network may have removed the STARTTLS offer.
            Ok(Err(error)) if offers_no_tls(&error) => {
                Err(SendError { is_final: false, reason: NO_TLS.to_owned() })
            }
            Ok(Err(error)) => Err(SendError { is_final: is_final(&error), reason: error.to_string() }),
            Err(_) => Err(SendError { reason: "the mail server timed out".to_owned(), is_final: false }),
        }
    }
}

/// Whether TLS is required and the server does not offer it. lettre has no separate kind for this error.
fn offers_no_tls(error: &SmtpError) -> bool {
    error.is_client() && with_its_cause(error).contains("STARTTLS")
}

/// Whether a retry is useless: the server rejects the mailbox (RFC 5321 section 4.2.3: 550, 551, 553), or cannot
/// handle the address. Other errors concern the connection or are temporary.
fn is_final(error: &SmtpError) -> bool {
    let of_mailbox = |code: Code| [550, 551, 553].contains(&u16::from(code));
    error.is_client() || error.status().is_some_and(of_mailbox)
}

/// An error and its cause, on one line.
fn with_its_cause(error: &SmtpError) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let said = error.to_string();
    match cause {
        Some(cause) if !said.contains(&cause) => format!("{said}: {cause}"),
        _ => said,
    }
}

/// Decodes the percent escapes of a URL part; `None` if the result is not UTF-8.
fn decoded(part: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(part).decode_utf8();
    text.ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_accepted_or_refused_without_showing_its_password() {
        for good in [
            "smtp://localhost",
            "smtp://127.0.0.1:2525?tls=none",
            "smtps://me%40example.org:p%25ss@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=required",
        ] {
            assert!(Smtp::new(good, b"").is_ok(), "{good}");
        }
        for bad in [
            "mail.example.org",
            "http://u:secret@a",
            "smtp://",
            "smtp://u:secret@a?tls=maybe",
            "smtps://u:secret@a?tls=none",
        ] {
            let text = Smtp::new(bad, b"").err().expect(bad).to_string();
            assert!(text.contains("SMTP_URL") && !text.contains("secret"), "{text}");
        }
        assert_eq!(decoded("me%40a%2").as_deref(), Some("me@a%2"));
        assert_eq!(decoded("%ff"), None);
    }

    #[tokio::test]
    async fn codes_are_sent_unencrypted_only_if_the_url_says_so_or_on_this_machine() {
        for (url, unencrypted_host) in [
            ("smtp://mail.example.org", None),
            ("smtp://u:p@mail.example.org", None),
            ("smtps://mail.example.org", None),
            ("smtp://mail.example.org?tls=required", None),
            ("smtp://127.0.0.1?tls=none", None),
            ("smtp://localhost", None),
            ("smtp://mail.example.org?tls=none", Some("mail.example.org")),
            ("smtp://mail.example.org?tls=opportunistic", Some("mail.example.org")),
            ("smtp://192.0.2.1?tls=none", Some("192.0.2.1")),
        ] {
            let smtp = Smtp::new(url, b"").expect(url);
            assert_eq!(smtp.unencrypted_host(), unencrypted_host, "{url}");
        }
    }
}
