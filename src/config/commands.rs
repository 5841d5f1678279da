//! The arguments of `touchline import` and `touchline backup`.

use std::path::PathBuf;

use clap::Args;

use super::StorageOptions;

/// The fixture list to import.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// A CSV file whose first line names its columns: eventId, sport, title, startsAt (RFC 3339 or milliseconds), venue,
    /// competition (`id` or `id|title`) and competitors (separated by `|`)
    pub file: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
}

/// The copy to make.
#[derive(Debug, Args)]
pub struct BackupOptions {
    /// The new file; an existing file is never overwritten
    pub file: PathBuf,
    /// Where the database is.
    #[command(flatten)]
    pub storage: StorageOptions,
}
