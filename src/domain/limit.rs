//! Rates, as settings write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// So many in so long, such as `10/10s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how long.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is not a rate; write it like 10/10s (so many in so long)");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        let rate: Rate = "10/10s".parse().expect("a rate");
        assert_eq!((rate.count, rate.per), (10, Duration::from_secs(10)));
        assert_eq!(rate.to_string(), "10/10s");
        for bad in ["", "10", "0/1s", "x/1s", "1/0s", "1/x", "-1/1s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad:?}");
        }
    }
}
