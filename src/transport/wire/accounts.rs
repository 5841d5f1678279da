//! Wire types of accounts: the bodies and answers of `/api/auth/*` and `/api/me`, and the session messages
//! sent to sockets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::object::object;
use super::texts::{optional_text, text, word};
use crate::domain::account::{Account, Role};
use crate::domain::id::EventId;

/// The body of `POST /api/auth/signup`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignUpBody {
    /// The address to mail the code to.
    #[schema(example = "ann@example.org")]
    pub email: String,
    /// The account's display name: one line, at most `NAME_LENGTH` graphemes.
    #[schema(example = "Ann")]
    pub name: String,
}

/// The body of `POST /api/auth/login`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LogInBody {
    /// The account's address.
    #[schema(example = "ann@example.org")]
    pub email: String,
}

/// The answer to `signup` and `login`, whether or not a code was mailed.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChallengeAnswer {
    /// The challenge's id, to send to `verify` with the code.
    #[schema(example = "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90")]
    pub challenge_id: String,
    /// How long the code is valid, in milliseconds.
    #[schema(example = 600_000)]
    pub expires_in_ms: u64,
    /// When a new code may be requested, in milliseconds from now.
    #[schema(example = 60_000)]
    pub resend_after_ms: u64,
}

/// The body of `POST /api/auth/verify`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyBody {
    /// The challenge's id from `signup` or `login`.
    #[schema(example = "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90")]
    pub challenge_id: String,
    /// The code from the mail: a string or a number, in the digits of any script.
    #[serde(deserialize_with = "text")]
    #[schema(example = "48151623")]
    pub code: String,
    /// The device to sign in.
    #[serde(deserialize_with = "object")]
    pub device: DeviceBody,
    /// Answer `conflict` with `error.device` if another device used a desk within two minutes, and keep the code valid.
    #[serde(default)]
    pub ask: Option<bool>,
}

/// A device, as the app on it describes it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DeviceBody {
    /// The device's id, chosen by the app and kept across logins: 1 to 128 bytes.
    #[serde(deserialize_with = "text")]
    #[schema(example = "5f0c1b6e-phone")]
    pub id: String,
    /// The device's name, for its owner; `another device` by default. Cut to `NAME_LENGTH` graphemes.
    #[serde(default, deserialize_with = "optional_text")]
    #[schema(example = "Ann's phone")]
    pub name: Option<String>,
}

/// The answer to `verify`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct VerifyAnswer {
    /// The session token. It is shown only once.
    #[schema(example = "tls_4Zb0WqD3m7uJx2hN9cK5vR8sT1yL6aE0fG4iO2pQ3wU")]
    pub token: String,
    /// The signed-in account.
    pub user: User,
    /// Whether this login signed out another device.
    #[schema(example = false)]
    pub replaced: bool,
}

/// The answer to `GET /api/me`.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct MeAnswer {
    /// The signed-in account.
    pub user: User,
}

/// An account, as its owner sees it.
#[derive(Debug, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct User {
    /// Its id.
    #[schema(example = "019a8d5e-5b0d-7c33-8f43-0c6f0d1f9f11")]
    pub id: String,
    /// Its address, as first typed.
    #[schema(example = "ann@example.org")]
    pub email: String,
    /// Its display name. Plain text: escape it before showing it in HTML.
    #[schema(example = "Ann")]
    pub name: String,
    /// Its roles; none for viewers.
    pub roles: Vec<Role>,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            email: account.email.as_str().to_owned(),
            name: account.name,
            roles: account.roles,
        }
    }
}

/// `role:grant` and `role:revoke` of `/admin`.
#[derive(Debug, Deserialize)]
pub struct RoleChange {
    /// The account's address.
    pub email: String,
    /// The role.
    #[serde(deserialize_with = "word")]
    pub role: Role,
}

/// `operator:list` of `/admin`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorList {
    /// Only accounts assigned to this event; without it, all accounts that have a role.
    pub event_id: Option<EventId>,
}

/// The answer to `operator:list`.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct OperatorsAnswer {
    /// The accounts, by address.
    pub operators: Vec<User>,
}

/// `session:replaced`: a login on another device has ended the session; the server disconnects the socket.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct SessionReplaced {
    /// When it ended, in milliseconds since the Unix epoch.
    pub at: i64,
    /// The device that is signed in now.
    pub device: NewDevice,
}

/// The device that is signed in now.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct NewDevice {
    /// The device's name, for its owner.
    pub name: String,
}
