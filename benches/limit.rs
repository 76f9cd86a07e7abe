//! The canned answer: what the kernel can carry on one core, for a controller to be measured by.
//!
//! It cuts what comes into frames by their length and writes the same pre-built flow-mod of OpenFlow
//! 1.0 for each packet-in. It parses nothing, knows nothing and answers nothing else.
//!
//! ```text
//! cargo run --release --example limit -- 6653
//! ```
//!
//! Prints the address once it listens; port 0 stands for any that is free.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};

use bytes::{Bytes, BytesMut};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use ryu_sdn::ofproto::{
    Action, Encode, FeaturesRequest, FlowMod, Hello, Instruction, Match, Message, PortNo, V1_0, Xid,
};

/// Bytes read at once.
const READ: usize = 256 * 1024;
/// Flow-mods written at once.
const ANSWERS: usize = 4096;
const LISTENER: Token = Token(usize::MAX);
const PACKET_IN: u8 = 10;

struct Switch {
    stream: TcpStream,
    /// Bytes still to come of a frame whose header was seen.
    skip: usize,
    /// The beginning of a header, up to its length.
    held: Vec<u8>,
    /// Bytes of answers to be written, and where in an answer they begin.
    owed: usize,
    phase: usize,
}

struct Canned {
    /// The same flow-mod many times.
    answers: Bytes,
    len: usize,
    input: Vec<u8>,
}

impl Canned {
    fn new() -> Result<Canned, Box<dyn Error>> {
        let flow_mod = FlowMod {
            match_: Match::new().in_port(PortNo(1)),
            instructions: Instruction::apply([Action::output(PortNo(2))]),
            ..FlowMod::add()
        };
        let one = said(flow_mod)?;
        let answers = one.repeat(ANSWERS).into();
        Ok(Canned { answers, len: one.len(), input: vec![0; READ] })
    }

    /// Serves a switch until there is nothing to read, or no room to write.
    fn serve(&mut self, switch: &mut Switch) -> io::Result<()> {
        loop {
            self.pay(switch)?;
            if switch.owed > 0 {
                return Ok(());
            }
            let len = match switch.stream.read(&mut self.input) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                read => read?,
            };
            let packet_ins = packet_ins(switch, &self.input[..len])?;
            switch.owed += packet_ins * self.len;
            if len < READ {
                // There was no more: whatever comes now is told by a new event.
                return self.pay(switch);
            }
        }
    }

    /// Writes what is owed.
    fn pay(&self, switch: &mut Switch) -> io::Result<()> {
        while switch.owed > 0 {
            let end = (switch.phase + switch.owed).min(self.answers.len());
            match switch.stream.write(&self.answers[switch.phase..end]) {
                Ok(len) => {
                    switch.owed -= len;
                    switch.phase = (switch.phase + len) % self.len;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Counts the packet-ins that begin in `bytes`.
fn packet_ins(switch: &mut Switch, mut bytes: &[u8]) -> io::Result<usize> {
    let mut count = 0;
    while !switch.held.is_empty() && switch.held.len() < 4 && !bytes.is_empty() {
        switch.held.push(bytes[0]);
        bytes = &bytes[1..];
        if let [_, kind, l0, l1] = switch.held[..] {
            count += usize::from(kind == PACKET_IN);
            switch.skip = rest_of(l0, l1)?;
            switch.held.clear();
        }
    }
    let mut at = switch.skip;
    while let Some(&[_, kind, l0, l1]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        count += usize::from(kind == PACKET_IN);
        at += 4 + rest_of(l0, l1)?;
    }
    switch.skip = at.saturating_sub(bytes.len());
    switch.held.extend_from_slice(bytes.get(at..).unwrap_or_default());
    Ok(count)
}

/// Bytes of a frame behind its length.
fn rest_of(l0: u8, l1: u8) -> io::Result<usize> {
    let len = usize::from(u16::from_be_bytes([l0, l1]));
    len.checked_sub(4).ok_or_else(|| ErrorKind::InvalidData.into())
}

fn said(message: impl Into<Message>) -> Result<BytesMut, Box<dyn Error>> {
    let mut buf = BytesMut::new();
    message.into().encode(V1_0, Xid(1), &mut buf)?;
    Ok(buf)
}

fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::args().nth(1).ok_or("usage: limit PORT")?.parse()?;
    let mut listener = TcpListener::bind(([127, 0, 0, 1], port).into())?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("listening on {}", listener.local_addr()?);

    let mut handshake = said(Hello::default())?;
    handshake.extend_from_slice(&said(FeaturesRequest)?);
    let mut canned = Canned::new()?;
    let mut switches: HashMap<Token, Switch> = HashMap::new();
    let mut events = Events::with_capacity(1024);
    let mut next = 0;
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        for event in &events {
            if event.token() != LISTENER {
                let Some(switch) = switches.get_mut(&event.token()) else { continue };
                if canned.serve(switch).is_err() {
                    switches.remove(&event.token());
                }
                continue;
            }
            loop {
                let mut stream = match listener.accept() {
                    Ok((stream, _)) => stream,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error.into()),
                };
                let token = Token(next);
                next += 1;
                stream.set_nodelay(true)?;
                poll.registry().register(
                    &mut stream,
                    token,
                    Interest::READABLE | Interest::WRITABLE,
                )?;
                // A new connection has room for two dozen bytes.
                if stream.write_all(&handshake).is_ok() {
                    let held = Vec::with_capacity(4);
                    switches.insert(token, Switch { stream, skip: 0, held, owed: 0, phase: 0 });
                }
            }
        }
    }
}
