/// Learns where hosts are.
///
/// More words, which the list of apps does not show.
#[app(
    name = "l2_switch",
    ofp_versions = [V1_0, V1_3],
    aliases = ["ryu.app.l2_switch", "switch"],
    requires = ["dpset"],
    emits = [HostMoved],
)]
impl L2Switch {
    const TABLE: usize = 3;

    #[init]
    fn new(app: AppHandle, names: Ctx<HostNames>) -> Self {
        L2Switch { app, names }
    }

    #[start]
    async fn begin(&mut self) -> AppResult {
        Ok(())
    }

    #[stop]
    fn end(&self) {}

    #[set_ev_cls(ofp_event::SwitchFeatures, CONFIG_DISPATCHER)]
    fn table_miss(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.install(ev)
    }

    /// Looks at a frame.
    #[inline]
    #[set_ev_cls(ofp_event::PacketIn, [CONFIG_DISPATCHER, Phase::Main])]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        Ok(())
    }

    #[set_ev_cls(HostMoved)]
    fn moved(&self, _: &HostMoved) {}

    #[cfg(feature = "lookups")]
    #[set_ev_cls(Asked<Lookup>)]
    async fn lookup<'a>(&mut self, asked: &'a Asked<Lookup>) {}

    #[route(GET, "/l2/{dpid}")]
    fn table(&mut self, dpid: Dpid) -> AppResult<Json<Vec<Entry>>> {
        self.entries(dpid)
    }

    #[route(PUT, "/l2/{dpid}/{port}")]
    #[route(POST, "/l2/{dpid}/{port}")]
    async fn learn(&mut self, Json(body): Json<Self::Body>, port: PortNo, dpid: Dpid, all: &RouteRequest) -> StatusCode {
        StatusCode::OK
    }

    #[websocket("/l2/{dpid}/ws")]
    fn listener(&mut self, ws: WebSocket, dpid: Dpid) -> AppResult {
        self.listeners.add(ws)
    }

    #[route(GET, "/l2")]
    fn count(&self) -> impl Reply + use<> {
        "none"
    }

    #[every(seconds = 10)]
    async fn age(&mut self) -> AppResult {
        Ok(())
    }

    #[every(milliseconds = 1500)]
    fn blink(&mut self) {}

    fn install(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        Ok(())
    }
}
