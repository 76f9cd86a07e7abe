//! `ryu bench` and its generator on controllers in this process. What is asserted does not depend on
//! how fast the machine is.

use std::process::{Command, ExitStatus, Stdio};
use std::rc::Rc;
use std::time::Duration;

use ryu_sdn::app::{Catalog, Plan};
use ryu_sdn::bench::{BenchError, Generator, Load, Mode};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::controller::{Transport, TransportAddress};
use ryu_sdn::hub::net::{StreamExt, TcpListener};
use ryu_sdn::hub::{self, Hub};
use ryu_sdn::manager::Stack;
use ryu_sdn::ofproto::{V1_0, V1_3, Version};
use serde_json::Value;

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn any() -> std::net::SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn stack(app: &str) -> Stack {
    let plan = Plan::new(&Catalog::collect().unwrap(), [app]).unwrap();
    let addresses = [TransportAddress { transport: Transport::Tcp, addr: any() }];
    Stack::start_at(Rc::new(Conf::new()), &plan, &addresses).unwrap()
}

fn load(stack: &Stack, version: Version, mode: Mode) -> Load {
    Load { version, mode, macs: 10, ..Load::new(stack.openflow_addrs()[0].addr) }
}

#[test]
fn a_learning_switch_answers_with_flow_mods_in_both_modes() {
    for (app, version) in [("simple_switch", V1_0), ("simple_switch_13", V1_3)] {
        for mode in [Mode::Throughput, Mode::Latency] {
            Hub::new(Clock::real()).unwrap().block_on(async {
                let stack = stack(app);
                let generator = Generator::new(load(&stack, version, mode));
                generator.connect(3).await.unwrap();
                let mut flow_mods = [0; 3];
                let mut packet_ins = 0;
                // Until each switch has heard something: how long that takes is the machine's.
                for _ in 0..1000 {
                    let run = generator.take(Duration::from_millis(20)).await.unwrap();
                    assert_eq!(run.responses(), run.per_switch.iter().sum::<u64>());
                    assert_eq!(
                        run.times.is_empty(),
                        mode == Mode::Throughput || run.responses() == 0
                    );
                    packet_ins += run.packet_ins;
                    // The announcement alone is flooded; in 1.0 all others go out by packet-out, too.
                    assert!(version == V1_0 || run.packet_outs <= 3, "{run:?}");
                    flow_mods.iter_mut().zip(&run.per_switch).for_each(|(sum, n)| *sum += n);
                    if flow_mods.iter().all(|sum| *sum > 20) {
                        break;
                    }
                }
                assert!(flow_mods.iter().all(|sum| *sum > 20), "{app} {mode:?}: {flow_mods:?}");
                assert!(packet_ins > 0);
                drop(generator);
                stack.stop().await;
            });
        }
    }
}

#[test]
fn where_nothing_is_announced_a_learning_switch_floods() {
    Hub::new(Clock::real()).unwrap().block_on(async {
        let stack = stack("simple_switch");
        let load = Load { learn: false, ..load(&stack, V1_0, Mode::Latency) };
        let generator = Generator::new(load);
        generator.connect(1).await.unwrap();
        let run = generator.take(Duration::from_millis(100)).await.unwrap();
        assert_eq!(run.flow_mods, 0);
        assert!(run.packet_outs > 0 && run.packet_outs <= run.packet_ins, "{run:?}");
        // The next switch of a ranged test, while the first goes on.
        generator.connect(2).await.unwrap();
        let run = generator.take(Duration::from_millis(100)).await.unwrap();
        assert!(run.per_switch[1] > 0, "{run:?}");
        stack.stop().await;
    });
}

#[test]
fn a_controller_that_does_not_do_its_part_is_told_from_the_others() {
    Hub::new(Clock::real()).unwrap().block_on(async {
        // It takes connections and says nothing.
        let silent = TcpListener::bind(any()).unwrap();
        let load = Load { handshake: Duration::from_millis(50), ..Load::new(silent.local_addr()) };
        let error = Generator::new(load.clone()).connect(2).await.unwrap_err();
        assert!(matches!(error, BenchError::Silent { strange: 2, switches: 2, .. }), "{error}");

        // It says what is no OpenFlow.
        let speaking = TcpListener::bind(any()).unwrap();
        let address = speaking.local_addr();
        hub::spawn("speaking", async move {
            let (stream, _) = speaking.accept().await;
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
            std::future::pending::<()>().await;
        })
        .detach();
        let load = Load { controller: address, handshake: PATIENCE, ..load };
        let error = Generator::new(load.clone()).connect(1).await.unwrap_err();
        assert!(matches!(error, BenchError::NotOpenFlow { switch: 0, .. }), "{error}");

        // It is not there.
        let controller = TcpListener::bind(any()).unwrap().local_addr();
        let error = Generator::new(Load { controller, ..load }).connect(1).await.unwrap_err();
        assert!(matches!(error, BenchError::Connect { .. }), "{error}");
    });
}

/// Runs `ryu bench` on a controller in this process.
fn bench(app: &str, args: &[&str]) -> (ExitStatus, String, String) {
    Hub::new(Clock::real()).unwrap().block_on(async {
        let stack = stack(app);
        let port = stack.openflow_addrs()[0].addr.port().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ryu"))
            .args(["bench", "-c", "127.0.0.1", "-p", &port])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let ended = hub::timeout(PATIENCE, async {
            while child.try_wait().unwrap().is_none() {
                hub::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        if ended.is_err() {
            child.kill().unwrap();
        }
        stack.stop().await;
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status, text(output.stdout), text(output.stderr))
    })
}

#[test]
fn the_command_prints_what_cbench_prints() {
    let args = ["-s", "2", "-M", "5", "-l", "3", "-m", "150", "-w", "1", "-t"];
    let (status, stdout, stderr) = bench("simple_switch", &args);
    assert!(status.success(), "{stderr}");
    assert!(stderr.starts_with("ryu bench: throughput mode, OpenFlow 1.0"), "{stderr}");
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{stdout}");
    for line in &lines[..3] {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[1..4], ["2", "switches:", "flows/sec:"], "{line}");
        assert!(words[4].parse::<u64>().is_ok() && words[5].parse::<u64>().is_ok(), "{line}");
        assert_eq!(
            (words[6], words[7], words[9], words[10]),
            ("total", "=", "per", "ms"),
            "{line}"
        );
    }
    let (start, end) = ("RESULT: 2 switches 2 tests min/max/avg/stdev = ", " responses/s");
    let rates = lines[3].strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).unwrap();
    let rates: Vec<f64> = rates.split('/').map(|rate| rate.parse().unwrap()).collect();
    assert!(rates[0] <= rates[2] && rates[2] <= rates[1] && rates[1] > 0.0, "{rates:?}");
}

#[test]
fn the_command_gives_json_with_latencies() {
    let args = ["-s", "1", "-l", "2", "-m", "200", "-O", "1.3", "--format", "json"];
    let (status, stdout, stderr) = bench("simple_switch_13", &args);
    assert!(status.success(), "{stderr}");
    let result: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&result["mode"], &result["ofp_version"]), (&"latency".into(), &"1.3".into()));
    let test = &result["tests"][0];
    assert_eq!(test["loops"].as_array().unwrap().len(), 2);
    let times = &test["result"]["latency_us"];
    let [p50, p99] = ["p50", "p99"].map(|name| times[name].as_f64().unwrap());
    assert!(0.0 < p50 && p50 <= p99, "{times}");
    assert_eq!(test["result"]["lost"], 0);
    assert_eq!(test["loops"][1]["packet_outs"], 0, "{test}");
}

#[test]
fn the_command_says_why_it_cannot() {
    // 1.3 only; the fake switches speak 1.0.
    let (status, stdout, stderr) = bench("simple_switch_13", &["-s", "1", "-l", "2", "-O", "1.0"]);
    assert_eq!((status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("hello_failed"), "{stderr}");
}
