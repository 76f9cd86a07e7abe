//! Accepting switches.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::hub::net::TcpListener;
use crate::hub::{self, Task};

use super::Controller;

/// Starts to listen and returns the address (with the port that the system chose, if it was 0) and
/// the task that accepts.
pub(super) fn listen(
    controller: Controller,
    addr: SocketAddr,
) -> io::Result<(SocketAddr, Task<()>)> {
    let listener = TcpListener::bind(addr)?;
    let local = listener.local_addr();
    let task = hub::spawn(format!("listen {local}"), async move {
        loop {
            let (stream, _) = listener.accept().await;
            controller.attach(Rc::new(stream));
            // A backlog of callers must not keep those waiting who are connected.
            hub::yield_now().await;
        }
    });
    Ok((local, task))
}
