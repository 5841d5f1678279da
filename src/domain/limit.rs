//! Rates, as written in settings.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;

/// A count per period, such as `10/10s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The count.
    pub count: u32,
    /// The period.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a rate; use COUNT/PERIOD such as 10/10s");
        let (count, per) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.trim().parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?;
        let per = humantime::parse_duration(per.trim()).map_err(|_| wrong())?;
        if per.is_zero() { Err(wrong()) } else { Ok(Self { count, per }) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, humantime::format_duration(self.per))
    }
}

/// Bytes per period, such as `8MiB/10s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRate {
    /// The bytes.
    pub bytes: ByteSize,
    /// The period.
    pub per: Duration,
}

impl ByteRate {
    /// The rate in units of `of` bytes; at least one unit.
    pub fn in_units(self, of: u64) -> Rate {
        let count = u32::try_from(self.bytes.as_u64() / of.max(1)).unwrap_or(u32::MAX);
        Rate { count: count.max(1), per: self.per }
    }
}

impl FromStr for ByteRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a byte rate; use BYTES/PERIOD such as 8MiB/10s");
        let (bytes, per) = text.split_once('/').ok_or_else(wrong)?;
        let bytes: ByteSize = bytes.trim().parse().map_err(|_| wrong())?;
        let per = humantime::parse_duration(per.trim()).map_err(|_| wrong())?;
        if per.is_zero() || bytes.as_u64() == 0 { Err(wrong()) } else { Ok(Self { bytes, per }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_rate_is_parsed() {
        let rate: ByteRate = "8MiB/10s".parse().expect("a rate");
        assert_eq!((rate.bytes, rate.per), (ByteSize::mib(8), Duration::from_secs(10)));
        assert_eq!(rate.in_units(1024), Rate { count: 8192, per: Duration::from_secs(10) });
        assert_eq!(rate.in_units(1 << 40).count, 1);
        for bad in ["", "8MiB", "0/1s", "x/1s", "1MiB/0s", "1MiB/x", "-1/1s"] {
            assert!(bad.parse::<ByteRate>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_rate_is_parsed() {
        let rate: Rate = "10/10s".parse().expect("a rate");
        assert_eq!((rate.count, rate.per), (10, Duration::from_secs(10)));
        assert_eq!(rate.to_string(), "10/10s");
        for bad in ["", "10", "0/1s", "x/1s", "1/0s", "1/x", "-1/1s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad:?}");
        }
    }
}
