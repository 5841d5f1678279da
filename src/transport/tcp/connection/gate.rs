//! Gates that limit how much of a connection may be read for now.

/// The most bytes read at a time while a gate is set.
pub const STEP: usize = 512;

/// Decides how much may be read, from the bytes read so far.
pub trait ReadGate: Send {
    /// How many bytes may be read now; `None`: none.
    fn may_read(&self) -> Option<usize>;

    /// Inspects bytes that were read. Returns true once the gate is no longer needed.
    fn has_read(&mut self, bytes: &[u8]) -> bool;
}
