//! The in-memory connection.

use std::io::{ErrorKind, IoSlice};
use std::rc::Rc;
use std::time::Duration;

use super::{Trace, test_hub};
use crate::hub::net::{Pipe, Stream, StreamExt, pipe};
use crate::hub::{self, Elapsed};

#[test]
fn a_writer_waits_for_room_and_a_reader_for_bytes() {
    let (hub, trace) = (test_hub(), Trace::default());
    let (left, right) = pipe(4);
    let said = trace.clone();
    hub.block_on(async move {
        let writing = said.clone();
        let writer = hub::spawn("writer", async move {
            left.write_all(b"0123456789").await.unwrap();
            writing.push("written");
        });
        let mut all = Vec::new();
        let mut bytes = [0; 3];
        loop {
            let n = right.read(&mut bytes).await.unwrap();
            if n == 0 {
                break;
            }
            all.extend_from_slice(&bytes[..n]);
            said.push(String::from_utf8_lossy(&bytes[..n]));
            assert!(right.readable_bytes() <= 4);
        }
        assert_eq!(all, b"0123456789");
        writer.await.unwrap();
    });
    assert_eq!(trace.take(), "012 3 456 7 written 89");
}

#[test]
fn nothing_waits_when_it_must_not() {
    let (left, right) = pipe(4);
    let mut bytes = [0; 8];
    assert_eq!(right.try_read(&mut bytes).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(right.try_read(&mut []).unwrap(), 0);
    let pieces = [IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cdef")];
    assert_eq!(left.try_write_vectored(&pieces).unwrap(), 4);
    assert_eq!(left.try_write(b"x").unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(left.try_write(b"").unwrap(), 0);
    assert_eq!((right.readable_bytes(), left.writable_bytes()), (4, 0));
    assert_eq!(right.try_read(&mut bytes).unwrap(), 4);
    assert_eq!(&bytes[..4], b"abcd");
}

#[test]
fn half_closing_ends_one_direction_only() {
    test_hub().block_on(async {
        let (left, right) = pipe(16);
        left.write_all(b"bye").await.unwrap();
        left.shutdown_write().unwrap();
        assert_eq!(left.write(b"more").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        let mut bytes = [0; 16];
        assert_eq!(right.read(&mut bytes).await.unwrap(), 3);
        assert_eq!(right.read(&mut bytes).await.unwrap(), 0);
        right.write_all(b"still here").await.unwrap();
        assert_eq!(left.read(&mut bytes).await.unwrap(), 10);
    });
}

#[test]
fn a_dropped_end_is_read_to_its_end_and_cannot_be_written_to() {
    test_hub().block_on(async {
        let (left, right) = pipe(16);
        left.write_all(b"last words").await.unwrap();
        drop(left);
        let mut bytes = [0; 10];
        right.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"last words");
        assert_eq!(right.read(&mut bytes).await.unwrap(), 0);
        let eof = right.read_exact(&mut bytes).await.unwrap_err();
        assert_eq!(eof.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(right.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn whoever_waits_learns_of_a_shutdown_and_of_a_reset() {
    type Ending = fn(&Pipe);
    let shutdown: Ending = |pipe| pipe.shutdown().unwrap();
    let reset: Ending = Pipe::reset;
    for (ending, read, written) in [
        (shutdown, Ok(0), ErrorKind::BrokenPipe),
        (reset, Err(ErrorKind::ConnectionReset), ErrorKind::ConnectionReset),
    ] {
        test_hub().block_on(async move {
            let (left, right) = pipe(1);
            let (left, right) = (Rc::new(left), Rc::new(right));
            right.write_all(b"x").await.unwrap();
            let (reader, writer) = (right.clone(), right.clone());
            let reader = hub::spawn("reader", async move { reader.read(&mut [0; 4]).await });
            let writer = hub::spawn("writer", async move { writer.write(b"y").await });
            hub::yield_now().await;
            ending(&left);
            assert_eq!(reader.await.unwrap().map_err(|error| error.kind()), read);
            assert_eq!(writer.await.unwrap().unwrap_err().kind(), written);
            assert!(left.write(b"z").await.is_err());
        });
    }
}

#[test]
fn readable_and_writable_wait_without_taking() {
    test_hub().block_on(async {
        let (left, right) = pipe(1);
        left.writable().await.unwrap();
        left.write_all(b"x").await.unwrap();
        let full = hub::timeout(Duration::from_secs(1), left.writable()).await;
        assert!(matches!(full, Err(Elapsed)));
        right.readable().await.unwrap();
        right.readable().await.unwrap();
        assert_eq!(right.try_read(&mut [0]).unwrap(), 1);
        left.writable().await.unwrap();
    });
}

#[test]
fn several_tasks_may_wait_to_write_and_one_to_read() {
    test_hub().block_on(async {
        let (left, right) = pipe(1);
        let (left, right) = (Rc::new(left), Rc::new(right));
        left.write_all(b"a").await.unwrap();
        let writers: Vec<_> = (0..3)
            .map(|_| {
                let left = left.clone();
                hub::spawn("writer", async move { left.write(b"b").await.unwrap() })
            })
            .collect();
        hub::yield_now().await;
        right.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(hub::joinall(writers).await, vec![Ok(1), Ok(1), Ok(1)]);

        let reader = right.clone();
        let reader = hub::spawn("reader", async move { reader.read(&mut [0; 1]).await.unwrap() });
        hub::yield_now().await;
        let second = right.read(&mut [0; 1]).await.unwrap_err();
        assert_eq!(second.kind(), std::io::ErrorKind::ResourceBusy);
        left.write_all(b"c").await.unwrap();
        assert_eq!(reader.await, Ok(1));
    });
}

#[test]
fn a_read_that_was_given_up_has_taken_nothing() {
    test_hub().block_on(async {
        let (left, right) = pipe(8);
        let mut bytes = [0; 8];
        let waited = hub::timeout(Duration::from_secs(1), right.read(&mut bytes)).await;
        assert!(waited.is_err());
        left.write_all(b"kept").await.unwrap();
        assert_eq!(right.read(&mut bytes).await.unwrap(), 4);
    });
}

#[test]
fn ends_are_named_in_pairs_from_one_on_each_thread() {
    let names = std::thread::spawn(|| {
        let ((a, b), (c, d)) = (pipe(1), pipe(1));
        let ends: [Box<dyn Stream>; 4] = [Box::new(a), Box::new(b), Box::new(c), Box::new(d)];
        ends.map(|end| format!("{}-{}", end.local(), end.peer())).join(" ")
    });
    assert_eq!(names.join().unwrap(), "mem:1-mem:2 mem:2-mem:1 mem:3-mem:4 mem:4-mem:3");
}
