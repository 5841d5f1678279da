//! How values that the two databases store differently are bound and read.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

use super::StorageError;
use crate::domain::account::Role;
use crate::domain::email::EmailAddress;
use crate::domain::id::{EventId, UserId};
use crate::domain::otp::ChallengeEnding;
use crate::domain::review::ReviewStatus;
use crate::domain::session::SessionEnding;

/// A time as it is bound: UTC, to the millisecond. Read it back as an [`OffsetDateTime`].
///
/// SQLite stores text. The driver's own text drops trailing zeros of the fraction, so that `0.5 s` sorts before `0
/// s`; this one has a fixed width. Both databases accept the years 0 to 9999.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub OffsetDateTime);

impl At {
    /// The time to store.
    fn kept(self) -> Result<OffsetDateTime, BoxDynError> {
        let time = self.0.to_offset(UtcOffset::UTC).truncate_to_millisecond();
        if (0..=9999).contains(&time.year()) { Ok(time) } else { Err("the year is not 0 to 9999".into()) }
    }
}

impl Type<Postgres> for At {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <OffsetDateTime as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for At {
    fn encode_by_ref(
        &self,
        buffer: &mut <Postgres as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.kept()?, buffer)
    }
}

impl Type<Sqlite> for At {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for At {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        let format =
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        Encode::<Sqlite>::encode(self.kept()?.format(&format)?, buffer)
    }
}

/// The 32 bytes of a hash.
pub(super) struct Hash(pub [u8; 32]);

/// Reads a domain type from a column of a simpler type. `None` means that the row is one that this program would not
/// write.
macro_rules! read_as {
    ($($type:ty: $stored:ty, $parse:expr, $what:literal;)*) => {
        $(impl<D: Database> Type<D> for $type
        where
            $stored: Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <$stored>::type_info()
            }

            fn compatible(column: &D::TypeInfo) -> bool {
                <$stored>::compatible(column)
            }
        }

        impl<'r, D: Database> Decode<'r, D> for $type
        where
            $stored: Decode<'r, D>,
        {
            fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let parse: fn($stored) -> Option<Self> = $parse;
                parse(<$stored>::decode(value)?).ok_or_else(|| invalid($what).into())
            }
        })*
    };
}

read_as! {
    ChallengeEnding: String, |word| Self::from_word(&word), "ending of a challenge";
    EmailAddress: String, |text| Self::parse_kept(&text).ok(), "email address";
    EventId: String, |text| Self::parse(&text).ok(), "event id";
    Hash: Vec<u8>, |bytes| bytes.try_into().map(Self).ok(), "hash";
    ReviewStatus: String, |word| Self::from_word(&word), "status of a review";
    Role: String, |word| Self::from_word(&word), "role";
    SessionEnding: String, |word| Self::from_word(&word), "ending of a session";
    UserId: Uuid, |id| Some(Self(id)), "user id";
}

/// The error for a row that this program would not write.
pub(super) fn broken(what: &'static str) -> StorageError {
    StorageError::Failed(sqlx::Error::Decode(invalid(what).into()))
}

fn invalid(what: &'static str) -> String {
    format!("the database has a row with an invalid {what}")
}
