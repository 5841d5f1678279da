//! A wire without a network: what is written is kept, as far as there is room, until the test takes it.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use tokio::io::ReadBuf;

use super::Wire;

/// See the module. Both ends of it.
#[derive(Clone, Default)]
pub struct Pipe(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    written: Vec<u8>,
    /// So many more bytes are taken.
    room: usize,
    to_read: VecDeque<u8>,
    /// Whoever waits for anything.
    waiting: Vec<Waker>,
    is_shut_down: bool,
    is_broken: bool,
}

impl State {
    fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }

    fn wait<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.waiting.push(cx.waker().clone());
        Poll::Pending
    }
}

impl Pipe {
    /// One that takes so many bytes.
    pub fn with_room(room: usize) -> Self {
        let pipe = Self::default();
        pipe.make_room(room);
        pipe
    }

    /// So many more bytes are taken.
    pub fn make_room(&self, room: usize) {
        let mut state = self.0.lock();
        state.room = state.room.saturating_add(room);
        state.wake();
    }

    /// The peer sends something.
    pub fn send(&self, bytes: &[u8]) {
        let mut state = self.0.lock();
        state.to_read.extend(bytes);
        state.wake();
    }

    /// The peer is gone: every write fails.
    pub fn break_off(&self) {
        let mut state = self.0.lock();
        state.is_broken = true;
        state.wake();
    }

    /// All that was written.
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
        if state.to_read.is_empty() { state.wait(cx) } else { Poll::Ready(Ok(())) }
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
        if state.room == 0 && !state.is_broken { state.wait(cx) } else { Poll::Ready(Ok(())) }
    }

    fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if state.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut written = 0;
        for slice in slices {
            let part = slice.len().min(state.room);
            state.written.extend_from_slice(&slice[..part]);
            state.room -= part;
            written += part;
        }
        if written == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(written) }
    }

    fn writable(&self) -> impl Future<Output = io::Result<()>> + Send {
        poll_fn(|cx| self.poll_write_ready(cx))
    }

    fn shut_down(&self) -> io::Result<()> {
        self.0.lock().is_shut_down = true;
        Ok(())
    }
}
