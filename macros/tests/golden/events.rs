#[derive(Debug, Event)]
#[event(provider = "host_tracker")]
struct HostMoved {
    mac: MacAddr,
}

#[derive(Debug, Event)]
#[event(provider = "any")]
enum Changed<T: Debug + 'static>
where
    T: Clone,
{
    To(T),
}

#[derive(Debug, Request)]
#[request(provider = "host_tracker", reply = Option<(Dpid, PortNo)>)]
struct Lookup(MacAddr);

#[derive(Debug, Event)]
struct NoProvider;

#[derive(Debug, Request)]
#[request(provider = "x", answer = u8)]
struct NoReply;

#[derive(Debug, Request)]
#[request(provider = "x")]
struct StillNoReply;
