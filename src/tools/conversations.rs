//! The OpenFlow conversations in a capture, among everything else in it.

use std::collections::HashMap;
use std::io;

use bytes::BytesMut;

use super::cutter::Cutter;
use super::input::{Place, Sink};
use crate::capture::{
    Limits, NotTcp, Packet, Reassembler, StreamEvent, StreamEventKind, StreamId, StreamStart,
    dissect,
};
use crate::ofproto::{HEADER_LEN, MessageType, Version, peek_header};

/// Which TCP connections are OpenFlow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ports {
    /// Those with a port of 6653 or 6633, and those that begin with a hello.
    #[default]
    Usual,
    /// Those with one of these ports, and no others.
    Only(Vec<u16>),
}

/// The registered port, and the one before it was registered.
const USUAL: [u16; 2] = [6653, 6633];

/// No hello is longer; a longer one is something else.
const HELLO_MAX: u16 = 1024;

/// Directions that are known at a time. Each may hold most of a message, 64 KiB.
const STREAMS_MAX: usize = 8_192;

/// Packets in, messages of all OpenFlow connections out.
#[derive(Debug)]
pub struct Conversations {
    ports: Ports,
    reassembler: Reassembler,
    streams: HashMap<StreamId, Stream>,
    /// Of one packet; kept to keep its memory.
    events: Vec<StreamEvent>,
    packets: u64,
    taken: u64,
    left: u64,
    fragments: u64,
    malformed: u64,
    unknown_links: u64,
}

#[derive(Debug)]
enum Stream {
    /// OpenFlow.
    Taken(Cutter),
    /// Shorter than a header so far.
    Undecided(BytesMut),
}

impl Conversations {
    /// Looks for the connections that `ports` tells.
    pub fn new(ports: Ports) -> Conversations {
        let limits = Limits { streams: STREAMS_MAX, ..Limits::default() };
        Conversations {
            ports,
            reassembler: Reassembler::new(limits),
            streams: HashMap::new(),
            events: Vec::new(),
            packets: 0,
            taken: 0,
            left: 0,
            fragments: 0,
            malformed: 0,
            unknown_links: 0,
        }
    }

    /// Takes a packet in.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn push(&mut self, packet: &Packet, sink: &mut dyn Sink) -> io::Result<()> {
        self.packets += 1;
        match dissect(packet) {
            Ok(segment) => self.reassembler.push(segment, &mut self.events),
            Err(NotTcp::Fragment) => self.fragments += 1,
            Err(NotTcp::Malformed) => self.malformed += 1,
            Err(NotTcp::UnknownLink) => self.unknown_links += 1,
            Err(NotTcp::Other) => {}
        }
        self.serve(sink)
    }

    /// The capture is at its end.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        self.reassembler.finish(&mut self.events);
        self.serve(sink)
    }

    /// What a user who misses something should know; one line each.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.taken == 0 && self.left > 0 {
            remarks.push(format!(
                "none of {} TCP streams is OpenFlow; --port names the controller's port",
                self.left
            ));
        } else if self.taken == 0 {
            remarks.push(format!("no TCP stream in {} packets", self.packets));
        }
        for (count, what) in [
            (self.fragments, "fragments of IP packets were not put together"),
            (self.malformed, "packets have damaged or cut headers"),
            (self.unknown_links, "packets are of a link type that is not known here"),
        ] {
            if count > 0 {
                remarks.push(format!("{count} {what}"));
            }
        }
        remarks
    }

    fn serve(&mut self, sink: &mut dyn Sink) -> io::Result<()> {
        let mut events = std::mem::take(&mut self.events);
        let served = events.drain(..).try_for_each(|event| self.event(event, sink));
        self.events = events;
        served
    }

    fn event(&mut self, event: StreamEvent, sink: &mut dyn Sink) -> io::Result<()> {
        let id = event.stream;
        if let StreamEventKind::Start(start) = event.kind {
            self.start(id, start);
            return Ok(());
        }
        let Some(stream) = self.streams.get_mut(&id) else { return Ok(()) };
        let mut result = Ok(());
        let mut found = |at, item| {
            if result.is_ok() {
                result = sink.take(&Place::Stream(id, at), item);
            }
        };
        match (stream, event.kind) {
            (Stream::Taken(cutter), StreamEventKind::Data(bytes)) => {
                cutter.push(&bytes, &mut found);
            }
            (Stream::Taken(cutter), StreamEventKind::Gap(len)) => cutter.missing(len, &mut found),
            (Stream::Taken(cutter), _) => {
                cutter.end(&mut found);
                self.streams.remove(&id);
            }
            (stream @ Stream::Undecided(_), StreamEventKind::Data(bytes)) => {
                let Stream::Undecided(start) = &mut *stream else { return Ok(()) };
                start.extend_from_slice(&bytes);
                if start.len() < HEADER_LEN {
                    return Ok(());
                }
                if is_hello(start) {
                    let mut cutter = Cutter::default();
                    cutter.push(start, &mut found);
                    *stream = Stream::Taken(cutter);
                    self.taken += 1;
                } else {
                    self.streams.remove(&id);
                    self.left += 1;
                }
            }
            (Stream::Undecided(_), _) => {
                self.streams.remove(&id);
                self.left += 1;
            }
        }
        result
    }

    fn start(&mut self, id: StreamId, start: StreamStart) {
        let ports: &[u16] = match &self.ports {
            Ports::Usual => &USUAL,
            Ports::Only(ports) => ports,
        };
        let by_port = [id.from, id.to].iter().any(|address| ports.contains(&address.port()));
        let by_content = self.ports == Ports::Usual && start == StreamStart::Opening;
        let stream = match start {
            StreamStart::Opening if by_port => Stream::Taken(Cutter::default()),
            StreamStart::Midway if by_port => Stream::Taken(Cutter::midway()),
            _ if by_content => Stream::Undecided(BytesMut::new()),
            _ => {
                self.left += 1;
                return;
            }
        };
        self.taken += u64::from(by_port);
        self.streams.insert(id, stream);
    }
}

/// Does an OpenFlow conversation begin like this?
fn is_hello(start: &[u8]) -> bool {
    peek_header(start).is_some_and(|header| {
        let known = Version::from_wire(header.version);
        let hello = known.and_then(|version| MessageType::Hello.wire(version));
        hello == Some(header.msg_type)
            && usize::from(header.length) >= HEADER_LEN
            && header.length <= HELLO_MAX
    })
}
