//! `rest_conf_switch`: the values of [`conf_switch`](ryu_sdn::services::conf_switch) over REST.
//!
//! ```text
//! ryu-manager rest_conf_switch &
//! curl -X PUT -d '"tcp:192.0.2.1:6640"' \
//!      http://127.0.0.1:8080/v1.0/conf/switches/0000000000000001/ovsdb_addr
//! curl http://127.0.0.1:8080/v1.0/conf/switches/0000000000000001
//! ```
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /v1.0/conf/switches` | the switches that have values, as 16 hexadecimal digits |
//! | `GET .../{dpid}` | the keys of one; 404 |
//! | `DELETE .../{dpid}` | 202; 404 |
//! | `PUT .../{dpid}/{key}` | 201; the body is any JSON, and nothing is `{}`; 400 |
//! | `GET .../{dpid}/{key}` | the value; 404 |
//! | `DELETE .../{dpid}/{key}` | 200; 404 |

use ryu_sdn::app::FromRequest;
use ryu_sdn::prelude::*;
use ryu_sdn::services::conf_switch::ConfSwitchSet;
use ryu_sdn::services::ofctl::{Value, json, to_text};

/// The state of the app.
#[derive(Debug)]
pub struct RestConfSwitch {
    conf_switch: Ctx<ConfSwitchSet>,
}

/// Values by switch and key over REST, as Ryu's app of that name
#[app(name = "rest_conf_switch", aliases = ["ryu.app.rest_conf_switch"])]
impl RestConfSwitch {
    #[init]
    fn new(conf_switch: Ctx<ConfSwitchSet>) -> Self {
        RestConfSwitch { conf_switch }
    }

    #[route(GET, "/v1.0/conf/switches", answers = Vec<Dpid>)]
    fn list_switches(&mut self) -> Response {
        let dpids: Vec<String> = self.conf_switch.dpids().iter().map(Dpid::to_string).collect();
        answer(&dpids.into())
    }

    #[route(GET, "/v1.0/conf/switches/{dpid}", answers = Vec<String>)]
    fn list_keys(&mut self, dpid: String) -> AppResult<Response> {
        let dpid = datapath(&dpid)?;
        Ok(self.conf_switch.keys(dpid).map_or_else(|| no_dpid(dpid), |keys| answer(&keys.into())))
    }

    #[route(DELETE, "/v1.0/conf/switches/{dpid}", answers = (), status = 202)]
    async fn delete_switch(&mut self, dpid: String) -> AppResult<Response> {
        let dpid = datapath(&dpid)?;
        Ok(match self.conf_switch.del_dpid(dpid).await {
            true => text(StatusCode::ACCEPTED, String::new()),
            false => no_dpid(dpid),
        })
    }

    #[route(PUT, "/v1.0/conf/switches/{dpid}/{key}", answers = (), status = 201)]
    async fn set_key(
        &mut self,
        dpid: String,
        key: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        let dpid = datapath(&dpid)?;
        let value = match request.body.is_empty() {
            true => Ok(Json(json!({}))),
            false => Json::from_request(&request),
        };
        let Ok(Json(value)) = value else {
            let body = String::from_utf8_lossy(&request.body);
            return Ok(text(StatusCode::BAD_REQUEST, format!("invalid syntax {body}")));
        };
        self.conf_switch.set_key(dpid, &key, value).await;
        Ok(text(StatusCode::CREATED, String::new()))
    }

    #[route(GET, "/v1.0/conf/switches/{dpid}/{key}", answers = Value)]
    fn get_key(&mut self, dpid: String, key: String) -> AppResult<Response> {
        let dpid = datapath(&dpid)?;
        let value = self.conf_switch.get_key(dpid, &key);
        Ok(value.map_or_else(|| no_key(dpid, &key), |value| answer(&value)))
    }

    #[route(DELETE, "/v1.0/conf/switches/{dpid}/{key}", answers = ())]
    async fn delete_key(&mut self, dpid: String, key: String) -> AppResult<Response> {
        let dpid = datapath(&dpid)?;
        Ok(match self.conf_switch.del_key(dpid, &key).await {
            true => text(StatusCode::OK, String::new()),
            false => no_key(dpid, &key),
        })
    }
}

/// A datapath id as this interface has it: 16 hexadecimal digits in lower case. There is no such
/// path with anything else.
fn datapath(text: &str) -> Result<Dpid, HttpError> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let fits = text.len() == 16 && text.bytes().all(is_digit);
    let dpid = u64::from_str_radix(text, 16).ok().filter(|_| fits).map(Dpid);
    dpid.ok_or_else(|| HttpError::not_found(format!("{text:?} is no datapath id of 16 digits")))
}

fn no_dpid(dpid: Dpid) -> Response {
    text(StatusCode::NOT_FOUND, format!("no dpid is found {dpid}"))
}

fn no_key(dpid: Dpid, key: &str) -> Response {
    text(StatusCode::NOT_FOUND, format!("no dpid/key is found {dpid} {key}"))
}

/// JSON in Python's layout.
fn answer(value: &Value) -> Response {
    with_type(to_text(value).into(), "application/json")
}

/// A status and a text, or none: of the type that Ryu's answers have, with what would be markup
/// taken out of it, since a key is whatever somebody asks for.
fn text(status: StatusCode, body: String) -> Response {
    let body = body.replace('<', "&lt;").replace('>', "&gt;");
    let mut response = with_type(body.into(), "text/html; charset=UTF-8");
    *response.status_mut() = status;
    response
}

fn with_type(body: Bytes, kind: &str) -> Response {
    let mut response = Response::new(body);
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert("content-type", kind);
    }
    response
}
