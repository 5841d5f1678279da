//! The rules for frames from a client (RFC 6455 sections 5, 7.4 and 8.1), each with the close code of who breaks it.

/// How the protocol was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A frame that must not be, or not here.
    Protocol,
    /// A text that is not UTF-8.
    NotText,
    /// A message over the limit.
    TooLarge,
}

impl Broken {
    /// The close code, of section 7.4.1.
    pub fn code(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::NotText => 1007,
            Self::TooLarge => 1009,
        }
    }
}

/// What a frame is: its opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// More of a message.
    Continuation = 0,
    /// A text, or its beginning.
    Text = 1,
    /// Bytes, or their beginning.
    Binary = 2,
    /// The client closes.
    Close = 8,
    /// To be answered.
    Ping = 9,
    /// An answer.
    Pong = 10,
}

impl Kind {
    fn read(opcode: u8) -> Result<Self, Broken> {
        Ok(match opcode {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return Err(Broken::Protocol),
        })
    }

    /// Whether it may stand between the fragments of a message.
    pub fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// A frame, as its header tells (section 5.2).
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// Whether its message ends with it.
    pub is_last: bool,
    /// The header's length, in bytes.
    pub header: usize,
    /// The payload's length, in bytes.
    pub payload: usize,
    /// What the payload is masked with.
    pub mask: [u8; 4],
}

impl Frame {
    /// Reads a header, once all of it is there.
    ///
    /// # Errors
    /// [`Broken::Protocol`], as soon as it can be seen.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Broken> {
        /// The longest payload of a control frame.
        const CONTROL: u8 = 125;
        let [first, second, ..] = *bytes else { return Ok(None) };
        let kind = Kind::read(first & 0x0f)?;
        let (is_last, reserved) = (first & 0x80 != 0, first & 0x70);
        let (is_masked, short) = (second & 0x80 != 0, second & 0x7f);
        if reserved != 0 || !is_masked || kind.is_control() && (!is_last || short > CONTROL) {
            return Err(Broken::Protocol);
        }
        let extended = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let header = 2 + extended + 4;
        let Some(rest) = bytes.get(2..header) else { return Ok(None) };
        let (long, mask) = rest.split_at(extended);
        let length = match extended {
            0 => u64::from(short),
            _ => long.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        if length >> 63 != 0 {
            return Err(Broken::Protocol);
        }
        let payload = usize::try_from(length).unwrap_or(usize::MAX);
        let mask = std::array::from_fn(|i| mask[i]);
        Ok(Some(Self { kind, is_last, header, payload, mask }))
    }

    /// Whether it may stand behind the fragments of a message that have come (section 5.4).
    ///
    /// # Errors
    /// [`Broken::Protocol`].
    pub fn may_follow(&self, message: Option<&Message>) -> Result<(), Broken> {
        let goes_on = self.kind == Kind::Continuation;
        if self.kind.is_control() || goes_on == message.is_some() { Ok(()) } else { Err(Broken::Protocol) }
    }
}

/// A message of which fragments have come.
#[derive(Debug)]
pub struct Message {
    /// Its length so far, in bytes.
    pub size: usize,
    is_text: bool,
    /// The beginning of a character whose rest is yet to come.
    begun: Vec<u8>,
}

impl Message {
    /// One that begins with a frame of this kind.
    pub fn new(kind: Kind) -> Self {
        Self { size: 0, is_text: kind == Kind::Text, begun: Vec::new() }
    }

    /// Adds a fragment.
    ///
    /// # Errors
    /// [`Broken::NotText`].
    pub fn add(&mut self, payload: &[u8], is_last: bool) -> Result<(), Broken> {
        self.size += payload.len();
        if !self.is_text {
            return Ok(());
        }
        let joined = [&*self.begun, payload].concat();
        self.begun = match std::str::from_utf8(&joined) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() && !is_last => joined[error.valid_up_to()..].to_vec(),
            Err(_) => return Err(Broken::NotText),
        };
        Ok(())
    }
}

/// What a close frame may say (section 7.4).
///
/// # Errors
/// [`Broken`].
pub fn check_close(payload: &[u8]) -> Result<(), Broken> {
    let Some((code, reason)) = payload.split_at_checked(2) else {
        return if payload.is_empty() { Ok(()) } else { Err(Broken::Protocol) };
    };
    match u16::from_be_bytes([code[0], code[1]]) {
        1000..=1003 | 1007..=1014 | 3000..=4999 => {}
        _ => return Err(Broken::Protocol),
    }
    std::str::from_utf8(reason).map(|_| ()).map_err(|_| Broken::NotText)
}

/// Masks or unmasks a payload.
pub fn masked(bytes: &[u8], mask: [u8; 4]) -> Vec<u8> {
    bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// A whole, masked frame.
pub fn write(kind: Kind, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![0x80 | kind as u8];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < 126 => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 0x7e);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 0x7f);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(masked(payload, mask));
    frame
}
