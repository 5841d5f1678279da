//! The setup of accounts: the server's secret, the mail server and the administrators.

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

/// Why accounts cannot be set up.
#[derive(Debug, Error)]
pub enum AccountsError {
    /// The secret is missing or not usable.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// `SMTP_URL` is invalid.
    #[error(transparent)]
    Smtp(#[from] InvalidSmtpUrl),
    /// `SMTP_CA_FILE` cannot be read.
    #[error("cannot read SMTP_CA_FILE {}: {error}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// `MAIL_FROM` is missing.
    #[error("MAIL_FROM is not set; SMTP_URL needs it as the sender: Name <address@example.org>")]
    NoSender,
    /// `MAIL_FROM` is not an address.
    #[error("MAIL_FROM is not an address: {0}; write it as: Name <address@example.org>")]
    Sender(#[from] AddressError),
    /// `ADMIN_EMAILS` contains something that is not an address.
    #[error("ADMIN_EMAILS contains {0:?}, which is not an email address")]
    Admin(String),
}

/// The account policy, from the settings.
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
pub(super) fn mailer(settings: &Serve, supervisor: Supervisor) -> Result<Mailer, AccountsError> {
    let accounts = &settings.accounts;
    let (route, from) = if let Some((smtp, from)) = mail_server(accounts)? {
        if let Some(host) = smtp.unencrypted_host() {
            tracing::warn!(
                host,
                "SMTP_URL allows unencrypted mail: anyone on the path to the mail server can read the codes"
            );
        }
        (Route::Smtp(smtp), from)
    } else {
        tracing::warn!("SMTP_URL is not set: codes are shown on the console (for development only)");
        let from = accounts.mail_from.as_deref().filter(|text| !text.trim().is_empty());
        (Route::Console, sender(from.unwrap_or("no-reply@localhost"))?)
    };
    let sender = MailSender { app_name: accounts.app_name.clone(), from };
    Ok(Mailer::watched_by(supervisor, route, sender, accounts.mail_queue))
}

/// The mail server and the sender of mails; `None` if no server is set.
pub(crate) fn mail_server(accounts: &AccountOptions) -> Result<Option<(Smtp, Mailbox)>, AccountsError> {
    let Some(url) = accounts.smtp_url.as_deref().filter(|url| !url.trim().is_empty()) else {
        return Ok(None);
    };
    let smtp = Smtp::new(url, &roots(accounts.smtp_ca_file.as_deref())?)?;
    let from = accounts.mail_from.as_deref().filter(|text| !text.trim().is_empty());
    Ok(Some((smtp, sender(from.ok_or(AccountsError::NoSender)?)?)))
}

/// The sender of mails. An international domain is converted to ASCII, as for recipients, because servers without
/// SMTPUTF8 refuse others.
fn sender(text: &str) -> Result<Mailbox, AddressError> {
    let Mailbox { name, email } = text.parse()?;
    let domain = idna::domain_to_ascii(email.domain()).map_err(|_| AddressError::InvalidDomain)?;
    Ok(Mailbox::new(name, Address::new(email.user(), domain)?))
}

/// The certificate authorities that are trusted in addition to the public ones.
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
