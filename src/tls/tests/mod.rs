//! TLS through pipes: handshakes that are done and that are not, and what comes after.

pub(crate) mod pki;

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use self::pki::{Pki, file_name};
use super::{
    CertificateInfo, HandshakeError, TlsContext, TlsError, TlsSettings, TlsStream, TlsVersion,
};
use crate::clock::Clock;
use crate::hub::net::{Pipe, Stream, StreamExt, pipe};
use crate::hub::{self, Hub};

const LIMIT: Duration = Duration::from_secs(5);

fn run<T>(test: impl Future<Output = T>) -> T {
    Hub::new(Clock::test()).unwrap().block_on(test)
}

/// Both sides of a handshake through a pipe that holds `capacity` bytes.
async fn meet(
    server: &TlsContext,
    client: &TlsContext,
    name: Option<&'static str>,
    capacity: usize,
) -> (Result<TlsStream, HandshakeError>, Result<TlsStream, HandshakeError>) {
    let (ours, theirs) = pipe(capacity);
    let client = client.clone();
    let calling =
        hub::spawn("client", async move { client.connect(Rc::new(theirs), name, LIMIT).await });
    let accepted = server.accept(Rc::new(ours), LIMIT).await;
    (accepted, calling.await.unwrap())
}

async fn pair(capacity: usize) -> (TlsStream, TlsStream) {
    let pki = Pki::new("ca");
    let (server, client) = (pki.context("controller"), pki.context("switch"));
    let (server, client) = meet(&server, &client, None, capacity).await;
    (server.unwrap(), client.unwrap())
}

#[test]
fn both_sides_know_each_other_by_certificate() {
    run(async {
        let (server, client) = pair(64 * 1024).await;
        let wanted = CertificateInfo {
            subject: "C=US, O=Open vSwitch, CN=switch".into(),
            issuer: "C=US, O=Open vSwitch, CN=ca".into(),
            serial: "1A2B".into(),
            not_before: "2001-02-03T00:00:00Z".into(),
            not_after: "2999-01-01T00:00:00Z".into(),
            alternative_names: vec!["DNS:switch.example".into()],
        };
        assert_eq!(server.peer_certificate(), Some(&wanted));
        let subject = &client.peer_certificate().unwrap().subject;
        assert_eq!(subject, "C=US, O=Open vSwitch, CN=controller");
        assert_eq!(server.protocol(), "TLS 1.3, TLS_AES_256_GCM_SHA384");
        assert_eq!(client.protocol(), server.protocol());
    });
}

#[test]
fn bytes_arrive_through_pipes_of_every_width_in_both_directions_at_once() {
    const SIZE: usize = 300_000;
    for capacity in [1, 7, 600, 1 << 20] {
        run(async {
            let (server, client) = pair(capacity).await;
            let size = if capacity == 1 { SIZE / 30 } else { SIZE };
            let ends = [("server", server), ("client", client)];
            let tasks = ends.map(|(name, end)| {
                let end = Rc::new(end);
                let writer = Rc::clone(&end);
                let writing = hub::spawn(format!("{name} writes"), async move {
                    let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
                    writer.write_all(&bytes).await.unwrap();
                    writer.shutdown_write().unwrap();
                    assert_eq!(writer.try_write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
                });
                let reading = hub::spawn(format!("{name} reads"), async move {
                    let (mut bytes, mut total) = (vec![0; 10_000], 0);
                    loop {
                        let n = end.read(&mut bytes).await.unwrap();
                        if n == 0 {
                            return total;
                        }
                        assert!(bytes[..n].iter().zip(total..).all(|(&b, n)| b == (n % 251) as u8));
                        total += n;
                    }
                });
                (writing, reading)
            });
            for (writing, reading) in tasks {
                assert_eq!((writing.await, reading.await), (Ok(()), Ok(size)), "{capacity}");
            }
        });
    }
}

#[test]
fn what_was_taken_arrives_without_the_writer() {
    run(async {
        let (server, client) = pair(100).await;
        // More than the pipe holds, less than may be encrypted ahead.
        let message = vec![7; 20_000];
        assert_eq!(server.try_write(&message).unwrap(), message.len());
        let mut read = vec![0; message.len()];
        client.read_exact(&mut read).await.unwrap();
        assert_eq!(read, message);
    });
}

#[test]
fn a_peer_that_takes_nothing_is_written_for_up_to_a_bound() {
    run(async {
        let (server, client) = pair(4096).await;
        let taken = server.try_write(&[0; 200_000]).unwrap();
        assert!((32 * 1024..=64 * 1024).contains(&taken), "{taken}");
        // It stays so, until the peer takes some.
        assert_eq!(server.try_write(&[0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        let mut rest = vec![0; taken];
        client.read_exact(&mut rest).await.unwrap();
        server.writable().await.unwrap();
        assert_eq!(server.try_write(&[0]).unwrap(), 1);
    });
}

#[test]
fn a_stream_that_is_dropped_leaves_no_task_behind() {
    let hub = Hub::new(Clock::test()).unwrap();
    hub.block_on(async {
        let (server, client) = pair(100).await;
        assert!(server.try_write(&[0; 20_000]).unwrap() > 0);
        assert_eq!(hub::current().task_count(), 1, "the one that brings the bytes on their way");
        drop(server);
        hub::yield_now().await;
        assert_eq!(hub::current().task_count(), 0);
        drop(client);
    });
}

#[test]
fn a_cut_connection_is_no_end() {
    run(async {
        let pki = Pki::new("ca");
        let (ours, theirs) = pipe(64 * 1024);
        let server = pki.context("controller");
        let calling = {
            let client = pki.context("switch");
            let wire: Rc<dyn Stream> = Rc::new(theirs);
            let below = Rc::clone(&wire);
            hub::spawn("client", async move {
                (client.connect(wire, None, LIMIT).await.unwrap(), below)
            })
        };
        let server = server.accept(Rc::new(ours), LIMIT).await.unwrap();
        let (client, below) = calling.await.unwrap();
        client.write_all(b"half of it").await.unwrap();
        below.shutdown_write().unwrap();
        let mut bytes = [0; 100];
        assert_eq!(server.read(&mut bytes).await.unwrap(), 10);
        let error = server.read(&mut bytes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(error.to_string(), "the peer ended the connection without ending TLS");
    });
}

/// A byte that is changed on the way ends the connection; nothing of that record is read.
#[test]
fn a_changed_byte_is_noticed() {
    run(async {
        let pki = Pki::new("ca");
        let (ours, to_client) = pipe(64 * 1024);
        let (to_server, theirs) = pipe(64 * 1024);
        let client = pki.context("switch");
        let calling =
            hub::spawn("client", async move { client.connect(Rc::new(theirs), None, LIMIT).await });
        let relay = hub::spawn("relay", relay(to_server, to_client));
        let server = pki.context("controller").accept(Rc::new(ours), LIMIT).await.unwrap();
        let client = calling.await.unwrap().unwrap();
        client.write_all(b"good").await.unwrap();
        let mut bytes = [0; 100];
        assert_eq!(server.read(&mut bytes).await.unwrap(), 4);
        // The relay flips a bit of what is longer than that.
        client.write_all(&[0; 3000]).await.unwrap();
        let error = server.read(&mut bytes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert_eq!(error.to_string(), "TLS: cannot decrypt peer's message");
        drop(relay);
    });
}

/// Passes bytes on both ways; flips one of a piece of more than 3,000 bytes of application data.
async fn relay(client: Pipe, server: Pipe) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let mut is_idle = true;
        if let Ok(n) = client.try_read(&mut bytes) {
            if n == 0 {
                return;
            }
            if n > 3000 && bytes[0] == 23 {
                bytes[1000] ^= 1;
            }
            server.write_all(&bytes[..n]).await.unwrap();
            is_idle = false;
        }
        if let Ok(n) = server.try_read(&mut bytes) {
            client.write_all(&bytes[..n]).await.unwrap();
            is_idle = false;
        }
        if is_idle {
            hub::yield_now().await;
        }
    }
}

#[test]
fn certificates_that_are_missing_expired_or_foreign_are_refused_with_a_reason() {
    let (pki, other) = (Pki::new("ca"), Pki::new("other"));
    let with =
        |identity| TlsSettings { identity, ca_certs: Some(pki.ca()), ..TlsSettings::default() };
    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        for (identity, reasons) in [
            (None, &["no certificates"][..]),
            (
                Some(pki.identity("late", 2002)),
                &["expired", "subject \"C=US, O=Open vSwitch, CN=late\"", "to 2002-01-01"],
            ),
            (
                Some(other.identity("stranger", 2999)),
                &[
                    "UnknownIssuer",
                    "CN=stranger",
                    "issuer \"C=US, O=Open vSwitch, CN=other\"",
                    "1A2B",
                ],
            ),
        ] {
            run(async {
                let server = pki.context("controller");
                let ciphers = match version {
                    // The client then cannot do better.
                    TlsVersion::V1_2 => vec!["ECDHE-ECDSA-AES128-GCM-SHA256".to_owned()],
                    TlsVersion::V1_3 => Vec::new(),
                };
                let client = TlsContext::load(TlsSettings { ciphers, ..with(identity) }).unwrap();
                // A good one before: its certificate must not be named for the next.
                let good = pki.context("switch");
                let (first, _) = meet(&server, &good, None, 64 * 1024).await;
                first.unwrap();
                let (refused, _) = meet(&server, &client, None, 64 * 1024).await;
                let error = refused.unwrap_err();
                assert!(matches!(error, HandshakeError::Failed { .. }), "{error:?}");
                let text = error.to_string();
                for reason in reasons {
                    assert!(
                        text.to_lowercase().contains(&reason.to_lowercase()),
                        "{reason}: {text}"
                    );
                }
                assert!(!text.contains("CN=switch"), "{text}");
            });
        }
    }
}

#[test]
fn a_client_believes_its_ca_only_and_asks_the_name_if_told_to() {
    let (pki, other) = (Pki::new("ca"), Pki::new("other"));
    run(async {
        let client = pki.context("switch");
        let stranger =
            TlsContext::load(TlsSettings { ca_certs: None, ..other.settings("controller") });
        let (_, refused) = meet(&stranger.unwrap(), &client, None, 64 * 1024).await;
        assert!(refused.unwrap_err().to_string().contains("CN=other"));
        let server = pki.context("controller");
        let (_, met) = meet(&server, &client, Some("controller.example"), 64 * 1024).await;
        met.unwrap();
        let (_, refused) = meet(&server, &client, Some("elsewhere.example"), 64 * 1024).await;
        assert!(refused.unwrap_err().to_string().contains("elsewhere.example"));
    });
}

#[test]
fn without_a_ca_clients_are_not_asked() {
    let pki = Pki::new("ca");
    run(async {
        let server =
            TlsContext::load(TlsSettings { ca_certs: None, ..pki.settings("controller") }).unwrap();
        assert!(server.can_accept() && !server.can_connect() && !server.asks_clients());
        let client = TlsSettings { ca_certs: Some(pki.ca()), ..TlsSettings::default() };
        let client = TlsContext::load(client).unwrap();
        let (met, _) = meet(&server, &client, None, 64 * 1024).await;
        assert_eq!(met.unwrap().peer_certificate(), None);
    });
}

#[test]
fn versions_and_suites_are_what_the_settings_say() {
    let pki = Pki::new("ca");
    let context = |ciphers: &str, min_version| {
        let ciphers = vec![ciphers.to_owned()];
        let settings = pki.settings("peer");
        TlsContext::load(TlsSettings { ciphers, min_version, ..settings })
    };
    const OLD: &str = "ECDHE-ECDSA-CHACHA20-POLY1305";
    run(async {
        let any = pki.context("any");
        let old = context(OLD, TlsVersion::V1_2).unwrap();
        let (met, _) = meet(&old, &any, None, 64 * 1024).await;
        let wanted = "TLS 1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
        assert_eq!(met.unwrap().protocol(), wanted);
        let new = context("", TlsVersion::V1_3).unwrap();
        let (refused, _) = meet(&new, &old, None, 64 * 1024).await;
        let text = refused.unwrap_err().to_string();
        assert!(text.starts_with("TLS handshake failed: peer is incompatible"), "{text}");
    });
    let text = context(OLD, TlsVersion::V1_3).unwrap_err().to_string();
    assert!(text.starts_with("none of the cipher suites"), "{text}");
}

#[test]
fn what_is_no_tls_is_shown() {
    let pki = Pki::new("ca");
    for (bytes, wanted) in [
        (&b"\x04\x00\x00\x08\x00\x00\x00\x01"[..], "began with 0400000800000001"),
        (b"\x01\x00\x00\x08\x00\x00\x00\x01", "began with 0100000800000001"),
        (b"GET / HTTP/1.1\r\n\r\n", "began with 474554202f204854"),
    ] {
        run(async {
            let (ours, theirs) = pipe(4096);
            theirs.write_all(bytes).await.unwrap();
            let error = pki.context("controller").accept(Rc::new(ours), LIMIT).await.unwrap_err();
            let text = error.to_string();
            assert_eq!(text, format!("peer does not speak TLS, it {wanted}"));
        });
    }
}

#[test]
fn a_handshake_ends_however_the_peer_behaves() {
    let pki = Pki::new("ca");
    // Nothing at all; the beginning of a record; a record that is longer than what follows; a
    // warning that the connection will be closed, which it is not (RUSTSEC-2024-0336).
    let close_notify = b"\x15\x03\x01\x00\x02\x01\x00";
    for bytes in [&b""[..], b"\x16\x03\x01", b"\x16\x03\x01\x40\x00\x01\x00\x3f", close_notify] {
        run(async {
            let (ours, theirs) = pipe(4096);
            theirs.write_all(bytes).await.unwrap();
            let server = pki.context("controller");
            let start = hub::now();
            let accepting = hub::spawn("accept", async move {
                (server.accept(Rc::new(ours), LIMIT).await, hub::now())
            });
            let (result, end) = accepting.await.unwrap();
            assert!(matches!(result, Err(HandshakeError::TimedOut(LIMIT))), "{result:?}");
            assert_eq!(end - start, LIMIT);
            drop(theirs);
        });
    }
    run(async {
        // So many warnings are no handshake.
        let (ours, theirs) = pipe(4096);
        theirs.write_all(&close_notify.repeat(100)).await.unwrap();
        let error = pki.context("controller").accept(Rc::new(ours), LIMIT).await.unwrap_err();
        assert!(matches!(error, HandshakeError::Failed { .. }), "{error:?}");
        let (ours, theirs) = pipe(4096);
        drop(theirs);
        let error = pki.context("controller").accept(Rc::new(ours), LIMIT).await.unwrap_err();
        assert!(matches!(error, HandshakeError::Closed), "{error:?}");
    });
}

#[test]
fn a_reload_holds_for_later_handshakes_and_a_bad_one_changes_nothing() {
    let (pki, other) = (Pki::new("ca"), Pki::new("other"));
    run(async {
        let server = pki.context("controller");
        let (switch, stranger) = (pki.context("switch"), other.context("stranger"));
        let (first, first_client) = meet(&server, &switch, None, 64 * 1024).await;
        let (first, first_client) = (first.unwrap(), first_client.unwrap());

        let mut bad = pki.settings("controller");
        bad.ca_certs = Some(pki.write("broken.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n"));
        server.reload(bad).unwrap_err();
        let nothing = server.reload(TlsSettings::default()).unwrap_err();
        assert_eq!(nothing.to_string(), "a key and a certificate are in use");
        meet(&server, &switch, None, 64 * 1024).await.0.unwrap();

        server.reload(other.settings("controller")).unwrap();
        meet(&server, &switch, None, 64 * 1024).await.0.unwrap_err();
        meet(&server, &stranger, None, 64 * 1024).await.0.unwrap();

        first.write_all(b"still here").await.unwrap();
        let mut bytes = [0; 10];
        first_client.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"still here");
    });
}

#[test]
fn files_that_are_no_good_are_named_with_the_reason() {
    let pki = Pki::new("ca");
    let (key, certificate) = pki.identity("controller", 2999);
    let (other_key, _) = pki.identity("other", 2999);
    let empty = pki.write("empty.pem", "");
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let locked = pki.write("locked.pem", locked);
    let broken =
        pki.write("broken.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
    let no_x509 =
        pki.write("no-x509.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let missing = empty.with_file_name("missing.pem");
    for (key, certificate, ca, file, reason) in [
        (&missing, &certificate, None, &missing, "No such file"),
        (&key, &missing, None, &missing, "No such file"),
        (&empty, &certificate, None, &empty, "no private key in it"),
        (&certificate, &certificate, None, &certificate, "no private key in it"),
        (&locked, &certificate, None, &locked, "is encrypted"),
        (&key, &empty, None, &empty, "no certificate in it"),
        (&key, &broken, None, &broken, "no good PEM"),
        (&key, &no_x509, None, &no_x509, "cannot be used with the key"),
        (&other_key, &certificate, None, &certificate, "is not the certificate of the key"),
        (&key, &certificate, Some(&missing), &missing, "No such file"),
        (&key, &certificate, Some(&key), &key, "no certificate in it"),
        (&key, &certificate, Some(&no_x509), &no_x509, "cannot be trusted"),
    ] {
        let error = TlsContext::load(TlsSettings {
            identity: Some((key.clone(), certificate.clone())),
            ca_certs: ca.cloned(),
            ..TlsSettings::default()
        })
        .unwrap_err();
        let text = error.to_string();
        assert!(text.contains(file_name(file)) && text.contains(reason), "{reason}: {text}");
        assert!(!matches!(error, TlsError::Settings(_)), "{text}");
    }
}

#[test]
fn a_certificate_cut_anywhere_is_shown_as_far_as_it_goes() {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let pki = Pki::new("ca");
    let (_, path) = pki.identity("switch", 2999);
    let der = CertificateDer::from_pem_file(path).unwrap();
    let whole = CertificateInfo::from_der(&der);
    assert_eq!(whole.serial, "1A2B");
    for len in 0..der.len() {
        assert_eq!(CertificateInfo::from_der(&der[..len]), CertificateInfo::default());
    }
    // With any one byte changed: no panic, whatever it says then.
    for at in 0..der.len() {
        for value in [0, 0x7f, 0x80, 0x84, 0xff] {
            let mut changed = der.to_vec();
            changed[at] = value;
            let _ = CertificateInfo::from_der(&changed).to_string();
        }
    }
}
