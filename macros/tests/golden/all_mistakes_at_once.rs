/// Nothing in this block is right, and one build says all of it.
#[app(name = "has space", versions = [V1_3], ofp_versions = [V1_9, V1_0, V1_0], help = 7, help = "x")]
impl Wrong {
    #[init]
    async fn new(&self, app: &AppHandle) {}

    #[init]
    fn again() -> Self {
        Wrong
    }

    #[set_ev_cls]
    fn nothing(&mut self, ev: &E) {}

    #[set_ev_cls(MAIN_DISPATCHER, ofp_event::PacketIn)]
    fn swapped(&mut self, ev: &E) {}

    #[set_ev_cls(ofp_event::PacketIn, MIAN_DISPATCHER)]
    fn misspelt(ev: &ofp_event::PacketIn) {}

    #[set_ev_cls(ofp_event::PacketIn, CONFIG_DISPATCHER, MAIN_DISPATCHER)]
    extern "C" fn too_much<T>(self, ev: &mut ofp_event::PacketIn, more: T) -> impl Reply {}

    #[set_ev_cls(A)]
    #[set_ev_cls(B)]
    fn twice(&mut self, ev: A) {}

    #[route(get, "l2")]
    fn list(&mut self) {}

    #[route(GET, "/l2/{dpid}/{type}")]
    async fn table(&mut self, name: &str, body: Json<Vec<u8>>) -> Json<u8> {}

    #[route(GET, "/l2/{dpid}/{dpid}/{x")]
    fn odd(&mut self, dpid: Dpid) {}

    #[route(GET, "/same")]
    fn same(&mut self) {}

    #[route(GET, "/same")]
    fn same_again(&mut self) {}

    #[every(seconds = 0)]
    fn never(&mut self) {}

    #[every(minutes = 1)]
    fn rarely(&mut self) {}

    #[every(10)]
    fn what(&mut self, more: u8) {}

    #[start(now)]
    fn first(&mut self) {}

    #[start]
    fn second(&mut self) {}
}
