//! How values that the two databases store differently are bound and read.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Encode, Postgres, Sqlite, Type};
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::StorageError;

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

/// The error for a row that this program would not write.
pub(super) fn broken(what: &'static str) -> StorageError {
    StorageError::Failed(sqlx::Error::Decode(format!("the database has a row with an invalid {what}").into()))
}
