//! A queue of lines in front of a stream that may be slow, full or gone, and the thread that writes them.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// The most that waits to be written, in bytes: some 5,000 lines.
const WAITING_BYTES: usize = 1024 * 1024;

/// Takes lines without waiting, and writes them in order. A line that finds no room is dropped and counted.
pub(super) struct Sink(Arc<LogQueue>);

#[derive(Default)]
struct LogQueue {
    state: Mutex<LogQueueState>,
    /// Told when there is something to write, and when all is written.
    changed: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct LogQueueState {
    waiting: Vec<u8>,
    /// Whether lines are being written.
    writing: bool,
}

impl Sink {
    /// A sink in front of a stream. `name` is that of its thread.
    pub(super) fn start(name: &str, stream: impl Write + Send + 'static) -> Self {
        let queue = Arc::new(LogQueue::default());
        let sink = Self(queue.clone());
        // Without its thread the queue fills up, and all else is dropped: logging ends nothing.
        let _ = thread::Builder::new().name(name.to_owned()).spawn(move || queue.write_all(stream));
        sink
    }

    /// Takes one or more whole lines.
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

    /// How many lines were dropped.
    pub(super) fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    /// Waits until all is written, for a bounded time.
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
    /// Writes what comes, as long as the program runs.
    fn write_all(&self, mut stream: impl Write) {
        let mut told = 0;
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
            let lines = dropped - std::mem::replace(&mut told, dropped);
            if lines > 0 {
                tracing::warn!(lines, "log lines were dropped: nobody read them in time");
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

    /// A stream that takes what its reader lets it take.
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
            assert!(start.elapsed() < DEADLINE, "it is not reached");
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
    fn a_stream_that_nobody_reads_holds_nothing_up_and_what_it_misses_is_counted() {
        let (written, reader) = mpsc::sync_channel(0);
        let sink = Sink::start("test", GatedStream { written });
        let line = [&[b'x'; 1023] as &[u8], b"\n"].concat();
        // The first is on its way, so that the queue is empty again.
        sink.push(&line);
        until(|| sink.0.state.lock().writing);
        for _ in 0..1100 {
            sink.push(&line);
        }
        assert_eq!(sink.dropped(), 1100 - 1024);
        sink.finish(Duration::ZERO);
        let mut read = 0;
        while read < 1025 * 1024 {
            read += reader.recv_timeout(DEADLINE).expect("what had room is written").len();
        }
        assert_eq!(read, 1025 * 1024);
        sink.push(b"again\n");
        assert_eq!(reader.recv_timeout(DEADLINE).expect("a line"), b"again\n");
    }

    #[test]
    fn a_stream_that_is_gone_ends_nothing() {
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
