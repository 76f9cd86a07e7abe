#[derive(Debug, Event)]
#[event(provider = "host_tracker")]
struct HostMoved {
    mac: MacAddr,
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::ryu_sdn::__private::Event for HostMoved {
    const NAME: &'static str = "HostMoved";
    const PROVIDER: &'static str = "host_tracker";
}
#[derive(Debug, Event)]
#[event(provider = "any")]
enum Changed<T: Debug + 'static>
where
    T: Clone,
{
    To(T),
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl<T: Debug + 'static> ::ryu_sdn::__private::Event for Changed<T>
where
    T: Clone,
{
    const NAME: &'static str = "Changed";
    const PROVIDER: &'static str = "any";
}
#[derive(Debug, Request)]
#[request(provider = "host_tracker", reply = Option<(Dpid, PortNo)>)]
struct Lookup(MacAddr);
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::ryu_sdn::__private::Request for Lookup {
    type Reply = Option<(Dpid, PortNo)>;
    const NAME: &'static str = "Lookup";
    const PROVIDER: &'static str = "host_tracker";
}
#[derive(Debug, Event)]
struct NoProvider;
::core::compile_error! {
    "say which app emits it: #[event(provider = \"app_name\")]"
}
#[derive(Debug, Request)]
#[request(provider = "x", answer = u8)]
struct NoReply;
::core::compile_error! {
    "unknown key `answer`\nexpected: #[request(provider = \"app_name\", reply = Type)]"
}
#[derive(Debug, Request)]
#[request(provider = "x")]
struct StillNoReply;
::core::compile_error! {
    "`reply` is missing: #[request(provider = \"app_name\", reply = Type)]"
}
