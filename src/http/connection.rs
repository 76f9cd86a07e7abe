//! One connection of the service, from its first byte to its last.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use log::debug;

use crate::hub;
use crate::hub::net::{Stream, StreamExt};

use super::answer::answer;
use super::gate::Gate;
use super::io::{Io, Output, READ_SIZE};
use super::seat::Seat;
use super::service::Server;
use super::websocket;

/// How long, and over how many bytes, a client may go on sending after its last answer. Closing while
/// it does would reset the connection, and it might never see the answer (RFC 9112 section 9.6).
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1 << 20;

/// Serves `stream` until either side closes it.
pub(super) async fn serve(server: Rc<Server>, seat: Rc<Seat>, stream: Rc<dyn Stream>) {
    let peer: Rc<str> = stream.peer().into();
    let limits = server.config();
    let gate = Gate::new(Rc::clone(&stream), Rc::clone(&seat), Rc::clone(limits));
    let output = Output::new(Rc::clone(&stream), limits.write_timeout).noting(Rc::clone(&seat));
    let mut builder = http1::Builder::new();
    // The gate keeps the time, and says so to a client that is late; the date is the hub's clock's.
    builder.header_read_timeout(None).auto_date_header(false).max_headers(limits.max_headers);
    let service = {
        let (server, seat, peer) = (Rc::clone(&server), Rc::clone(&seat), Rc::clone(&peer));
        service_fn(move |request| {
            // hyper gives a connection back only if its service may be moved.
            Box::pin(answer(Rc::clone(&server), Rc::clone(&seat), Rc::clone(&peer), request))
        })
    };
    let mut connection = builder.serve_connection(Io::new(gate, output), service);
    let served = poll_fn(|cx| {
        ready!(connection.poll_without_shutdown(cx))?;
        // It ends without asking whether its last answer has been written.
        if seat.is_stalled() { Poll::Pending } else { Poll::Ready(Ok::<_, hyper::Error>(())) }
    });
    if let Err(error) = served.await {
        debug!("http connection from {peer}: {error}");
        return;
    }
    if let Some(client) = seat.websocket() {
        let early = connection.into_parts().io.into_input().into_rest();
        let closing = websocket::run(&stream, &early, &client, limits.write_timeout).await;
        debug!("WebSocket of {peer} has ended: {closing}");
        client.end(closing);
    }
    // Nobody is there any more to be told.
    let _ = stream.shutdown_write();
    if !seat.has_ended() {
        linger(&*stream).await;
    }
}

/// Reads and drops what still comes.
async fn linger(stream: &dyn Stream) {
    let drain = async {
        // On the heap: in the future it would be part of every connection for all its life.
        let mut bytes = vec![0; READ_SIZE];
        let mut left = LINGER_BYTES;
        while let Ok(read @ 1..) = stream.read(&mut bytes).await {
            left = left.saturating_sub(read);
            if left == 0 {
                break;
            }
        }
    };
    // Late or not, the connection is closed now.
    let _ = hub::timeout(LINGER, drain).await;
}
