//! What signing in takes: the server's secret, the way to a mail server, the administrators.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use lettre::Address;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use rand::RngExt as _;
use thiserror::Error;
use uuid::Uuid;

use crate::config::{Accounts as AccountSettings, Serve};
use crate::domain::email::EmailAddress;
use crate::domain::entropy;
use crate::domain::otp::{Limits, Secret};
use crate::mail::letter::Sender;
use crate::mail::mailer::{Mailer, Route};
use crate::mail::smtp::{InvalidSmtpUrl, Smtp};
use crate::services::accounts::{Accounts, MailLimits, MailRates};
use crate::storage::Database;

/// The file of the secret, beside the embedded database.
const SECRET_FILE: &str = "secret.key";
/// The least length of a secret, in bytes.
const SECRET_BYTES: usize = 32;

/// Why nobody could sign in.
#[derive(Debug, Error)]
pub enum AccountsError {
    /// Nodes that share a database must share the secret, which this one cannot make up.
    #[error(
        "SECRET_KEY is not set; with Postgres it must be the same on every node. Make one: openssl rand -hex 32"
    )]
    NoSecret,
    /// It could be guessed.
    #[error(
        "SECRET_KEY is too short: it takes at least {SECRET_BYTES} characters. Make one: openssl rand -hex 32"
    )]
    ShortSecret,
    /// The kept secret cannot be read or written.
    #[error("cannot keep the secret in {}: {error}; or set SECRET_KEY", path.display())]
    SecretFile {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
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

/// What signing in goes by, from the settings.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(super) fn set_up(settings: &Serve, database: &Database) -> Result<Accounts, AccountsError> {
    let accounts = &settings.accounts;
    let admins = accounts.admin_emails.iter().filter(|text| !text.trim().is_empty());
    let admin = |text: &String| match EmailAddress::parse(text) {
        Ok(email) => Ok(email.key().to_owned()),
        Err(_) => Err(AccountsError::Admin(text.clone())),
    };
    Ok(Accounts {
        secret: secret(accounts.secret_key.as_deref(), database.folder().as_deref())?,
        mailer: mailer(settings)?,
        limits: MailLimits::new(MailRates {
            resend: accounts.otp_resend,
            per_address: accounts.otp_per_address,
            per_address_total: accounts.otp_per_address_total,
            per_ip: accounts.otp_per_ip,
            total: accounts.otp_total,
        }),
        digits: accounts.otp_digits,
        code_ttl: accounts.otp_ttl,
        resend: accounts.otp_resend,
        tries: Limits {
            tries: accounts.otp_tries,
            failures: accounts.otp_failures,
            failures_total: accounts.otp_failures_total,
        },
        session_ttl: accounts.session_ttl,
        session_max: accounts.session_max,
        single_device: accounts.single_device,
        admins: admins.map(admin).collect::<Result<_, _>>()?,
        name_length: settings.limits.name_length,
        used: parking_lot::Mutex::default(),
        credential_ended: tokio::sync::Notify::new(),
    })
}

fn mailer(settings: &Serve) -> Result<Mailer, AccountsError> {
    let accounts = &settings.accounts;
    let (route, from) = if let Some((smtp, from)) = mail_server(accounts)? {
        if let Some(host) = smtp.in_clear_to() {
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
    Ok(Mailer::new(route, Sender { app_name: accounts.app_name.clone(), from }, accounts.mail_queue))
}

/// The way to the mail server, and where mails come from; `None` if no server is set.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(crate) fn mail_server(accounts: &AccountSettings) -> Result<Option<(Smtp, Mailbox)>, AccountsError> {
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

/// The secret that is set, or the one that is kept in the folder of an embedded database.
fn secret(set: Option<&str>, folder: Option<&Path>) -> Result<Secret, AccountsError> {
    let bytes = match secret_source(set, folder)? {
        SecretSource::Set(text) => text.as_bytes().to_vec(),
        SecretSource::File(path) => kept(&path).map_err(|error| AccountsError::SecretFile { path, error })?,
    };
    long_enough(&bytes)?;
    Ok(Secret::new(&bytes))
}

/// Where the secret comes from.
enum SecretSource<'a> {
    Set(&'a str),
    File(PathBuf),
}

fn secret_source<'a>(set: Option<&'a str>, folder: Option<&Path>) -> Result<SecretSource<'a>, AccountsError> {
    match (set.filter(|text| !text.is_empty()), folder) {
        (Some(text), _) => Ok(SecretSource::Set(text)),
        (None, Some(folder)) => Ok(SecretSource::File(folder.join(SECRET_FILE))),
        (None, None) => Err(AccountsError::NoSecret),
    }
}

fn long_enough(bytes: &[u8]) -> Result<(), AccountsError> {
    if bytes.len() < SECRET_BYTES { Err(AccountsError::ShortSecret) } else { Ok(()) }
}

/// Whether there is a secret, or will be; says where. Nothing is made.
///
/// # Errors
/// [`AccountsError`]: what is wrong, and what to do.
pub(crate) fn check_secret(set: Option<&str>, folder: Option<&Path>) -> Result<String, AccountsError> {
    let path = match secret_source(set, folder)? {
        SecretSource::Set(text) => {
            return long_enough(text.as_bytes()).map(|()| "SECRET_KEY is set".to_owned());
        }
        SecretSource::File(path) => path,
    };
    match fs::read(&path) {
        Ok(bytes) => long_enough(&bytes).map(|()| format!("kept in {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(format!("not there yet: the start makes {}", path.display()))
        }
        Err(error) => Err(AccountsError::SecretFile { path, error }),
    }
}

/// Reads the kept secret, or makes one that nobody else on the machine can read. It appears whole or not at all,
/// and of two programs that make one at once both use the same.
fn kept(path: &Path) -> std::io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read,
    }
    let fresh: [u8; SECRET_BYTES] = entropy::source().random();
    let partial = path.with_extension(Uuid::now_v7().simple().to_string());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    let placed =
        file.write_all(&fresh).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&partial, path));
    fs::remove_file(&partial)?;
    match placed {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => fs::read(path),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

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

    #[test]
    fn a_secret_is_made_once_and_kept_from_others() {
        let folder = std::env::temp_dir().join(format!("touchline-secret-{}", Uuid::now_v7()));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        let path = folder.join(SECRET_FILE);
        let made = kept(&path).expect("it is made");
        assert_eq!(made.len(), SECRET_BYTES);
        assert_eq!(kept(&path).expect("it is read"), made);
        let permissions = fs::metadata(&path).expect("it is there").permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1);
        fs::remove_dir_all(&folder).expect("it is removed");
    }
}
