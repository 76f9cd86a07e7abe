//! The apps that speak to browsers: `ws_topology`, `simple_switch_websocket_13`, `gui_topology`.

use std::time::Duration;

use ryu_sdn::http::websocket::{ANSWER_TIMEOUT, CALLS_MAX, Client, Closing, Message};
use ryu_sdn::sim::Lab;
use serde_json::{Value, json};

fn connect(lab: &mut Lab, path: &str) -> Client {
    Client::of(&lab.connect(path).unwrap()).expect("the app has taken the connection")
}

/// The call that waits for the client, as far as there is one.
fn call(client: &Client) -> Option<Value> {
    client.take().map(|message| serde_json::from_str(message.text().unwrap()).unwrap())
}

fn answer(lab: &mut Lab, client: &Client, id: u64) {
    let text = json!({ "jsonrpc": "2.0", "id": id, "result": "" }).to_string();
    lab.run(async { assert!(client.deliver(Message::from(text))) });
    lab.advance(Duration::ZERO);
}

#[test]
fn a_client_is_called_again_when_it_has_answered() {
    let mut lab = Lab::new("linear,3", &["ryu.app.ws_topology"]).start().unwrap();
    let client = connect(&mut lab, "/v1.0/topology/ws");
    lab.stop_switch("s3");
    lab.start_switch("s3");
    let first = call(&client).unwrap();
    assert_eq!((&first["id"], &first["jsonrpc"]), (&json!(1), &json!("2.0")));
    assert_eq!(first["method"], "event_switch_leave");
    assert_eq!(first["params"].as_array().unwrap().len(), 1);
    assert_eq!(first["params"][0]["dpid"], "0000000000000003");
    let port = &first["params"][0]["ports"][0];
    assert_eq!((&port["dpid"], &port["port_no"]), (&json!("0000000000000003"), &json!("00000001")));
    assert!(call(&client).is_none(), "it has not answered yet");
    answer(&mut lab, &client, 1);
    let second = call(&client).unwrap();
    assert_eq!((&second["id"], &second["method"]), (&json!(2), &json!("event_switch_enter")));
}

/// Ryu's own page does not know `event_host_add`, and answers nothing.
#[test]
fn a_client_that_does_not_answer_is_called_again_later() {
    let mut lab = Lab::new("linear,2", &["ws_topology"]).start().unwrap();
    let client = connect(&mut lab, "/v1.0/topology/ws");
    lab.stop_switch("s2");
    lab.start_switch("s2");
    assert_eq!(call(&client).unwrap()["id"], 1);
    lab.advance(ANSWER_TIMEOUT);
    assert_eq!(call(&client).unwrap()["id"], 2);
    lab.stop_switch("s2");
    // What comes late is not taken for the answer to the call of now.
    answer(&mut lab, &client, 1);
    assert!(call(&client).is_none());
    answer(&mut lab, &client, 2);
    assert_eq!(call(&client).unwrap()["id"], 3);
}

#[test]
fn of_two_hundred_clients_one_that_does_not_read_stalls_nobody() {
    let mut lab = Lab::new("linear,2", &["ws_topology"]).start().unwrap();
    let clients: Vec<Client> = (0..200).map(|_| connect(&mut lab, "/v1.0/topology/ws")).collect();
    let (idle, busy) = clients.split_first().unwrap();
    let mut said = 0;
    for round in 1..=5 {
        for (change, method) in [
            (Lab::stop_switch as fn(&mut Lab, &str), "event_switch_leave"),
            (Lab::start_switch, "event_switch_enter"),
        ] {
            let before = lab.run(async { ryu_sdn::hub::now() });
            change(&mut lab, "s2");
            said += 1;
            for client in busy {
                let told = call(client).unwrap_or_else(|| panic!("round {round}: not told"));
                assert_eq!((&told["id"], &told["method"]), (&json!(said), &json!(method)));
                lab.run(async {
                    let text = json!({ "jsonrpc": "2.0", "id": said, "result": null }).to_string();
                    assert!(client.deliver(text.into()));
                });
            }
            lab.advance(Duration::ZERO);
            let after = lab.run(async { ryu_sdn::hub::now() });
            assert!(after - before < ANSWER_TIMEOUT, "somebody was waited for");
        }
    }
    assert_eq!(call(idle).unwrap()["id"], 1, "it has its own place in the story");
}

#[test]
fn a_client_that_never_catches_up_is_cut() {
    let mut lab = Lab::new("minimal", &["ws_topology"]).start().unwrap();
    let client = connect(&mut lab, "/v1.0/topology/ws");
    let other = connect(&mut lab, "/v1.0/topology/ws");
    let switches = lab.run({
        let bus = lab.bus();
        async move {
            use ryu_sdn::services::topology::event::{EventSwitchEnter, EventSwitchRequest};
            let asked = EventSwitchRequest { dpid: None };
            let reply = bus.ask("test", "switches", asked).await.unwrap();
            let switch = reply.switches[0].clone();
            for _ in 0..CALLS_MAX + 1 {
                bus.publish(EventSwitchEnter { switch: switch.clone() }, None).await;
            }
            switch
        }
    });
    lab.advance(Duration::ZERO);
    // One call is under way, as many as may be wait.
    assert_eq!(client.closing(), None);
    lab.run({
        let bus = lab.bus();
        async move {
            use ryu_sdn::services::topology::event::EventSwitchEnter;
            bus.publish(EventSwitchEnter { switch: switches }, None).await;
        }
    });
    lab.advance(Duration::ZERO);
    assert_eq!(client.closing().unwrap().code, Closing::TRY_AGAIN);
    assert_eq!(other.closing().unwrap().code, Closing::TRY_AGAIN);
    // And the app is as it was.
    let newcomer = connect(&mut lab, "/v1.0/topology/ws");
    lab.stop_switch("s1");
    assert_eq!(call(&newcomer).unwrap()["id"], 1);
}

#[test]
fn packet_ins_are_told_as_text_and_the_table_on_request() {
    let mut lab = Lab::new("single,2", &["ryu.app.simple_switch_websocket_13"]).start().unwrap();
    let client = connect(&mut lab, "/simpleswitch/ws");
    assert!(lab.pingall().to_string().contains("0% dropped"));
    let mut told = Vec::new();
    while let Some(message) = client.take() {
        told.push(message.text().unwrap().to_owned());
    }
    assert!(told[0].starts_with("ethernet(dst='ff:ff:ff:ff:ff:ff',"), "{}", told[0]);
    assert!(told[0].contains("), arp(dst_ip='"), "{}", told[0]);
    let ask = |lab: &mut Lab, text: &str| -> Option<Value> {
        assert!(client.deliver(text.into()));
        lab.advance(Duration::ZERO);
        call(&client)
    };
    let table = r#"{"jsonrpc": "2.0", "id": 1, "method": "get_arp_table", "params": {}}"#;
    let answered = ask(&mut lab, table).unwrap();
    let ports: Vec<&Value> = answered["result"]["1"].as_object().unwrap().values().collect();
    assert_eq!((&answered["id"], ports), (&json!(1), vec![&json!(1), &json!(2)]));
    // JSON-RPC 2.0 section 7, as far as it is about what is wrong.
    for (wrong, id, code) in [
        (r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#, json!("1"), -32601),
        (r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#, Value::Null, -32700),
        (r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, Value::Null, -32600),
        (r#"[]"#, Value::Null, -32600),
        (r#"{"method": "get_arp_table", "id": 3}"#, json!(3), -32600),
    ] {
        let answered = ask(&mut lab, wrong).unwrap();
        assert_eq!((&answered["id"], &answered["error"]["code"]), (&id, &json!(code)), "{wrong}");
    }
    assert_eq!(ask(&mut lab, r#"{"jsonrpc": "2.0", "method": "get_arp_table"}"#), None);
    let batch = format!(r#"[{table}, {{"jsonrpc": "2.0", "method": "notify"}}, 1, {table}]"#);
    let answered = ask(&mut lab, &batch).unwrap();
    assert_eq!(answered.as_array().unwrap().len(), 3);
    assert_eq!(answered[1]["error"]["code"], -32600);
}

#[test]
fn the_page_is_whole_and_asks_for_nothing_elsewhere() {
    let mut lab = Lab::new("minimal", &["ryu.app.gui_topology.gui_topology"]).start().unwrap();
    let mut get = |path: &str| lab.request("GET", path, "").map_err(|error| error.to_string());
    let index = get("/").unwrap();
    let policy = index.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(index.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(get("/index.html").unwrap().body(), index.body());
    let text = String::from_utf8(index.body().to_vec()).unwrap();
    for inline in ["<style", " style=", " onclick=", "javascript:", "<script>"] {
        assert!(!text.contains(inline), "{inline}");
    }
    // Every file that one of them names is there, and names nothing of elsewhere.
    let mut files = vec!["index.html".to_owned()];
    let mut at = 0;
    while let Some(name) = files.get(at).cloned() {
        let file = get(&format!("/{name}")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(file.headers()["x-content-type-options"], "nosniff");
        let text = String::from_utf8(file.body().to_vec()).unwrap();
        for piece in text.split('"') {
            let named = piece.strip_prefix("./").unwrap_or(piece);
            let is_file = [".js", ".css", ".svg"].iter().any(|end| named.ends_with(end))
                && named.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
            if is_file && !files.iter().any(|file| file == named) {
                files.push(named.to_owned());
            }
        }
        let foreign = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!foreign.contains("http://") && !foreign.contains("https://"), "{name}");
        assert!(!text.contains("innerHTML = ") && !text.contains("eval("), "{name}");
        at += 1;
    }
    assert_eq!(files.len(), 12, "{files:?}");
    for path in ["/nothing.js", "/Cargo.toml", "/..", "/gui_topology.rs"] {
        assert!(get(path).unwrap_err().starts_with("404"), "{path}");
    }
}
