//! A server in one call: a task for each connection, and an end.

use std::cell::RefCell;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use thiserror::Error as ThisError;

use super::address::Address;
use super::stream::Stream;
use super::tcp::{TcpListener, TcpStream};
use crate::hub;
use crate::sync::{Event, Permit, Semaphore};

/// As many connections as eventlet's `serve` has at one time, unless told otherwise.
pub const CONCURRENCY: usize = 1000;

/// What [`serve`] takes its connections from: a [`Listener`](super::Listener), a
/// [`TcpListener`], or one of these inside [`tls::wrap_ssl`](crate::tls::wrap_ssl).
pub trait Accept: 'static {
    /// A connection as it was accepted.
    type Raw: 'static;
    /// A connection as the handler gets it.
    type Stream: Stream;
    /// What a connection needs of its listener: it may outlive it.
    type Terms: 'static;

    /// The terms for the next connection.
    fn terms(&self) -> Self::Terms;

    /// Waits for the next connection. Cancel-safe.
    fn accept(&self) -> impl Future<Output = (Self::Raw, Address)>;

    /// What has to be done before the handler is called: a handshake. It runs in the connection's
    /// own task, so that nobody else waits for a caller who says nothing.
    ///
    /// # Errors
    ///
    /// Why there is no connection after all.
    fn greet(terms: Self::Terms, raw: Self::Raw) -> impl Future<Output = io::Result<Self::Stream>>;

    /// Closes a connection whose handler has returned.
    fn close(stream: &Self::Stream) -> impl Future<Output = ()> {
        // It may be closed already.
        let _ = stream.shutdown();
        async {}
    }
}

impl Accept for TcpListener {
    type Raw = TcpStream;
    type Stream = TcpStream;
    type Terms = ();

    fn terms(&self) {}

    async fn accept(&self) -> (TcpStream, Address) {
        let (stream, from) = TcpListener::accept(self).await;
        (stream, from.into())
    }

    async fn greet((): (), raw: TcpStream) -> io::Result<TcpStream> {
        Ok(raw)
    }
}

/// The error by which a handler ends [`serve`] quietly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("the server is to stop")]
pub struct StopServe;

/// Why [`serve`] ended.
#[derive(Debug, ThisError)]
pub enum ServeError {
    /// A handler returned this error.
    #[error(transparent)]
    Handler(Box<dyn Error>),
    /// A handler panicked; the log has its message.
    #[error("a handler panicked while it served {peer}")]
    Panicked {
        /// Whom it served.
        peer: Address,
    },
}

/// What a handler of [`serve`] returns; `?` takes any error.
pub type Served = Result<(), Box<dyn Error>>;

/// Serves every connection of `listener` with a call of `handler`, each in a task of its own, at
/// most `concurrency` at one time (eventlet has [`CONCURRENCY`]): while there are so many, nobody
/// is accepted.
///
/// A connection is closed when its handler returns. A handler that returns [`StopServe`] ends the
/// server, which returns `Ok`; any other error, or a panic, ends the server with it. Handlers that
/// are still running then, or when the future of `serve` is dropped, go on by themselves.
///
/// # Errors
///
/// The error of the handler that ended it.
///
/// # Panics
///
/// Outside a hub, or if `concurrency` is 0.
///
/// # Example: an echo server that can be told to stop
///
/// ```
/// use std::rc::Rc;
/// use ryu_sdn::{clock::Clock, hub::{self, Hub}};
/// use ryu_sdn::hub::net::{self, Served, Socket, StopServe, StreamExt};
///
/// async fn echo(stream: Rc<Socket>) -> Served {
///     let mut bytes = [0; 64];
///     loop {
///         match stream.read(&mut bytes).await? {
///             0 => return Ok(()),
///             n if &bytes[..n] == b"stop" => return Err(StopServe.into()),
///             n => stream.write_all(&bytes[..n]).await?,
///         }
///     }
/// }
///
/// Hub::new(Clock::real())?.block_on(async {
///     let listener = net::listen(([127, 0, 0, 1], 0))?;
///     let address = listener.local_addr();
///     let server = hub::spawn("server", async {
///         net::serve(listener, |stream, _from| echo(stream), net::CONCURRENCY).await.is_ok()
///     });
///     let client = net::connect(address).await?;
///     client.write_all(b"hello").await?;
///     let mut answer = [0; 5];
///     client.read_exact(&mut answer).await?;
///     assert_eq!(&answer, b"hello");
///     client.write_all(b"stop").await?;
///     assert_eq!(server.await, Ok(true));
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub async fn serve<A, H, F>(listener: A, handler: H, concurrency: usize) -> Result<(), ServeError>
where
    A: Accept,
    H: Fn(Rc<A::Stream>, Address) -> F + 'static,
    F: Future<Output = Served> + 'static,
{
    run(&listener, handler, concurrency, Faults::End).await
}

/// What an error or a panic of a handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Faults {
    /// Ends the server.
    End,
    /// Is logged.
    Log,
}

pub(super) async fn run<A, H, F>(
    listener: &A,
    handler: H,
    concurrency: usize,
    faults: Faults,
) -> Result<(), ServeError>
where
    A: Accept,
    H: Fn(Rc<A::Stream>, Address) -> F + 'static,
    F: Future<Output = Served> + 'static,
{
    assert!(concurrency > 0, "a server for nobody");
    let slots = Semaphore::new(concurrency);
    let handler = Rc::new(handler);
    let end = Rc::new(End::default());
    let mut ended = pin!(end.is_over.wait());
    loop {
        let mut next = pin!(async {
            let slot = slots.acquire().await;
            (slot, listener.accept().await)
        });
        let accepted = poll_fn(|cx| {
            if ended.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            next.as_mut().poll(cx).map(Some)
        });
        let Some((slot, (raw, from))) = accepted.await else {
            return end.reason.take().unwrap_or(Ok(()));
        };
        let name = format!("serve {from}");
        let mark = Mark { end: Rc::clone(&end), from, faults, _slot: slot, is_done: false };
        let task = serve_one::<A, H, F>(listener.terms(), raw, Rc::clone(&handler), mark);
        hub::spawn(name, task).detach();
    }
}

/// One connection, from its handshake to its end.
async fn serve_one<A, H, F>(terms: A::Terms, raw: A::Raw, handler: Rc<H>, mut mark: Mark)
where
    A: Accept,
    H: Fn(Rc<A::Stream>, Address) -> F + 'static,
    F: Future<Output = Served> + 'static,
{
    match A::greet(terms, raw).await {
        // A caller's fault, and no handler's.
        Err(error) => log::debug!("{} was not served: {error}", mark.from),
        Ok(stream) => {
            let stream = Rc::new(stream);
            let served = handler(Rc::clone(&stream), mark.from.clone()).await;
            match served {
                Ok(()) => {}
                Err(error) if error.is::<StopServe>() => mark.end.set(Ok(())),
                Err(error) if mark.faults == Faults::End => {
                    mark.end.set(Err(ServeError::Handler(error)));
                }
                Err(error) => log::error!("hub: uncaught exception: {error} ({})", mark.from),
            }
            A::close(&stream).await;
        }
    }
    mark.is_done = true;
}

/// The first that ends the server has the say.
#[derive(Default)]
struct End {
    is_over: Event,
    reason: RefCell<Option<Result<(), ServeError>>>,
}

impl End {
    fn set(&self, reason: Result<(), ServeError>) {
        self.reason.borrow_mut().get_or_insert(reason);
        self.is_over.set();
    }
}

/// That a connection is being served.
struct Mark {
    end: Rc<End>,
    from: Address,
    faults: Faults,
    _slot: Permit,
    is_done: bool,
}

impl Drop for Mark {
    /// The hub catches a panic at the edge of the task; here it passes by. A task that was killed
    /// ends nobody but itself.
    fn drop(&mut self) {
        if !self.is_done && self.faults == Faults::End && std::thread::panicking() {
            self.end.set(Err(ServeError::Panicked { peer: self.from.clone() }));
        }
    }
}
