impl SimpleSwitch {}
static SUBMITTED: AppDescriptor = ::ryu_sdn::__private::AppDescriptor {
    name: "simple_switch",
    module: ::core::module_path!(),
    type_name: "SimpleSwitch",
    summary: "",
    build: |_| ::ryu_sdn::__private::built(
        <SimpleSwitch as ::ryu_sdn::__private::DefaultApp>::default_app(),
    ),
    ..::ryu_sdn::__private::AppDescriptor::NOTHING
};
#[cfg(unix)]
/// Not said here.
impl apps::HttpThing {
    fn new() -> AppResult<Self> {
        Ok(HttpThing)
    }
}
#[cfg(unix)]
static SUBMITTED: AppDescriptor = ::ryu_sdn::__private::AppDescriptor {
    name: "http_thing",
    module: ::core::module_path!(),
    type_name: "HttpThing",
    summary: "said here",
    build: |_| ::ryu_sdn::__private::built(
        <AppResult<
            apps::HttpThing,
        > as ::ryu_sdn::__private::InitAnswer<
            apps::HttpThing,
        >>::into_app(<apps::HttpThing>::new())?,
    ),
    ..::ryu_sdn::__private::AppDescriptor::NOTHING
};
