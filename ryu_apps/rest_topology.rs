//! `rest_topology`: switches, links and hosts by REST.
//!
//! ```text
//! ryu sim --topo linear,3 --observe-links simple_switch_13 rest_topology &
//! curl http://127.0.0.1:8080/v1.0/topology/links
//! ```
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /v1.0/topology/switches[/{dpid}]` | `[{"dpid": .., "ports": [{port}, ..]}, ..]` |
//! | `GET /v1.0/topology/links[/{dpid}]` | `[{"src": {port}, "dst": {port}}, ..]`; of a switch: those that begin there |
//! | `GET /v1.0/topology/hosts[/{dpid}]` | `[{"mac": .., "ipv4": [..], "ipv6": [..], "port": {port}}, ..]` |
//! | `GET /v1/topology/counters` | what became of LLDP frames; Ryu has no such thing |
//!
//! A port is `{"dpid": .., "port_no": .., "hw_addr": .., "name": ..}`, with 16 and 8 hexadecimal digits.
//! A path's `{dpid}` is 16 hexadecimal digits in lower case; a switch that is not there has nothing.
//! Links are found with the option `--observe-links`.

use ryu_sdn::prelude::*;
use ryu_sdn::services::ofctl;
use ryu_sdn::services::topology::{Counters, Host, Link, Switch, api};

/// The state of the app.
#[derive(Debug)]
pub struct RestTopology {
    app: AppHandle,
}

/// Switches, links and hosts over REST, as Ryu's app of that name
#[app(
    name = "rest_topology",
    aliases = ["ryu.app.rest_topology"],
    requires = ["ryu.topology.switches"],
)]
impl RestTopology {
    #[init]
    fn new(app: AppHandle) -> Self {
        RestTopology { app }
    }

    #[route(GET, "/v1.0/topology/switches", answers = Vec<Switch>)]
    async fn list_switches(&mut self) -> AppResult<Response> {
        Ok(answer(&api::get_all_switch(&self.app).await?))
    }

    #[route(GET, "/v1.0/topology/switches/{dpid}", answers = Vec<Switch>)]
    async fn get_switch(&mut self, dpid: String) -> AppResult<Response> {
        Ok(answer(&api::get_switch(&self.app, Some(digits(&dpid)?)).await?))
    }

    #[route(GET, "/v1.0/topology/links", answers = Vec<Link>)]
    async fn list_links(&mut self) -> AppResult<Response> {
        Ok(answer(&api::get_all_link(&self.app).await?))
    }

    #[route(GET, "/v1.0/topology/links/{dpid}", answers = Vec<Link>)]
    async fn get_links(&mut self, dpid: String) -> AppResult<Response> {
        Ok(answer(&api::get_link(&self.app, Some(digits(&dpid)?)).await?))
    }

    #[route(GET, "/v1.0/topology/hosts", answers = Vec<Host>)]
    async fn list_hosts(&mut self) -> AppResult<Response> {
        Ok(answer(&api::get_all_host(&self.app).await?))
    }

    #[route(GET, "/v1.0/topology/hosts/{dpid}", answers = Vec<Host>)]
    async fn get_hosts(&mut self, dpid: String) -> AppResult<Response> {
        Ok(answer(&api::get_host(&self.app, Some(digits(&dpid)?)).await?))
    }

    #[route(GET, "/v1/topology/counters")]
    async fn counters(&mut self) -> AppResult<Json<Counters>> {
        Ok(Json(api::get_counters(&self.app).await?))
    }
}

/// A datapath id as paths have it; Ryu has no route for any other text.
fn digits(dpid: &str) -> AppResult<Dpid> {
    let is_lower = !dpid.bytes().any(|byte| byte.is_ascii_uppercase());
    let found = Dpid::from_digits(dpid).ok().filter(|_| is_lower);
    found.ok_or_else(|| {
        HttpError::not_found(format!("{dpid:?} is not 16 hexadecimal digits")).into()
    })
}

/// JSON as Python writes it.
fn answer<T: Serialize>(value: &[T]) -> Response {
    let mut response = Response::new(ofctl::to_text(value).into());
    if let Ok(json) = "application/json".parse() {
        response.headers_mut().insert("content-type", json);
    }
    response
}
