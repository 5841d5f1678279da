//! A bounded queue of lines and the thread that writes them to a stream, which may be slow, full or closed.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Bytes that may be queued: about 5,000 lines.
const WAITING_BYTES: usize = 1024 * 1024;

/// Queues lines without blocking, and writes them in order. If the queue is full, lines are dropped and counted.
pub(super) struct Sink(Arc<LogQueue>);

#[derive(Default)]
struct LogQueue {
    state: Mutex<LogQueueState>,
    /// Signalled when lines are queued, and when all are written.
    changed: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct LogQueueState {
    waiting: Vec<u8>,
    /// Whether the thread is writing lines that it took from `waiting`.
    writing: bool,
}

impl Sink {
    /// Starts a sink for a stream. `name` names its thread.
    pub(super) fn start(name: &str, stream: impl Write + Send + 'static) -> Self {
        let queue = Arc::new(LogQueue::default());
        let sink = Self(queue.clone());
        // If the thread cannot start, the queue fills up and later lines are dropped; the program runs on.
        let _ = thread::Builder::new().name(name.to_owned()).spawn(move || queue.write_all(stream));
        sink
    }

    /// Queues one or more whole lines.
    pub(super) fn push(&self, lines: &[u8]) {
        let mut state = self.0.state.lock();
        if state.waiting.len() + lines.len() > WAITING_BYTES {
            drop(state);
            self.0.drop_lines(lines);
            return;
        }
        state.waiting.extend_from_slice(lines);
        drop(state);
        self.0.changed.notify_all();
    }

    /// The number of dropped lines.
    pub(super) fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, at most for `within`.
    pub(super) fn finish(&self, within: Duration) {
        let deadline = Instant::now() + within;
        let mut state = self.0.state.lock();
        while state.writing || !state.waiting.is_empty() {
            if self.0.changed.wait_until(&mut state, deadline).timed_out() {
                return;
            }
        }
    }
}

impl LogQueue {
    /// Writes queued lines until the program exits.
    fn write_all(&self, mut stream: impl Write) {
        let mut reported = 0;
        loop {
            let lines = {
                let mut state = self.state.lock();
                state.writing = false;
                self.changed.notify_all();
                while state.waiting.is_empty() {
                    self.changed.wait(&mut state);
                }
                state.writing = true;
                std::mem::take(&mut state.waiting)
            };
            if stream.write_all(&lines).and_then(|()| stream.flush()).is_err() {
                self.drop_lines(&lines);
                continue;
            }
            let dropped = self.dropped.load(Ordering::Relaxed);
            let lines = dropped - std::mem::replace(&mut reported, dropped);
            if lines > 0 {
                tracing::warn!(lines, "dropped log lines: standard error is not read fast enough");
            }
        }
    }

    fn drop_lines(&self, lines: &[u8]) {
        let count = lines.split_inclusive(|byte| *byte == b'\n').count();
        self.dropped.fetch_add(count as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc;

    use super::*;

    const DEADLINE: Duration = Duration::from_mins(1);

    /// A stream that blocks until its reader takes each write.
    struct GatedStream {
        written: mpsc::SyncSender<Vec<u8>>,
    }

    impl Write for GatedStream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let sent = self.written.send(bytes.to_vec());
            sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn until(reached: impl Fn() -> bool) {
        let start = Instant::now();
        while !reached() {
            assert!(start.elapsed() < DEADLINE, "condition not met in time");
            thread::yield_now();
        }
    }

    #[test]
    fn lines_are_written_whole_and_in_order() {
        let (written, reader) = mpsc::sync_channel(1024);
        let sink = Sink::start("test", GatedStream { written });
        let lines: Vec<_> = (0..1000).map(|number| format!("{number}\n")).collect();
        for line in &lines {
            sink.push(line.as_bytes());
        }
        sink.finish(DEADLINE);
        let all = String::from_utf8(reader.try_iter().flatten().collect()).expect("text");
        assert_eq!(all, lines.concat());
        assert_eq!(sink.dropped(), 0);
    }

    #[test]
    fn an_unread_stream_blocks_nothing_and_dropped_lines_are_counted() {
        let (written, reader) = mpsc::sync_channel(0);
        let sink = Sink::start("test", GatedStream { written });
        let line = [&[b'x'; 1023] as &[u8], b"\n"].concat();
        // The thread has taken the first line, so the queue is empty again.
        sink.push(&line);
        until(|| sink.0.state.lock().writing);
        for _ in 0..1100 {
            sink.push(&line);
        }
        assert_eq!(sink.dropped(), 1100 - 1024);
        sink.finish(Duration::ZERO);
        let mut read = 0;
        while read < 1025 * 1024 {
            read += reader.recv_timeout(DEADLINE).expect("queued lines are written").len();
        }
        assert_eq!(read, 1025 * 1024);
        sink.push(b"again\n");
        assert_eq!(reader.recv_timeout(DEADLINE).expect("a line"), b"again\n");
    }

    #[test]
    fn a_closed_stream_stops_nothing() {
        let (written, reader) = mpsc::sync_channel(0);
        let sink = Sink::start("test", GatedStream { written });
        drop(reader);
        sink.push(b"one\ntwo\n");
        sink.finish(DEADLINE);
        assert_eq!(sink.dropped(), 2);
        sink.push(b"three\n");
        sink.finish(DEADLINE);
        assert_eq!(sink.dropped(), 3);
    }
}
