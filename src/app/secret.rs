//! The server's secret: set by the operator, or generated and kept in a file.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rand::RngExt as _;
use thiserror::Error;
use uuid::Uuid;

use crate::config::AccountOptions;
use crate::domain::entropy;
use crate::domain::otp::Secret;

/// The secret's file, in the folder of the embedded database.
const SECRET_FILE: &str = "secret.key";
/// Minimum length of a secret, in bytes.
const SECRET_BYTES: usize = 32;
/// Minimum number of different bytes in a secret. 32 random hexadecimal digits have fewer once in 30,000 times; 32
/// random bytes in base64 never do.
const DIFFERENT_BYTES: usize = 8;
/// Secrets that are or were published in this repository.
const PUBLISHED: [&str; 3] = [
    "for trying out only, known to everybody",
    "a secret for tests, of no use elsewhere",
    "a secret for a measurement, of no use elsewhere",
];

/// Why there is no usable secret.
#[derive(Debug, Error)]
pub enum SecretError {
    /// Nodes that share a database must share the secret, so this node cannot generate one.
    #[error(
        "SECRET_KEY is not set; with Postgres it must be the same on every node. Generate one with: openssl rand \
         -base64 32. Or set SECRET_KEY_FILE to a file that all nodes share: it is created if missing"
    )]
    Missing,
    /// Easy to guess.
    #[error(
        "{0} is too short: it needs at least {SECRET_BYTES} characters. Generate one with: openssl rand -base64 32"
    )]
    TooShort(SecretSource),
    /// Long, but easy to guess.
    #[error(
        "{0} is too simple: it needs at least {DIFFERENT_BYTES} different characters. Generate one with: openssl rand \
         -base64 32"
    )]
    TooSimple(SecretSource),
    /// Publicly known.
    #[error(
        "{0} is a public example from Touchline's repository. Generate one with: openssl rand -base64 32"
    )]
    Published(SecretSource),
    /// The secret's file cannot be read or written.
    #[error("cannot read or write the secret in {}: {error}; fix this, or set SECRET_KEY", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// Where the secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The setting.
    Setting,
    /// A file.
    File(PathBuf),
}

impl std::fmt::Display for SecretSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting => f.write_str("SECRET_KEY"),
            Self::File(path) => write!(f, "the secret in {}", path.display()),
        }
    }
}

/// The secret that is set, or the one in a file: `SECRET_KEY_FILE`, or a file in the folder of an embedded
/// database. A missing file is created.
pub(super) fn secret(settings: &AccountOptions, folder: Option<&Path>) -> Result<Secret, SecretError> {
    let source = source(settings, folder)?;
    let bytes = match &source {
        SecretSource::Setting => set(settings).unwrap_or_default().as_bytes().to_vec(),
        SecretSource::File(path) => {
            let secret = read_or_generate(path);
            secret.map_err(|error| SecretError::File { path: path.clone(), error })?
        }
    };
    check(&source, &bytes)?;
    Ok(Secret::new(&bytes))
}

/// Checks that there is a secret, or that the start would generate one, and says where. Creates nothing.
pub(crate) fn check_secret(settings: &AccountOptions, folder: Option<&Path>) -> Result<String, SecretError> {
    let source = source(settings, folder)?;
    let SecretSource::File(path) = &source else {
        let text = set(settings).unwrap_or_default();
        return check(&source, text.as_bytes()).map(|()| "SECRET_KEY is set".to_owned());
    };
    match read(path) {
        Ok(bytes) => check(&source, &bytes).map(|()| format!("kept in {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(format!("not there yet: the server creates {} when it starts", path.display()))
        }
        Err(error) => Err(SecretError::File { path: path.clone(), error }),
    }
}

/// `SECRET_KEY`, if it is not empty.
fn set(settings: &AccountOptions) -> Option<&str> {
    settings.secret_key.as_deref().filter(|text| !text.is_empty())
}

fn source(settings: &AccountOptions, folder: Option<&Path>) -> Result<SecretSource, SecretError> {
    if set(settings).is_some() {
        return Ok(SecretSource::Setting);
    }
    let file = settings.secret_key_file.clone().or_else(|| folder.map(|folder| folder.join(SECRET_FILE)));
    file.map(SecretSource::File).ok_or(SecretError::Missing)
}

fn check(source: &SecretSource, secret: &[u8]) -> Result<(), SecretError> {
    if PUBLISHED.iter().any(|published| published.as_bytes() == secret.trim_ascii()) {
        return Err(SecretError::Published(source.clone()));
    }
    if secret.len() < SECRET_BYTES {
        return Err(SecretError::TooShort(source.clone()));
    }
    let different: HashSet<_> = secret.iter().collect();
    if different.len() < DIFFERENT_BYTES { Err(SecretError::TooSimple(source.clone())) } else { Ok(()) }
}

/// Reads the stored secret, or generates one that only this system user can read. The file appears complete or not
/// at all; two programs that generate one at the same time both use the same.
fn read_or_generate(path: &Path) -> std::io::Result<Vec<u8>> {
    match read(path) {
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
        _ => read(path),
    }
}

/// The secret in a file. Editors and `openssl rand -base64 32 >` end the file with a line break, which is not part
/// of the secret.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let bytes = fs::read(path)?;
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_end_matches(['\r', '\n']).as_bytes().to_vec(),
        Err(_) => bytes,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::test_folder::TestFolder;

    #[test]
    fn a_secret_is_made_once_and_kept_from_others() {
        let folder = TestFolder::new();
        let path = folder.0.join(SECRET_FILE);
        let made = read_or_generate(&path).expect("it is made");
        assert_eq!(made.len(), SECRET_BYTES);
        assert_eq!(read_or_generate(&path).expect("it is read"), made);
        let permissions = fs::metadata(&path).expect("it is there").permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
    }

    #[test]
    fn a_secret_that_is_short_or_simple_is_refused() {
        let refusal = |secret: &str| {
            check(&SecretSource::Setting, secret.as_bytes()).map_err(|error| error.to_string())
        };
        for (secret, part) in [
            ("0123456789abcdef0123456789abcde", "too short"),
            (&*"a".repeat(64), "too simple"),
            (&*"ab".repeat(32), "too simple"),
            (&*"1234567".repeat(8), "too simple"),
        ] {
            let text = refusal(secret).expect_err(secret);
            assert!(text.contains(part) && text.contains("openssl rand -base64 32"), "{secret}: {text}");
        }
        for secret in [
            "12345678".repeat(4),
            "0123456789abcdef".repeat(2),
            "zVfT3yQ7Wm0c9k2LJrXo4Hn8bGdE5aUs+1PiYtMq6Rw=".into(),
        ] {
            assert_eq!(refusal(&secret), Ok(()), "{secret}");
        }
    }

    #[test]
    fn nodes_that_make_the_secret_at_once_use_the_same() {
        for _ in 0..50 {
            let folder = TestFolder::new();
            let path = folder.0.join(SECRET_FILE);
            let made: Vec<_> = std::thread::scope(|scope| {
                let nodes: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| read_or_generate(&path).expect("it is made"))).collect();
                nodes.into_iter().map(|node| node.join().expect("it does not panic")).collect()
            });
            assert!(made.iter().all(|secret| *secret == made[0]));
            assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 1);
        }
    }

    #[test]
    fn the_line_break_behind_a_secret_is_not_part_of_it() {
        let folder = TestFolder::new();
        let path = folder.0.join("key");
        for content in ["0123456789abcdef\n", "0123456789abcdef\r\n", "0123456789abcdef"] {
            fs::write(&path, content).expect("it is written");
            assert_eq!(read(&path).expect("it is read"), b"0123456789abcdef");
        }
        fs::write(&path, b"\xff\n").expect("it is written");
        assert_eq!(read(&path).expect("it is read"), b"\xff\n");
    }
}
