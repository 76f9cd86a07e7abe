use super::House;
use crate::app::RouteRequest;
use crate::prelude::*;

#[derive(Default)]
struct Pages {
    visits: u32,
}

#[derive(Deserialize)]
struct Body {
    n: u32,
}

#[app(name = "pages")]
impl Pages {
    #[route(GET, "/pages/{dpid}/{port}")]
    fn typed(&mut self, dpid: Dpid, port: PortNo) -> AppResult<Json<(String, u32, u32)>> {
        self.visits += 1;
        Ok(Json((dpid.to_string(), port.0, self.visits)))
    }

    #[route(POST, "/pages")]
    async fn double(&mut self, body: Json<Body>) -> (StatusCode, Json<u32>) {
        (StatusCode::CREATED, Json(body.0.n * 2))
    }

    #[route(GET, "/missing")]
    fn missing(&self) -> AppResult<()> {
        Err(HttpError::not_found("no such page"))?
    }
}

fn request(method: &str, params: &[(&str, &str)], body: &str) -> RouteRequest {
    RouteRequest {
        method: method.to_owned(),
        path: "/".to_owned(),
        params: params.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        query: None,
        headers: http::HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        peer: "192.0.2.9:1".to_owned(),
        answer: Default::default(),
    }
}

fn call(house: &House, slot: usize, request: RouteRequest) -> Result<(u16, String), (u16, String)> {
    let bus = house.apps.bus().clone();
    match house.hub.block_on(async move { bus.call_route("pages", slot, request).await }) {
        Ok(response) => {
            let body = String::from_utf8_lossy(response.body()).into_owned();
            Ok((response.status().as_u16(), body))
        }
        Err(error) => {
            let error = error.downcast_ref::<HttpError>().expect("an error for the client");
            Err((error.status.as_u16(), error.reason.clone()))
        }
    }
}

#[test]
fn parameters_are_typed_and_the_state_is_the_apps_own() {
    let house = House::start(&["pages"]);
    let page = |dpid, port| call(&house, 0, request("GET", &[("dpid", dpid), ("port", port)], ""));
    let body = |n: u32| format!("[\"00000000000000a1\",7,{n}]");
    assert_eq!(page("00000000000000a1", "7"), Ok((200, body(1))));
    assert_eq!(page("00000000000000a1", "7"), Ok((200, body(2))));
    assert_eq!(
        page("xyz", "7"),
        Err((
            400,
            "parameter \"dpid\" is \"xyz\", expected a datapath id of 16 hexadecimal digits".into()
        ))
    );
    assert_eq!(
        page("00000000000000a1", "-1"),
        Err((
            400,
            "parameter \"port\" is \"-1\", expected a port number from 0 to 4294967295".into()
        ))
    );
}

#[test]
fn bodies_are_read_and_statuses_are_kept() {
    let house = House::start(&["pages"]);
    assert_eq!(call(&house, 1, request("POST", &[], "{\"n\": 21}")), Ok((201, "42".into())));
    let (status, reason) = call(&house, 1, request("POST", &[], "{\"n\": -1}")).unwrap_err();
    assert!(status == 400 && reason.starts_with("body is not as expected"), "{reason}");
    assert_eq!(call(&house, 2, request("GET", &[], "")), Err((404, "no such page".into())));
}
