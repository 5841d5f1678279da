//! The rules for frames from a client (RFC 6455 sections 5, 7.4 and 8.1), and the close codes for violations.

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::transport::client::close_reason::{MESSAGE_TOO_BIG, PROTOCOL_ERROR};
use crate::transport::tcp::connection::frame::Header;

/// The opcodes used outside this file.
pub const TEXT: OpCode = OpCode::Data(Data::Text);
pub const CLOSE: OpCode = OpCode::Control(Control::Close);

/// A violation of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// A frame that is invalid, or invalid at this point.
    Protocol,
    /// A text that is not UTF-8.
    NotText,
    /// A message over the limit.
    TooLarge,
}

impl FrameError {
    /// The close code (section 7.4.1).
    pub fn code(self) -> u16 {
        match self {
            Self::Protocol => PROTOCOL_ERROR,
            Self::NotText => 1007,
            Self::TooLarge => MESSAGE_TOO_BIG,
        }
    }
}

/// A frame's header (section 5.2).
#[derive(Debug, Clone, Copy)]
pub struct ReceivedFrame {
    /// The opcode.
    pub opcode: OpCode,
    /// Whether it is the last frame of its message.
    pub is_last: bool,
    /// The header's length, in bytes.
    pub header: usize,
    /// The payload's length, in bytes.
    pub payload: usize,
    /// The payload's mask.
    pub mask: [u8; 4],
}

impl ReceivedFrame {
    /// Parses a header; `None` while it is incomplete.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, FrameError> {
        /// The longest payload of a control frame.
        const CONTROL: u64 = 125;
        let Some(Header { says, length, payload }) = Header::read(bytes).map_err(|_| FrameError::Protocol)?
        else {
            return Ok(None);
        };
        let FrameHeader { is_final: is_last, rsv1, rsv2, rsv3, opcode, mask: Some(mask) } = says else {
            return Err(FrameError::Protocol);
        };
        let frame = Self { opcode, is_last, header: length, payload: saturated(payload), mask };
        let is_control = frame.is_control();
        if rsv1 || rsv2 || rsv3 || payload >> 63 != 0 || is_control && (!is_last || payload > CONTROL) {
            return Err(FrameError::Protocol);
        }
        Ok(Some(frame))
    }

    /// Whether it is a control frame, which may come between the fragments of a message.
    pub fn is_control(&self) -> bool {
        matches!(self.opcode, OpCode::Control(_))
    }

    /// Checks that it may follow the received fragments of a message (section 5.4).
    pub fn may_follow(&self, message: Option<&PartialMessage>) -> Result<(), FrameError> {
        let goes_on = self.opcode == OpCode::Data(Data::Continue);
        if self.is_control() || goes_on == message.is_some() { Ok(()) } else { Err(FrameError::Protocol) }
    }
}

/// A message whose fragments are arriving.
#[derive(Debug)]
pub struct PartialMessage {
    /// Its length so far, in bytes.
    pub size: usize,
    is_text: bool,
    /// The first bytes of a character that is not complete.
    begun: Vec<u8>,
}

impl PartialMessage {
    /// A message that begins with a frame of this opcode.
    pub fn new(opcode: OpCode) -> Self {
        Self { size: 0, is_text: opcode == TEXT, begun: Vec::new() }
    }

    /// Adds a fragment.
    pub fn add(&mut self, payload: &[u8], is_last: bool) -> Result<(), FrameError> {
        self.size += payload.len();
        if !self.is_text {
            return Ok(());
        }
        let joined = [&*self.begun, payload].concat();
        self.begun = match std::str::from_utf8(&joined) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() && !is_last => joined[error.valid_up_to()..].to_vec(),
            Err(_) => return Err(FrameError::NotText),
        };
        Ok(())
    }
}

/// Checks the payload of a close frame (section 7.4).
pub fn check_close(payload: &[u8]) -> Result<(), FrameError> {
    let Some((code, reason)) = payload.split_at_checked(2) else {
        return if payload.is_empty() { Ok(()) } else { Err(FrameError::Protocol) };
    };
    match u16::from_be_bytes([code[0], code[1]]) {
        1000..=1003 | 1007..=1014 | 3000..=4999 => {}
        _ => return Err(FrameError::Protocol),
    }
    std::str::from_utf8(reason).map(|_| ()).map_err(|_| FrameError::NotText)
}

/// Masks or unmasks a payload.
pub fn masked(bytes: &[u8], mask: [u8; 4]) -> Vec<u8> {
    bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// Builds a whole, masked frame.
pub fn write(opcode: OpCode, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let header = FrameHeader { opcode, mask: Some(mask), ..FrameHeader::default() };
    let mut frame = Vec::new();
    header.format(payload.len() as u64, &mut frame).expect("writing to a Vec cannot fail");
    frame.extend(masked(payload, mask));
    frame
}

fn saturated(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
