//! The options of the REST side: where to listen.

crate::options! {
    section "REST";

    /// Address of the REST service (IPv4 or IPv6).
    ///
    /// Ryu's default is 0.0.0.0, which lets the whole network program the switches; here that has
    /// to be asked for.
    pub static WSAPI_HOST: Opt<String> = text("wsapi-host").metavar("ADDRESS").default("127.0.0.1");

    /// TCP port of the REST service; 0 = any free one.
    pub static WSAPI_PORT: Opt<u16> = port("wsapi-port", 0..=65535).default(8080);

    /// Whose web pages may open WebSockets here, beside the service's own; `*` = anybody's.
    ///
    /// A browser says whose page asks (the header Origin); programs that say nothing are let in.
    pub static WSAPI_WEBSOCKET_ORIGINS: Opt<Vec<String>> =
        list("wsapi-websocket-origins").metavar("ORIGIN,...").example("https://noc.example.com");
}
