//! Every accepted spelling, in a crate that depends on ryu-sdn alone.

#![deny(warnings)]
#![forbid(unsafe_code)]

use ryu_sdn::prelude::*;

/// An event of this crate.
#[derive(Debug, Event)]
#[event(provider = "everything")]
struct HostMoved {
    mac: MacAddr,
}

/// A question of this crate.
#[derive(Debug, Request)]
#[request(provider = "everything", reply = Option<PortNo>)]
struct Lookup(MacAddr);

struct HostNames;

impl Context for HostNames {
    const KEY: &'static str = "host_names";

    fn build(_scope: &Scope<'_>) -> AppResult<Self> {
        Ok(HostNames)
    }
}

struct Everything {
    app: AppHandle,
    names: Ctx<HostNames>,
    seen: u64,
}

/// Uses all there is.
#[app(
    name = "everything",
    ofp_versions = [V1_0, V1_3],
    aliases = ["tests.everything"],
    requires = ["ofp_event"],
    emits = [HostMoved],
)]
impl Everything {
    const STEP: u64 = 1;

    #[init]
    fn new(app: AppHandle, names: Ctx<HostNames>) -> AppResult<Self> {
        Ok(Everything { app, names, seen: 0 })
    }

    #[start]
    async fn begin(&mut self) -> AppResult {
        Ok(())
    }

    #[stop]
    fn end(&self) {
        let _ = (&self.app, &self.names);
    }

    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn features(&mut self, _ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.seen += Self::STEP;
        Ok(())
    }

    /// A mark under a comment and another attribute.
    #[inline]
    #[set_ev_cls(ofp_event::PacketIn, [CONFIG_DISPATCHER, Phase::Main])]
    async fn packet_in(&mut self, _ev: &ofp_event::PacketIn) -> AppResult {
        self.seen += Self::STEP;
        Ok(())
    }

    #[set_ev_cls(HostMoved)]
    fn moved(&self, ev: &HostMoved) {
        let _ = ev.mac;
    }

    #[set_ev_cls(Asked<Lookup>)]
    async fn lookup<'a>(&mut self, asked: &'a Asked<Lookup>) {
        let _ = asked.request().0;
        asked.reply(None);
    }

    #[cfg(any())]
    #[set_ev_cls(NowhereDefined)]
    fn left_out(&mut self, _ev: &NowhereDefined) {}

    #[route(GET, "/everything/{dpid}")]
    fn table(&mut self, dpid: Dpid) -> AppResult<Json<Vec<u64>>> {
        let _ = dpid;
        Ok(Json(vec![self.seen]))
    }

    #[route(PUT, "/everything/{dpid}/{port}")]
    #[route(POST, "/everything/{dpid}/{port}")]
    async fn learn(
        &mut self,
        Json(body): Json<u64>,
        port: PortNo,
        mut dpid: Dpid,
        request: &RouteRequest,
    ) -> AppResult<Json<String>> {
        dpid = Dpid(dpid.0 + body);
        Ok(Json(format!("{dpid:?} {port:?} {}", request.path)))
    }

    #[route(GET, "/everything")]
    fn count(&self) -> impl Reply + use<> {
        "one"
    }

    #[route(DELETE, "/files/{type}/{*rest}")]
    fn files(&mut self, r#type: String, rest: String) -> String {
        r#type + &rest
    }

    #[route(HEAD, "/everything/nothing")]
    async fn nothing(&self) {}

    #[every(seconds = 10)]
    async fn age(&mut self) -> AppResult {
        Ok(())
    }

    #[every(milliseconds = 1500)]
    fn blink(&mut self) {}
}

/// An app with nothing but a name of its own making.
#[derive(Default)]
struct Bare;

#[app]
impl Bare {}

/// A macro may write apps, too.
macro_rules! counter {
    ($name:ident, $event:ty) => {
        #[derive(Default)]
        struct $name(u64);

        #[app]
        impl $name {
            #[set_ev_cls($event)]
            fn count(&mut self, _ev: &$event) {
                self.0 += 1;
            }

            #[route(GET, "/count/{port}")]
            fn shown(&mut self, port: PortNo) -> String {
                format!("{port:?} {}", self.0)
            }
        }
    };
}

counter!(Counter, ofp_event::PacketIn);

fn main() {}
