#[allow(dead_code, reason = "nothing is registered yet")]
/// Nothing in this block is right, and one build says all of it.
impl Wrong {
    async fn new(&self, app: &AppHandle) {}
    fn again() -> Self {
        Wrong
    }
    fn nothing(&mut self, ev: &E) {}
    fn swapped(&mut self, ev: &E) {}
    fn misspelt(ev: &ofp_event::PacketIn) {}
    extern "C" fn too_much<T>(
        self,
        ev: &mut ofp_event::PacketIn,
        more: T,
    ) -> impl Reply {}
    fn twice(&mut self, ev: A) {}
    fn list(&mut self) {}
    async fn table(&mut self, name: &str, body: Json<Vec<u8>>) -> Json<u8> {}
    fn odd(&mut self, dpid: Dpid) {}
    fn same(&mut self) {}
    fn same_again(&mut self) {}
    fn never(&mut self) {}
    fn rarely(&mut self) {}
    fn what(&mut self, more: u8) {}
    fn first(&mut self) {}
    fn second(&mut self) {}
}
::core::compile_error! {
    "unknown key `versions`; did you mean `ofp_versions`?\naccepted: `name`, `ofp_versions`, `aliases`, `requires`, `emits`, `help`"
}
::core::compile_error! {
    "expected text in quotes: `help = \"..\"`"
}
::core::compile_error! {
    "`help` is given twice"
}
::core::compile_error! {
    "an app's name starts with a letter and has letters, digits, `_`, `.` and `-` only"
}
::core::compile_error! {
    "unknown OpenFlow version `V1_9`\naccepted: `V1_0`, `V1_1`, `V1_2`, `V1_3`, `V1_4`, `V1_5`"
}
::core::compile_error! {
    "named twice"
}
::core::compile_error! {
    "an #[init] function makes the app, so there is no `self` yet; write\n    fn new(app: AppHandle) -> Self"
}
::core::compile_error! {
    "an #[init] function cannot wait; what waits goes into #[start]; write\n    fn new(app: AppHandle) -> Self"
}
::core::compile_error! {
    "an #[init] function returns `Self` or `AppResult<Self>`; write\n    fn new(app: AppHandle) -> Self"
}
::core::compile_error! {
    "an #[init] function takes its arguments by value; write\n    fn new(app: AppHandle) -> Self"
}
::core::compile_error! {
    "#[set_ev_cls] needs arguments: #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]"
}
::core::compile_error! {
    "the event comes first: #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]"
}
::core::compile_error! {
    "unknown dispatcher `MIAN_DISPATCHER`; did you mean `MAIN_DISPATCHER`?\naccepted: `HANDSHAKE_DISPATCHER`, `CONFIG_DISPATCHER`, `MAIN_DISPATCHER`, `DEAD_DISPATCHER`"
}
::core::compile_error! {
    "`&mut self` is missing; write\n    fn misspelt(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "several dispatchers go in brackets: `[CONFIG_DISPATCHER, MAIN_DISPATCHER]`"
}
::core::compile_error! {
    "the method has the ABI of Rust; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "the method is called with one set of types, so it has no type parameters; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "the app is borrowed, not given away: `&mut self`; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "an event is shared by all that observe it: `&`, not `&mut`; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "a handler takes one event and nothing else; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "the method answers with `AppResult` or nothing; write\n    fn too_much(&mut self, ev: &ofp_event::PacketIn) -> AppResult"
}
::core::compile_error! {
    "a handler takes its event by reference; write\n    fn twice(&mut self, ev: &A) -> AppResult"
}
::core::compile_error! {
    "a handler takes one event; list its dispatchers in one mark: `[CONFIG_DISPATCHER, MAIN_DISPATCHER]`"
}
::core::compile_error! {
    "unknown HTTP method `get`; did you mean `GET`?\naccepted: GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS"
}
::core::compile_error! {
    "a route's path starts with `/`: \"/l2\""
}
::core::compile_error! {
    "text is taken as `String`; write\n    async fn table(&mut self, dpid: Dpid, r#type: String, name: &str, body: Json<Vec<u8>>) -> Json<u8>"
}
::core::compile_error! {
    "path parameter `{dpid}` has no argument of that name; write\n    async fn table(&mut self, dpid: Dpid, r#type: String, name: &str, body: Json<Vec<u8>>) -> Json<u8>"
}
::core::compile_error! {
    "path parameter `{type}` has no argument of that name; write\n    async fn table(&mut self, dpid: Dpid, r#type: String, name: &str, body: Json<Vec<u8>>) -> Json<u8>"
}
::core::compile_error! {
    "path parameter `{dpid}` appears twice"
}
::core::compile_error! {
    "unbalanced braces in `{x`"
}
::core::compile_error! {
    "GET /same is already the route of `same`"
}
::core::compile_error! {
    "the period must be longer than nothing"
}
::core::compile_error! {
    "unknown unit `minutes`\naccepted: `seconds`, `milliseconds`"
}
::core::compile_error! {
    "expected `seconds = 10` or `milliseconds = 500`"
}
::core::compile_error! {
    "an #[every] function takes nothing but the app; write\n    fn what(&mut self) -> AppResult"
}
::core::compile_error! {
    "#[start] takes no arguments"
}
::core::compile_error! {
    "an app has one #[start] function, and `first` is it"
}
