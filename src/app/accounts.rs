//! What signing in takes: the server's secret, the way to a mail server, the administrators.

use std::fs;
use std::path::{Path, PathBuf};

use lettre::Address;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use thiserror::Error;

use super::secret::{SecretError, secret};
use crate::config::{AccountOptions, Serve};
use crate::domain::email::EmailAddress;
use crate::domain::otp::CodeLimits;
use crate::mail::letter::MailSender;
use crate::mail::mailer::{Mailer, Route};
use crate::mail::smtp::{InvalidSmtpUrl, Smtp};
use crate::services::accounts::{AccountPolicy, MailRates};
use crate::storage::Database;
use crate::supervise::Supervisor;

/// Why nobody could sign in.
#[derive(Debug, Error)]
pub enum AccountsError {
    /// The secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The mail server.
    #[error(transparent)]
    Smtp(#[from] InvalidSmtpUrl),
    /// The certificates that a mail server's may be signed by.
    #[error("cannot read SMTP_CA_FILE {}: {error}", path.display())]
    Certificates {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Mail needs a sender.
    #[error("MAIL_FROM is not set; with SMTP_URL it says where mails come from: Name <address@example.org>")]
    NoSender,
    /// The sender is no address.
    #[error("MAIL_FROM is not an address: {0}; write it: Name <address@example.org>")]
    Sender(#[from] AddressError),
    /// An administrator's address is none.
    #[error("ADMIN_EMAILS holds {0:?}, which is not an email address")]
    Admin(String),
}

/// How people sign in, from the settings.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(super) fn policy(settings: &Serve, database: &Database) -> Result<AccountPolicy, AccountsError> {
    let accounts = &settings.accounts;
    let admins = accounts.admin_emails.iter().filter(|text| !text.trim().is_empty());
    let admin = |text: &String| match EmailAddress::parse(text) {
        Ok(email) => Ok(email.key().to_owned()),
        Err(_) => Err(AccountsError::Admin(text.clone())),
    };
    Ok(AccountPolicy {
        secret: secret(accounts, database.folder().as_deref())?,
        mail_rates: MailRates {
            resend: accounts.otp_resend,
            per_address: accounts.otp_per_address,
            per_address_total: accounts.otp_per_address_total,
            per_ip: accounts.otp_per_ip,
            total: accounts.otp_total,
        },
        digits: accounts.otp_digits,
        code_ttl: accounts.otp_ttl,
        tries: CodeLimits {
            tries: accounts.otp_tries,
            failures: accounts.otp_failures,
            failures_total: accounts.otp_failures_total,
        },
        session_ttl: accounts.session_ttl,
        session_max: accounts.session_max,
        single_device: accounts.single_device,
        admins: admins.map(admin).collect::<Result<_, _>>()?,
        name_length: settings.limits.name_length,
    })
}

/// The mailer, from the settings.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(super) fn mailer(settings: &Serve, supervisor: Supervisor) -> Result<Mailer, AccountsError> {
    let accounts = &settings.accounts;
    let (route, from) = if let Some((smtp, from)) = mail_server(accounts)? {
        if let Some(host) = smtp.unencrypted_host() {
            tracing::warn!(
                host,
                "SMTP_URL allows mails without TLS: anyone between this machine and the mail server can read the codes"
            );
        }
        (Route::Smtp(smtp), from)
    } else {
        tracing::warn!("no SMTP_URL is set: codes are shown on the console. That is for trying out");
        let from = accounts.mail_from.as_deref().filter(|text| !text.trim().is_empty());
        (Route::Console, sender(from.unwrap_or("no-reply@localhost"))?)
    };
    let sender = MailSender { app_name: accounts.app_name.clone(), from };
    Ok(Mailer::watched_by(supervisor, route, sender, accounts.mail_queue))
}

/// The way to the mail server, and where mails come from; `None` if no server is set.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(crate) fn mail_server(accounts: &AccountOptions) -> Result<Option<(Smtp, Mailbox)>, AccountsError> {
    let Some(url) = accounts.smtp_url.as_deref().filter(|url| !url.trim().is_empty()) else {
        return Ok(None);
    };
    let smtp = Smtp::new(url, &roots(accounts.smtp_ca_file.as_deref())?)?;
    let from = accounts.mail_from.as_deref().filter(|text| !text.trim().is_empty());
    Ok(Some((smtp, sender(from.ok_or(AccountsError::NoSender)?)?)))
}

/// Where mails come from. An international domain is written in ASCII, as those of recipients are: servers without
/// SMTPUTF8 refuse others.
fn sender(text: &str) -> Result<Mailbox, AddressError> {
    let Mailbox { name, email } = text.parse()?;
    let domain = idna::domain_to_ascii(email.domain()).map_err(|_| AddressError::InvalidDomain)?;
    Ok(Mailbox::new(name, Address::new(email.user(), domain)?))
}

/// The certificates that are trusted beside the public authorities.
fn roots(file: Option<&Path>) -> Result<Vec<u8>, AccountsError> {
    let Some(path) = file else { return Ok(Vec::new()) };
    fs::read(path).map_err(|error| AccountsError::Certificates { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_in_an_international_domain_is_written_in_ascii() {
        for (text, expected) in [
            ("Scores <scores@exämple.org>", "Scores <scores@xn--exmple-cua.org>"),
            ("scores@例子.广告", "scores@xn--fsqu00a.xn--4rr70v"),
            ("Scores <scores@example.org>", "Scores <scores@example.org>"),
            ("no-reply@localhost", "no-reply@localhost"),
        ] {
            assert_eq!(sender(text).expect(text).to_string(), expected);
        }
        assert!(sender("nobody").is_err());
    }
}
