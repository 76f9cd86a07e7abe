//! One question to one server, over UDP and over TCP.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::message::{self, Kind, Name, Reply};
use crate::hub::net::{StreamExt, TcpStream, UdpSocket};

/// Room for a datagram: we promise to take 512 bytes (RFC 1035 section 2.3.4), some send more.
const DATAGRAM: usize = 4096;

/// So many datagrams that answer something else are passed over, then the server is given up:
/// somebody is guessing.
const STRAYS_MAX: usize = 64;

/// Asks over UDP, and again over TCP what does not fit. There is no limit on the time here.
pub(super) async fn ask(
    server: SocketAddr,
    name: &Name,
    kind: Kind,
    use_tcp: bool,
) -> io::Result<Reply> {
    if !use_tcp {
        match over_udp(server, name, kind).await? {
            Reply::Truncated => {}
            reply => return Ok(reply),
        }
    }
    over_tcp(server, name, kind).await
}

/// Each question has a socket of its own, and with it a port that the system picks at random: who
/// wants to answer in the server's stead has to guess 16 bits there and 16 of the id.
async fn over_udp(server: SocketAddr, name: &Name, kind: Kind) -> io::Result<Reply> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0).into())?;
    // What others send is not received, and that nobody listens there is known at once.
    socket.connect(server)?;
    let id = random_id()?;
    socket.send(&message::question(id, name, kind)).await?;
    // Not in the future itself, which is inside that of everybody who connects.
    let mut bytes = vec![0; DATAGRAM];
    for _ in 0..STRAYS_MAX {
        let (length, _) = socket.recv_from(&mut bytes).await?;
        match message::read(&bytes[..length], id, name, kind) {
            Reply::NotOurs => {}
            reply => return Ok(reply),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "it answers something else all the time"))
}

/// RFC 1035 section 4.2.2: two bytes of length before each message.
async fn over_tcp(server: SocketAddr, name: &Name, kind: Kind) -> io::Result<Reply> {
    let stream = TcpStream::connect(server).await?;
    let id = random_id()?;
    let question = message::question(id, name, kind);
    let mut bytes = (question.len() as u16).to_be_bytes().to_vec();
    bytes.extend(&question);
    stream.write_all(&bytes).await?;
    let mut length = [0; 2];
    stream.read_exact(&mut length).await?;
    bytes.resize(usize::from(u16::from_be_bytes(length)), 0);
    stream.read_exact(&mut bytes).await?;
    match message::read(&bytes, id, name, kind) {
        Reply::NotOurs | Reply::Truncated => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "its answer over TCP is none"))
        }
        reply => Ok(reply),
    }
}

/// A number that nobody can guess.
fn random_id() -> io::Result<u16> {
    let mut id = [0; 2];
    getrandom::getrandom(&mut id)?;
    Ok(u16::from_be_bytes(id))
}
