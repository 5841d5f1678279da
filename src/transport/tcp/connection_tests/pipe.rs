//! An in-memory wire that behaves like tokio's: it counts as ready until a write finds no room, one task
//! polls each direction, and any number of others may wait. It stores written bytes as far as there is room.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::ReadBuf;

use super::{Mutex, ReadGate, Wire};

/// Both ends of the wire.
#[derive(Clone, Default)]
pub struct Pipe(Arc<Mutex<PipeState>>);

#[derive(Default)]
struct PipeState {
    written: Vec<u8>,
    /// How many more bytes can be written.
    room: usize,
    /// Whether no write was refused since there was room.
    is_ready: bool,
    to_read: VecDeque<u8>,
    /// The last task that polled, …
    writer: Option<Waker>,
    reader: Option<Waker>,
    /// … and the other waiting tasks.
    writers: Vec<Waker>,
    is_shut_down: bool,
    is_broken: bool,
}

impl Pipe {
    /// A wire with room for this many bytes.
    pub fn with_room(room: usize) -> Self {
        let pipe = Self::default();
        pipe.make_room(room);
        pipe
    }

    /// Adds room for this many bytes.
    pub fn make_room(&self, room: usize) {
        let (writer, writers) = {
            let mut state = self.0.lock();
            state.room = state.room.saturating_add(room);
            state.is_ready = true;
            (state.writer.take(), mem::take(&mut state.writers))
        };
        writer.into_iter().chain(writers).for_each(Waker::wake);
    }

    /// The peer sends something.
    pub fn send(&self, bytes: &[u8]) {
        let reader = {
            let mut state = self.0.lock();
            state.to_read.extend(bytes);
            state.reader.take()
        };
        reader.into_iter().for_each(Waker::wake);
    }

    /// Breaks the connection: every write fails.
    pub fn break_off(&self) {
        self.0.lock().is_broken = true;
        self.make_room(0);
    }

    /// All written bytes.
    pub fn written(&self) -> Vec<u8> {
        self.0.lock().written.clone()
    }

    pub fn is_shut_down(&self) -> bool {
        self.0.lock().is_shut_down
    }
}

impl Wire for Pipe {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.lock();
        if state.to_read.is_empty() {
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn try_read(&self, buf: &mut ReadBuf<'_>) -> io::Result<usize> {
        let mut state = self.0.lock();
        let part = state.to_read.len().min(buf.remaining());
        if part == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let bytes: Vec<u8> = state.to_read.drain(..part).collect();
        buf.put_slice(&bytes);
        Ok(part)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.0.lock();
        if state.is_ready {
            return Poll::Ready(Ok(()));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if state.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if state.room == 0 {
            state.is_ready = false;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let bytes = slices.iter().flat_map(|slice| slice.iter()).copied();
        let bytes: Vec<u8> = bytes.take(state.room).collect();
        state.room -= bytes.len();
        state.written.extend(&bytes);
        Ok(bytes.len())
    }

    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send {
        poll_fn(|cx| {
            let mut state = self.0.lock();
            if state.is_ready {
                return Poll::Ready(Ok(()));
            }
            state.writers.push(cx.waker().clone());
            Poll::Pending
        })
    }

    fn shut_down(&self) -> io::Result<()> {
        self.0.lock().is_shut_down = true;
        Ok(())
    }
}

/// A gate that holds back everything after this many bytes.
pub struct Behind(pub usize);

impl ReadGate for Behind {
    fn may_read(&self) -> Option<usize> {
        (self.0 > 0).then_some(self.0)
    }

    fn has_read(&mut self, bytes: &[u8]) -> bool {
        self.0 -= bytes.len();
        false
    }
}
