//! What decides how much may be read of a connection for now.

/// How many bytes are read at a time while a gate decides.
pub const STEP: usize = 512;

/// Decides how much may be read, by what was read.
pub trait ReadGate: Send {
    /// How many bytes may be read now; `None`: none.
    fn may_read(&self) -> Option<usize>;

    /// Takes note of bytes that were read. True once there is nothing more to decide.
    fn has_read(&mut self, bytes: &[u8]) -> bool;
}
