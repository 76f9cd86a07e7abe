//! Lines and buffers through pipes of every width.

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use super::run;
use crate::hub;
use crate::hub::net::{LineReader, LineWriter, Stream, StreamExt, makefile, pipe};

#[test]
fn lines_are_lines_however_they_arrive() {
    const TEXT: &[u8] = b"one\n\ntwo words\r\n\xff\x00\nlast";
    for capacity in 1..=TEXT.len() {
        run(async {
            let (ours, theirs) = pipe(capacity);
            let writer = hub::spawn("writer", async move { theirs.write_all(TEXT).await });
            let mut reader = LineReader::new(Rc::new(ours), 20);
            for wanted in [&b"one\n"[..], b"\n", b"two words\r\n", b"\xff\x00\n", b"last"] {
                assert_eq!(reader.read_line().await.unwrap().unwrap(), wanted, "{capacity}");
            }
            assert_eq!(reader.read_line().await.unwrap(), None);
            assert_eq!(reader.read_line().await.unwrap(), None);
            writer.await.unwrap().unwrap();
        });
    }
}

#[test]
fn a_line_has_a_longest_length() {
    for (text, is_good) in [
        (&b"1234567\n"[..], true),
        (b"12345678", true),
        (b"12345678\n", false),
        (b"123456789", false),
        (b"1\n12345678\n", false),
    ] {
        run(async {
            let (ours, theirs) = pipe(100);
            theirs.write_all(text).await.unwrap();
            let mut reader = LineReader::new(Rc::new(ours), 8);
            if is_good {
                drop(theirs);
                assert_eq!(reader.read_line().await.unwrap().unwrap(), text);
                return;
            }
            // Without waiting for an end that may never come, or be gigabytes away.
            let error = loop {
                match reader.read_line().await {
                    Ok(line) => assert_eq!(line.unwrap(), b"1\n"),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), ErrorKind::InvalidData);
            assert_eq!(error.to_string(), "a line of more than 8 bytes");
            assert!(reader.read_line().await.is_err(), "and so on");
            drop(theirs);
        });
    }
}

#[test]
fn a_line_that_is_given_up_is_not_lost() {
    run(async {
        let (ours, theirs) = pipe(100);
        let mut reader = LineReader::new(Rc::new(ours), 80);
        theirs.write_all(b"hel").await.unwrap();
        assert!(hub::timeout(Duration::from_secs(1), reader.read_line()).await.is_err());
        theirs.write_all(b"lo\nrest").await.unwrap();
        assert_eq!(reader.read_line().await.unwrap().unwrap(), b"hello\n");
        let mut bytes = [0; 2];
        assert_eq!(reader.read(&mut bytes).await.unwrap(), 2);
        assert_eq!(&bytes, b"re");
        theirs.shutdown_write().unwrap();
        assert_eq!(reader.read_line().await.unwrap().unwrap(), b"st");
        assert_eq!(reader.read(&mut bytes).await.unwrap(), 0);
    });
}

#[test]
fn what_is_written_goes_out_when_it_is_flushed_or_too_much() {
    run(async {
        let (ours, theirs) = pipe(100);
        let mut writer = LineWriter::new(Rc::new(ours), 10);
        writer.write(b"12345").await.unwrap();
        writer.write(b"67890").await.unwrap();
        assert_eq!(theirs.readable_bytes(), 0);
        writer.write(b"x").await.unwrap();
        assert_eq!(theirs.readable_bytes(), 10);
        writer.flush().await.unwrap();
        assert_eq!(theirs.readable_bytes(), 11);
        writer.write(&[7; 50]).await.unwrap();
        assert_eq!(theirs.readable_bytes(), 61, "more than the buffer holds goes at once");
    });
}

#[test]
fn a_flush_that_is_given_up_writes_nothing_twice() {
    run(async {
        let (ours, theirs) = pipe(4);
        let (_, mut writer) = makefile(Rc::new(ours));
        writer.write(b"abcdefgh").await.unwrap();
        assert!(hub::timeout(Duration::from_secs(1), writer.flush()).await.is_err());
        let mut bytes = [0; 8];
        assert_eq!(theirs.read(&mut bytes).await.unwrap(), 4);
        writer.flush().await.unwrap();
        assert_eq!(theirs.read(&mut bytes[4..]).await.unwrap(), 4);
        assert_eq!(&bytes, b"abcdefgh");
        drop(theirs);
        writer.write(b"x").await.unwrap();
        assert_eq!(writer.flush().await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}
