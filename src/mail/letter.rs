//! The one letter that the server sends: a login code. It contains nothing that the requester supplied, so nobody can
//! use the server to send text to a stranger.

use std::time::Duration;

use lettre::Address;
use lettre::message::{Mailbox, Message, MultiPart};
use thiserror::Error;

use crate::domain::email::EmailAddress;
use crate::domain::otp::OneTimeCode;

/// A code to send by mail.
pub struct Letter {
    /// The recipient.
    pub to: EmailAddress,
    /// The code.
    pub code: OneTimeCode,
    /// How long the code is valid.
    pub good_for: Duration,
}

/// The sender of letters.
#[derive(Debug, Clone)]
pub struct MailSender {
    /// The application's name.
    pub app_name: String,
    /// The `From` address.
    pub from: Mailbox,
}

/// The letter cannot be built.
#[derive(Debug, Error)]
#[error("cannot build the letter: {0}")]
pub struct Unwritable(#[from] lettre::error::Error);

impl Letter {
    /// The letter as a message with a text and an HTML part.
    ///
    /// # Errors
    /// [`Unwritable`]; no parsed address is known to cause it.
    pub fn write(&self, sender: &MailSender) -> Result<Message, Unwritable> {
        // `EmailAddress` checks more strictly than lettre does.
        let to = Address::new_dangerous(self.to.local(), self.to.ascii_domain());
        let message = Message::builder()
            .from(sender.from.clone())
            .to(Mailbox::new(None, to))
            .subject(format!("Your {} code", sender.app_name))
            .message_id(None)
            .date_now()
            // Auto-responders do not reply to such a message (RFC 3834).
            .raw_header(automatic())
            .multipart(MultiPart::alternative_plain_html(self.text(sender), self.html(sender)))?;
        Ok(message)
    }

    /// The letter as plain text.
    pub fn text(&self, sender: &MailSender) -> String {
        let app = &sender.app_name;
        format!(
            "Your code for {app}:\r\n\r\n{}\r\n\r\nEnter it where you requested it. It works once and expires in \
             {}.\r\n\r\n{}\r\n\r\n{app}\r\n",
            self.code.reveal(),
            spoken(self.good_for),
            not_you(),
        )
    }

    fn html(&self, sender: &MailSender) -> String {
        let app = escape(&sender.app_name);
        let (code, time, not_you) = (self.code.reveal(), spoken(self.good_for), not_you());
        format!(
            "<!doctype html>\r\n<html lang=\"en\">\r\n<head><meta charset=\"utf-8\"><title>{app}</title></head>\r\n\
             <body style=\"margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1a1a1a;background:#ffffff\">\r\n\
             <p>Your code for <strong>{app}</strong>:</p>\r\n\
             <p style=\"margin:24px 0;font:bold 32px/1.2 monospace;letter-spacing:4px\">{code}</p>\r\n\
             <p>Enter it where you requested it. It works once and expires in {time}.</p>\r\n\
             <p style=\"color:#555555\">{not_you}</p>\r\n</body>\r\n</html>\r\n",
        )
    }
}

fn not_you() -> &'static str {
    "If it wasn't you who requested this code, ignore this email: nobody can sign in without it. Do not share it; \
     we never ask for it."
}

fn automatic() -> lettre::message::header::HeaderValue {
    let name = lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted");
    lettre::message::header::HeaderValue::new(name, "auto-generated".to_owned())
}

/// A duration in words, such as `10 minutes`.
fn spoken(time: Duration) -> String {
    let (count, unit) = match time.as_secs() {
        seconds @ 0..120 => (seconds, "second"),
        seconds => (seconds / 60, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// Escapes text for HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_text_and_html_with_the_code_and_what_to_do() {
        let sender = MailSender {
            app_name: "Goals & <Wickets>".to_owned(),
            from: "Goals <no-reply@example.org>".parse().expect("a mailbox"),
        };
        let letter = Letter {
            to: EmailAddress::parse("é@exämple.org").expect("an address"),
            code: OneTimeCode::parse("12345678", 8).expect("a code"),
            good_for: Duration::from_mins(10),
        };
        let message = letter.write(&sender).expect("the letter is valid");
        let text = String::from_utf8(message.formatted()).expect("UTF-8");
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(text.contains("To: é@xn--exmple-cua.org\r\n"), "{text}");
        for part in [letter.text(&sender), letter.html(&sender)] {
            assert!(part.contains("12345678") && part.contains("10 minutes"), "{part}");
            assert!(part.contains("If it wasn't you"), "{part}");
        }
        assert!(letter.html(&sender).contains("Goals &amp; &lt;Wickets&gt;"));
    }
}
