//! Shows login codes on the console if no mail server is configured, for trying the server out.

use unicode_segmentation::UnicodeSegmentation as _;

use super::letter::Letter;
use crate::logging;

/// Shows a code in a box on standard error. The code stays out of the log, which may be stored.
pub fn show(letter: &Letter) {
    let lines = [
        "SMTP_URL is not set, so this code is shown here instead of mailed.".to_owned(),
        format!("To:   {}", letter.to.as_str()),
        format!("Code: {}", letter.code.reveal()),
    ];
    // In one write, so that the boxes of several codes do not mix.
    let fields = [("to", letter.to.as_str()), ("code", letter.code.reveal())];
    logging::show(
        &boxed(&lines),
        "SMTP_URL is not set, so this code is shown here instead of mailed",
        &fields,
    );
}

fn boxed(lines: &[String]) -> String {
    let width = lines.iter().map(|line| line.graphemes(true).count()).max().unwrap_or_default();
    let edge = "─".repeat(width + 2);
    let row = |line: &String| format!("│ {line}{} │\n", " ".repeat(width - line.graphemes(true).count()));
    format!("┌{edge}┐\n{}└{edge}┘\n", lines.iter().map(row).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_fits_its_lines() {
        assert_eq!(boxed(&["ab".to_owned(), "é".to_owned()]), "┌────┐\n│ ab │\n│ é  │\n└────┘\n");
    }
}
