//! A connection to a bridge, by hand: these tests want every byte, and nothing here needs more than one conversation at a time.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use ryu_sdn::ofproto::{
    BarrierRequest, EchoReply, Encode as _, ErrorMsg, Framing, Hello, Message, MultipartReplyBody,
    MultipartRequest, MultipartRequestBody, Version, Xid, frame, peek_header,
};
use ryu_sdn::wire::hex;

/// How long a bridge may think.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Where the bridge listens, as ovs-ofctl writes it; `None`, with a word on why, if nobody said.
pub(crate) fn target() -> Option<String> {
    let target = std::env::var("RYU_SDN_OVS").ok();
    if target.is_none() {
        println!("skipped: RYU_SDN_OVS names no bridge (tests/real/ofproto_ovs.sh starts one)");
    }
    target
}

/// Either kind of connection.
pub(crate) trait Stream: Read + Write + Send {
    /// A second handle.
    fn again(&self) -> io::Result<Box<dyn Stream>>;
    /// Ends both directions, for every handle.
    fn end(&self);
}

impl Stream for TcpStream {
    fn again(&self) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
    fn end(&self) {
        let _ = self.shutdown(std::net::Shutdown::Both);
    }
}

impl Stream for UnixStream {
    fn again(&self) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.try_clone()?))
    }
    fn end(&self) {
        let _ = self.shutdown(std::net::Shutdown::Both);
    }
}

/// Connects to `tcp:HOST:PORT` or `unix:PATH`.
pub(crate) fn dial(target: &str) -> Box<dyn Stream> {
    match target.split_once(':') {
        Some(("unix", path)) => {
            let stream = UnixStream::connect(path).unwrap_or_else(|e| panic!("{path}: {e}"));
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            Box::new(stream)
        }
        Some(("tcp", address)) => {
            let stream = TcpStream::connect(address).unwrap_or_else(|e| panic!("{address}: {e}"));
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            Box::new(stream)
        }
        _ => panic!("RYU_SDN_OVS={target}: neither unix:PATH nor tcp:HOST:PORT"),
    }
}

/// A conversation in one version.
pub(crate) struct Bridge {
    pub(crate) version: Version,
    target: String,
    stream: Box<dyn Stream>,
    buf: Vec<u8>,
    next: u32,
    /// What was sent, in case it is complained about.
    sent: HashMap<Xid, Message>,
}

impl Bridge {
    pub(crate) fn connect(target: &str, version: Version) -> Bridge {
        let stream = dial(target);
        let mut bridge = Bridge {
            version,
            target: target.to_owned(),
            stream,
            buf: Vec::new(),
            next: 1,
            sent: HashMap::new(),
        };
        bridge.send(Hello::new(&[version]).into());
        match bridge.receive() {
            (_, Message::Hello(_)) => bridge,
            (_, other) => panic!("{version}: {other} instead of a hello"),
        }
    }

    /// Sends, and says under which xid.
    pub(crate) fn send(&mut self, message: Message) -> Xid {
        let xid = Xid(self.next);
        self.next += 1;
        let mut buf = BytesMut::new();
        let encoded = message.encode(self.version, xid, &mut buf);
        encoded.unwrap_or_else(|e| panic!("{}: {message}: {e}", self.version));
        self.stream.write_all(&buf).expect("the bridge listens");
        self.sent.insert(xid, message);
        xid
    }

    /// The next message, as bytes.
    fn next_bytes(&mut self) -> Bytes {
        let mut chunk = [0; 65_536];
        loop {
            match frame(&self.buf) {
                Framing::Message(len) => return self.buf.drain(..len).collect::<Vec<_>>().into(),
                Framing::NeedMore(_) => {
                    let len = self.stream.read(&mut chunk).expect("an answer in time");
                    assert!(len > 0, "{}: the bridge hung up", self.version);
                    self.buf.extend_from_slice(&chunk[..len]);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next message that is no echo request; those are answered. What comes must encode to
    /// what it came as.
    fn receive(&mut self) -> (Xid, Message) {
        loop {
            let bytes = self.next_bytes();
            let version = match peek_header(&bytes) {
                // A hello may be of any version.
                Some(header) if header.msg_type == 0 => {
                    Version::from_wire(header.version).unwrap_or(self.version)
                }
                _ => self.version,
            };
            let decoded = Message::decode(version, &bytes);
            let (xid, message) =
                decoded.unwrap_or_else(|e| panic!("{version}: {}: {e}", hex::encode(&bytes)));
            super::relay::same_again(version, xid, &message, &bytes);
            match message {
                Message::EchoRequest(echo) => {
                    self.send(EchoReply { data: echo.data }.into());
                }
                message => return (xid, message),
            }
        }
    }

    /// Waits until all is done that was sent; what was refused, with the message.
    pub(crate) fn barrier(&mut self) -> Vec<(Message, ErrorMsg)> {
        let barrier = self.send(BarrierRequest.into());
        let mut errors = Vec::new();
        loop {
            match self.receive() {
                (xid, Message::BarrierReply(_)) if xid == barrier => break,
                (xid, Message::Error(error)) => {
                    let cause = self.sent.get(&xid).expect("an error about what was sent").clone();
                    errors.push((cause, error));
                }
                // A flow-removed that was asked for, a packet-in of somebody's.
                _ => {}
            }
        }
        self.sent.clear();
        errors
    }

    /// Sends all of these, and fails with the first that is refused.
    pub(crate) fn apply<M: Into<Message>>(
        &mut self,
        messages: impl IntoIterator<Item = M>,
    ) -> usize {
        let mut count = 0;
        let mut errors = Vec::new();
        for message in messages {
            self.send(message.into());
            count += 1;
            // Neither side's buffers may fill up while nobody reads.
            if count % 50 == 0 {
                errors.extend(self.barrier());
            }
        }
        errors.extend(self.barrier());
        let said = |(message, error): &(Message, ErrorMsg)| {
            let mut buf = BytesMut::new();
            message.encode(self.version, Xid(1), &mut buf).expect("it was sent");
            format!("{error}\n  about {message}\n  {}\n", hex::encode(&buf))
        };
        let text: String = errors.iter().take(12).map(said).collect();
        assert!(errors.is_empty(), "{}: {} refused:\n{text}", self.version, errors.len());
        count
    }

    /// Asks, and joins the parts of the answer.
    #[track_caller]
    pub(crate) fn ask(&mut self, body: MultipartRequestBody) -> MultipartReplyBody {
        let request = MultipartRequest { flags: Default::default(), body };
        let asked = self.send(request.into());
        let mut all: Option<MultipartReplyBody> = None;
        loop {
            match self.receive() {
                (xid, Message::MultipartReply(part)) if xid == asked => {
                    let more = !part.flags.is_empty();
                    match &mut all {
                        None => all = Some(part.body),
                        Some(all) => all.join(part.body).expect("parts of one answer"),
                    }
                    if !more {
                        return all.expect("a part");
                    }
                }
                (_, Message::Error(error)) => panic!("{}: {error}", self.version),
                _ => {}
            }
        }
    }

    /// What ovs-ofctl says about the bridge in this version; the lines that are no heading.
    pub(crate) fn ofctl(&self, command: &str, arguments: &[&str]) -> String {
        let output = Command::new("ovs-ofctl")
            .args(["-O", &protocol(self.version), "--no-names", "-vconsole:off"])
            .args([command, &self.target])
            .args(arguments)
            .output()
            .expect("ovs-ofctl runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ovs-ofctl {command}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }
}

/// The version as ovs-ofctl names it.
pub(crate) fn protocol(version: Version) -> String {
    format!("OpenFlow1{}", version.wire() - 1)
}
