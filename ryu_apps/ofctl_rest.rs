//! `ofctl_rest`: switches by REST, for every OpenFlow version but 1.1.
//!
//! ```text
//! ryu-manager ofctl_rest &
//! curl http://127.0.0.1:8080/stats/flow/1
//! curl -d '{"dpid": 1, "match": {"in_port": 1},
//!           "actions": [{"type": "OUTPUT", "port": 2}]}' \
//!      'http://127.0.0.1:8080/stats/flowentry/add?wait=1'
//! ```
//!
//! Paths, bodies and answers are those of Ryu's `ofctl_rest`; `docs/ryu-compatibility.md` lists
//! what differs. Two things can be asked for in the query string:
//!
//! | Query | Effect |
//! |---|---|
//! | `strict=1` | statistics that did not come whole are an error (504, or what the switch said), not a status 200 with a `Warning`; so is what a body says and the version does not have (400) |
//! | `wait=1` | a command is answered when the switch has done it, or with its error (409, 422) |

use std::time::Duration;

use ryu_sdn::ofproto::{Message, MultipartReply};
use ryu_sdn::prelude::*;
use ryu_sdn::services::dpset::DpSet;
use ryu_sdn::services::ofctl::{self, Command, Made, Query, Value, answers, json};
use ryu_sdn::session::ANSWER_PARTS;

/// How long the switch may take, for each part of its answer.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How long the switch may take to do what it was told, where somebody waits for it.
const WAIT: Duration = Duration::from_secs(10);

/// The state of the app.
#[derive(Debug)]
pub struct OfctlRest {
    app: AppHandle,
    dpset: Ctx<DpSet>,
}

/// Statistics and commands of switches over REST, as Ryu's app of that name
#[app(
    name = "ofctl_rest",
    aliases = ["ryu.app.ofctl_rest"],
    ofp_versions = [V1_0, V1_2, V1_3, V1_4, V1_5],
)]
impl OfctlRest {
    #[init]
    fn new(app: AppHandle, dpset: Ctx<DpSet>) -> Self {
        OfctlRest { app, dpset }
    }

    #[route(GET, "/stats/switches", answers = Vec<u64>)]
    fn switches(&mut self) -> AppResult<Response> {
        Ok(answer(&self.dpset.get_all().iter().map(|(dpid, _)| dpid.0).collect(), None))
    }

    #[route(GET, "/stats/desc/{dpid}", answers = answers::Desc)]
    #[route(GET, "/stats/table/{dpid}", answers = answers::Table)]
    #[route(GET, "/stats/tablefeatures/{dpid}", answers = answers::TableFeatures)]
    #[route(GET, "/stats/port/{dpid}", answers = answers::Port)]
    #[route(GET, "/stats/queue/{dpid}", answers = answers::Queue)]
    #[route(GET, "/stats/queueconfig/{dpid}", answers = answers::QueueConfig)]
    #[route(GET, "/stats/queuedesc/{dpid}", answers = answers::QueueDesc)]
    #[route(GET, "/stats/meterfeatures/{dpid}", answers = answers::MeterFeatures)]
    #[route(GET, "/stats/meterconfig/{dpid}", answers = answers::MeterConfig)]
    #[route(GET, "/stats/meterdesc/{dpid}", answers = answers::MeterDesc)]
    #[route(GET, "/stats/meter/{dpid}", answers = answers::Meter)]
    #[route(GET, "/stats/groupfeatures/{dpid}", answers = answers::GroupFeatures)]
    #[route(GET, "/stats/groupdesc/{dpid}", answers = answers::GroupDesc)]
    #[route(GET, "/stats/group/{dpid}", answers = answers::Group)]
    #[route(GET, "/stats/portdesc/{dpid}", answers = answers::PortDesc)]
    #[route(GET, "/stats/role/{dpid}", answers = answers::Role)]
    fn stats(&mut self, dpid: String, request: RouteRequest) -> AppResult<Response> {
        self.ask(&dpid, json!({}), &request)
    }

    #[route(GET, "/stats/flow/{dpid}", answers = answers::Flow)]
    #[route(POST, "/stats/flow/{dpid}", answers = answers::Flow)]
    #[route(GET, "/stats/flowdesc/{dpid}", answers = answers::FlowDesc)]
    #[route(POST, "/stats/flowdesc/{dpid}", answers = answers::FlowDesc)]
    #[route(GET, "/stats/aggregateflow/{dpid}", answers = answers::Aggregate)]
    #[route(POST, "/stats/aggregateflow/{dpid}", answers = answers::Aggregate)]
    fn flows(&mut self, dpid: String, request: RouteRequest) -> AppResult<Response> {
        self.ask(&dpid, ofctl::literal(&request.body)?, &request)
    }

    #[route(GET, "/stats/port/{dpid}/{port}", answers = answers::Port)]
    #[route(GET, "/stats/queue/{dpid}/{port}", answers = answers::Queue)]
    #[route(GET, "/stats/queueconfig/{dpid}/{port}", answers = answers::QueueConfig)]
    #[route(GET, "/stats/queuedesc/{dpid}/{port}", answers = answers::QueueDesc)]
    fn by_port(
        &mut self,
        dpid: String,
        port: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        self.ask(&dpid, json!({ "port": port }), &request)
    }

    #[route(GET, "/stats/queue/{dpid}/{port}/{queue_id}", answers = answers::Queue)]
    #[route(GET, "/stats/queuedesc/{dpid}/{port}/{queue_id}", answers = answers::QueueDesc)]
    fn by_queue(
        &mut self,
        dpid: String,
        port: String,
        queue_id: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        self.ask(&dpid, json!({ "port": port, "queue_id": queue_id }), &request)
    }

    #[route(GET, "/stats/meterconfig/{dpid}/{meter_id}", answers = answers::MeterConfig)]
    #[route(GET, "/stats/meterdesc/{dpid}/{meter_id}", answers = answers::MeterDesc)]
    #[route(GET, "/stats/meter/{dpid}/{meter_id}", answers = answers::Meter)]
    fn by_meter(
        &mut self,
        dpid: String,
        meter_id: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        self.ask(&dpid, json!({ "meter_id": meter_id }), &request)
    }

    #[route(GET, "/stats/groupdesc/{dpid}/{group_id}", answers = answers::GroupDesc)]
    #[route(GET, "/stats/group/{dpid}/{group_id}", answers = answers::Group)]
    fn by_group(
        &mut self,
        dpid: String,
        group_id: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        self.ask(&dpid, json!({ "group_id": group_id }), &request)
    }

    #[route(GET, "/stats/portdesc/{dpid}/{port_no}", answers = answers::PortDesc)]
    fn by_port_no(
        &mut self,
        dpid: String,
        port_no: String,
        request: RouteRequest,
    ) -> AppResult<Response> {
        self.ask(&dpid, json!({ "port_no": port_no }), &request)
    }

    #[route(POST, "/stats/flowentry/{cmd}", answers = ())]
    #[route(POST, "/stats/meterentry/{cmd}", answers = ())]
    #[route(POST, "/stats/groupentry/{cmd}", answers = ())]
    #[route(POST, "/stats/portdesc/{cmd}", answers = ())]
    fn change(&mut self, cmd: String, request: RouteRequest) -> AppResult<Response> {
        let kind = what(&request);
        let unknown = || HttpError::not_found(format!("{kind} has no command {cmd:?}"));
        let body = body(&request)?;
        let dp = self.addressed(&body, None)?;
        let command = Command::named(kind, &cmd).ok_or_else(unknown)?;
        self.tell(&dp, command, body, &request)
    }

    #[route(DELETE, "/stats/flowentry/clear/{dpid}", answers = ())]
    fn clear(&mut self, dpid: String, request: RouteRequest) -> AppResult<Response> {
        let dp = self.addressed(&body(&request)?, Some(&dpid))?;
        let all = if dp.version() == V1_0 { json!({}) } else { json!({ "table_id": "ALL" }) };
        self.tell(&dp, Command::FlowDelete, all, &request)
    }

    #[route(POST, "/stats/experimenter/{dpid}", answers = ())]
    fn experimenter(&mut self, dpid: String, request: RouteRequest) -> AppResult<Response> {
        let body = body(&request)?;
        let dp = self.addressed(&body, Some(&dpid))?;
        self.tell(&dp, Command::Experimenter, body, &request)
    }

    #[route(POST, "/stats/role", answers = ())]
    fn set_role(&mut self, request: RouteRequest) -> AppResult<Response> {
        let body = body(&request)?;
        let dp = self.addressed(&body, None)?;
        self.tell(&dp, Command::Role, body, &request)
    }
}

impl OfctlRest {
    /// The datapath of that id.
    fn datapath(&self, dpid: &Value) -> AppResult<Datapath> {
        let dpid = ofctl::dpid(dpid)?;
        let unknown = || HttpError::not_found(format!("no datapath {}", dpid.0)).into();
        self.dpset.get(dpid).ok_or_else(unknown)
    }

    /// The datapath that a body names, or else the path.
    fn addressed(&self, body: &Value, path: Option<&str>) -> AppResult<Datapath> {
        let named = body.get("dpid");
        let named = named.filter(|dpid| ![json!(0), json!(""), Value::Null].contains(dpid));
        match (named, path) {
            (Some(dpid), _) => self.datapath(dpid),
            (None, Some(dpid)) => self.datapath(&dpid.into()),
            (None, None) => Err(HttpError::bad_request("dpid is missing").into()),
        }
    }

    /// Asks the switch, and answers with what it says.
    fn ask(&mut self, dpid: &str, args: Value, request: &RouteRequest) -> AppResult<Response> {
        let dp = self.datapath(&dpid.into())?;
        let name = what(request);
        let unknown = || HttpError::not_found(format!("no statistics {name:?}"));
        let query = Query::named(name).ok_or_else(unknown)?;
        let Made { message, ignored } = query.request(dp.version(), &args)?;
        let is_strict = has_flag(request, "strict");
        let ignored = ignored_in(&dp, ignored, is_strict)?;
        request.later(&self.app, async move {
            let mut shown = query.answer(dp.version(), &args, &[])?;
            let end = collect(&dp, query, &args, &message, &mut shown).await;
            if let Err(error) = &end {
                warn!("{dp}: {}: {error}", query.name());
                if is_strict {
                    return Err(refusal(error).into());
                }
            }
            let why = end.err().map(|error| format!("incomplete: {error}")).or(ignored);
            Ok(answer(&json!({ dp.id().0.to_string(): shown }), why))
        })
    }

    /// Sends a command, and answers.
    fn tell(
        &mut self,
        dp: &Datapath,
        command: Command,
        mut body: Value,
        request: &RouteRequest,
    ) -> AppResult<Response> {
        if command == Command::PortModify {
            complete_port(dp, &mut body)?;
        }
        let Made { message, ignored } = command.message(dp.version(), &body)?;
        let ignored = ignored_in(dp, ignored, has_flag(request, "strict"))?;
        if !has_flag(request, "wait") {
            dp.send(&message).map_err(|error| refusal(&error.into()))?;
            return Ok(done(ignored));
        }
        let done_by_switch = dp.confirm(&message).within(WAIT);
        request.later(&self.app, async move {
            match done_by_switch.await {
                Ok(()) => Ok(done(ignored)),
                Err(error) => Err(refusal(&error).into()),
            }
        })
    }
}

/// Appends what the switch says, part by part, so that a long answer keeps nobody waiting.
async fn collect(
    dp: &Datapath,
    query: Query,
    args: &Value,
    message: &Message,
    shown: &mut Value,
) -> Result<(), RequestError> {
    let Message::MultipartRequest(request) = message else {
        let part = dp.request(message).within(TIMEOUT).await?;
        append(query, dp, args, part, shown);
        return Ok(());
    };
    let mut parts = dp.stream(request).within(TIMEOUT);
    for _ in 0..ANSWER_PARTS {
        let Some(part) = parts.next().await else { return Ok(()) };
        append(query, dp, args, MultipartReply::new(part?).into(), shown);
        hub::yield_now().await;
    }
    let xid = parts.xid().unwrap_or_default();
    Err(RequestError::TooLong { request: "multipart_request", xid, bytes: 0, parts: ANSWER_PARTS })
}

fn append(query: Query, dp: &Datapath, args: &Value, part: Message, shown: &mut Value) {
    match query.answer(dp.version(), args, &[part]) {
        Ok(Value::Array(items)) => shown.as_array_mut().into_iter().for_each(|all| {
            all.extend(items.iter().cloned());
        }),
        Ok(other) => *shown = other,
        Err(error) => warn!("{dp}: a part of {} cannot be shown: {error}", query.name()),
    }
}

/// What a body leaves out of a port, filled from the port as it is.
fn complete_port(dp: &Datapath, body: &mut Value) -> AppResult<()> {
    let number = body.get("port_no").map(ofctl::dpid).transpose()?;
    let missing = || HttpError::bad_request("port_no is missing");
    let number = number.ok_or_else(missing)?.0;
    let port = u32::try_from(number).ok().and_then(|number| dp.port(PortNo(number)));
    let port = port.ok_or_else(|| HttpError::not_found(format!("no port {number}")))?;
    let Some(members) = body.as_object_mut() else { return Ok(()) };
    members.entry("hw_addr").or_insert_with(|| port.hw_addr.to_string().into());
    if dp.version() < V1_4 {
        members.entry("advertise").or_insert_with(|| port.advertised.0.into());
    }
    Ok(())
}

/// The second word of the path: `flow` of `/stats/flow/1`.
fn what(request: &RouteRequest) -> &str {
    request.path.split('/').nth(2).unwrap_or_default()
}

/// The body as a dictionary.
fn body(request: &RouteRequest) -> AppResult<Value> {
    let body = ofctl::literal(&request.body)?;
    match body.is_object() {
        true => Ok(body),
        false => Err(HttpError::bad_request("body is not a dictionary").into()),
    }
}

/// Whether the query string says `name=1`.
fn has_flag(request: &RouteRequest, name: &str) -> bool {
    let mut parts = request.query.as_deref().unwrap_or_default().split('&');
    parts.any(|part| {
        matches!(part.split_once('='), Some((key, "1" | "true")) if key == name) || part == name
    })
}

/// What is said of things that the version does not have: in a log line and in a header.
fn ignored_in(dp: &Datapath, ignored: Vec<String>, is_strict: bool) -> AppResult<Option<String>> {
    if ignored.is_empty() {
        return Ok(None);
    }
    let text = format!("not in OpenFlow {}: {}", dp.version(), ignored.join(", "));
    if is_strict {
        return Err(HttpError::bad_request(text).into());
    }
    error!("{dp}: ignored, {text}");
    Ok(Some(format!("ignored, {text}")))
}

/// The answer to statistics.
fn answer(value: &Value, warning: Option<String>) -> Response {
    let mut response = Response::new(ofctl::to_text(value).into());
    set_header(&mut response, "content-type", "application/json");
    warn_client(response, warning)
}

/// The answer to a command.
fn done(warning: Option<String>) -> Response {
    let mut response = Response::default();
    set_header(&mut response, "content-type", "text/html; charset=UTF-8");
    warn_client(response, warning)
}

fn warn_client(mut response: Response, warning: Option<String>) -> Response {
    if let Some(warning) = warning {
        // RFC 7234 section 5.5: 199 is for what has no code of its own.
        let plain: String = warning
            .chars()
            .map(|c| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '\'' })
            .take(512)
            .collect();
        set_header(&mut response, "warning", &format!("199 ryu \"{plain}\""));
    }
    response
}

fn set_header(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

/// Codes of errors that say that the switch is not in a state for it. Others say that the request
/// is wrong.
const CONFLICTS: &[&str] = &[
    "table_full",
    "all_tables_full",
    "overlap",
    "eperm",
    "is_slave",
    "stale",
    "loop",
    "group_exists",
    "unknown_group",
    "out_of_groups",
    "out_of_buckets",
    "chained_group",
    "bucket_exists",
    "unknown_bucket",
    "meter_exists",
    "unknown_meter",
    "out_of_meters",
    "out_of_bands",
    "bad_out_port",
    "bad_port",
    "bad_queue",
];

/// What the client is told of a request without an answer.
fn refusal(error: &RequestError) -> HttpError {
    let status = match error {
        RequestError::Refused(refusal) => {
            let kind = refusal.error.describe(refusal.version);
            let code = kind.rsplit('/').next().unwrap_or_default();
            match CONFLICTS.contains(&code) {
                true => StatusCode::CONFLICT,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            }
        }
        RequestError::Expired { .. } => StatusCode::GATEWAY_TIMEOUT,
        RequestError::Send(SendError::Encode(_)) => StatusCode::BAD_REQUEST,
        RequestError::Send(_) | RequestError::Disconnected { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::BAD_GATEWAY,
    };
    HttpError::new(status, error.to_string())
}
