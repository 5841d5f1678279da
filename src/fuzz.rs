//! Fuzzes the parsers with mutations of a corpus, for a limited time. `FUZZ_MS` sets the time in milliseconds. A
//! failure prints its seed; set `FUZZ_SEED` to repeat it.

use arbtest::arbitrary::{Result, Unstructured};

mod domain;
mod transport;

/// The default time per property, in milliseconds.
const USUAL_MS: u64 = 300;
/// Bytes with a meaning for the parsers.
const TELLING: &[u8] = b"\0\x01\x1e\x7f\x80\xbf\xc0\xff\"\\'{}[],:;@.-+/?&=% \r\n09aZ";
/// Texts with a meaning for the parsers.
const PIECES: [&str; 16] = [
    "null",
    "\"\":",
    "-1",
    "1e999",
    "9223372036854775808",
    "\\ud800",
    "\u{1f468}\u{200d}",
    "\u{301}",
    "\u{feff}",
    "'; drop table events; --",
    "\r\nx: y",
    "../",
    "%00",
    "40/admin?token=",
    "__proto__",
    "\u{202e}",
];

/// Tests a property with random seeds for a while, or with `FUZZ_SEED` alone if it is set.
pub fn fuzz(property: impl FnMut(&mut Unstructured<'_>) -> Result<()>) {
    let run = arbtest::arbtest(property).budget_ms(setting("FUZZ_MS").unwrap_or(USUAL_MS));
    if let Some(seed) = setting("FUZZ_SEED") {
        drop(run.seed(seed));
    }
}

/// Reads a whole number from the environment; `0x` marks hexadecimal.
#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let hexadecimal = text.strip_prefix("0x").map(|digits| u64::from_str_radix(digits, 16));
    Some(
        hexadecimal
            .unwrap_or_else(|| text.parse())
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
    )
}

/// Picks an input from the corpus and mutates it a few times.
pub fn mutated(u: &mut Unstructured<'_>, corpus: &[&[u8]]) -> Result<Vec<u8>> {
    let mut bytes = u.choose(corpus)?.to_vec();
    for _ in 0..u.int_in_range(0..=6)? {
        let at = u.int_in_range(0..=bytes.len())?;
        let end = (at + u.int_in_range(0..=16)?).min(bytes.len());
        match u.int_in_range(0..=7)? {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, *u.choose(TELLING)?),
            3 => bytes.insert(at, u.arbitrary()?),
            4 => drop(bytes.splice(at..at, u.choose(&PIECES)?.bytes())),
            5 => {
                let again = bytes[at..end].repeat(u.int_in_range(1..=40)?);
                drop(bytes.splice(at..at, again));
            }
            6 => drop(bytes.splice(at..end, u.choose(corpus)?.iter().copied())),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << u.int_in_range(0..=7)?;
                }
            }
        }
    }
    Ok(bytes)
}

/// Like [`mutated`], as text.
pub fn mutated_text(u: &mut Unstructured<'_>, corpus: &[&str]) -> Result<String> {
    let corpus: Vec<_> = corpus.iter().map(|text| text.as_bytes()).collect();
    Ok(String::from_utf8_lossy(&mutated(u, &corpus)?).into_owned())
}

/// Splits bytes into pieces of random size.
pub fn pieces<'a>(u: &mut Unstructured<'_>, mut bytes: &'a [u8]) -> Result<Vec<&'a [u8]>> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(u.int_in_range(1..=bytes.len())?);
        pieces.push(piece);
        bytes = rest;
    }
    Ok(pieces)
}
