//! The app `hub`: what it shows of the loop that runs it.

use ryu_sdn::sim::Lab;
use serde_json::{Value, json};

#[test]
fn the_loop_shows_its_tasks_timers_descriptors_and_inboxes() {
    let mut lab = Lab::new("linear,2", &["simple_switch_13", "hub"]).start().unwrap();
    assert!(lab.pingall().to_string().contains("0% dropped"));
    let response = lab.request("GET", "/v1/hub", "").unwrap();
    let shown: Value = serde_json::from_slice(response.body()).unwrap();
    let tasks = shown["tasks"].as_array().unwrap();
    assert_eq!(shown["task_count"], json!(tasks.len()));
    let app = tasks.iter().find(|task| task["name"] == json!("simple_switch_13")).unwrap();
    assert!(app["spawned_at"].as_str().unwrap().contains("app_manager.rs"), "{app}");
    assert_eq!(app["started"], json!(true));
    // Who asks is served by the app itself, in its own turn.
    let inboxes = shown["inboxes"].as_array().unwrap();
    let inbox = inboxes.iter().find(|inbox| inbox["app"] == json!("hub")).unwrap();
    assert_eq!((&inbox["length"], &inbox["capacity"]), (&json!(0), &json!(128)));
    assert!(shown["loop"]["polls"].as_u64().unwrap() > 100, "{shown}");
    assert_eq!(shown["loop"]["stalls"], json!(0));
    assert!(shown["timers"]["armed"].as_u64().is_some());
    let descriptors = shown["descriptors"].as_array().unwrap();
    assert_eq!(shown["descriptor_count"], json!(descriptors.len()));
    assert_eq!(shown["threads"]["started"], json!(0));
}
