//! Switches that come and go for ever leave nothing behind. A binary of its own, because it counts
//! what the allocator does.

use std::alloc::System;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use ryu_sdn::app::{AppManager, Catalog, Plan};
use ryu_sdn::clock::Clock;
use ryu_sdn::conf::Conf;
use ryu_sdn::controller::{Controller, ControllerConfig};
use ryu_sdn::hub::Hub;
use ryu_sdn::hub::net::{Pipe, Stream, pipe};
use ryu_sdn::ofproto::{
    Framing, Hello, Message, MultipartFlags, MultipartReply, MultipartReplyBody,
    MultipartRequestBody, PacketIn, Port, SwitchFeatures, frame,
};
use ryu_sdn::prelude::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Case 3.1.050: so many datapath ids, one after the other.
const DPIDS: u64 = 100_000;

/// The tables and buffers of the first few are kept for the next.
const FIRST: u64 = 1_000;

/// What may be left of all the others together.
const LEFT: usize = 64 * 1024;

fn encoded<M: Encode>(xid: Xid, message: &M) -> Bytes {
    let mut bytes = BytesMut::new();
    message.encode(V1_3, xid, &mut bytes).unwrap();
    bytes.freeze()
}

fn say<M: Encode>(switch: &Pipe, xid: Xid, message: &M) {
    let bytes = encoded(xid, message);
    assert_eq!(switch.try_write(&bytes).unwrap(), bytes.len());
}

/// Answers what has come; whether anything had.
fn serve(switch: &Pipe, dpid: Dpid) -> bool {
    let mut input = BytesMut::new();
    let mut chunk = [0; 4096];
    while let Ok(n) = switch.try_read(&mut chunk) {
        input.extend_from_slice(&chunk[..n]);
    }
    let has_come = !input.is_empty();
    while let Framing::Message(len) = frame(&input) {
        let bytes = input.split_to(len).freeze();
        let version = Version::from_wire(bytes[0]).unwrap();
        match Message::decode(version, &bytes).unwrap() {
            (xid, Message::FeaturesRequest(_)) => {
                let features = SwitchFeatures { datapath_id: dpid, ..SwitchFeatures::default() };
                say(switch, xid, &features);
            }
            (xid, Message::MultipartRequest(request))
                if request.body != MultipartRequestBody::Desc =>
            {
                let ports = vec![Port { port_no: PortNo(1), ..Port::default() }];
                let (flags, body) = (MultipartFlags(0), MultipartReplyBody::PortDesc(ports));
                say(switch, xid, &MultipartReply { flags, body });
            }
            _ => {}
        }
    }
    has_come
}

#[test]
fn a_hundred_thousand_datapaths_leave_nothing() {
    let hub = Hub::new(Clock::test()).unwrap();
    let mut apps = AppManager::new(Rc::new(Conf::new()));
    let names = ["dpset", "simple_switch_13", "simple_monitor_13"];
    let plan = Plan::new(&Catalog::collect().unwrap(), names).unwrap();
    let bus = apps.bus().clone();
    let controller = hub.block_on(async {
        apps.start(&plan).unwrap();
        Controller::new(bus, ControllerConfig::default())
    });
    let region = Region::new(ALLOCATOR);
    let in_use = || {
        let change = region.change();
        change.bytes_allocated as isize - change.bytes_deallocated as isize
    };
    let mut before = 0;
    for dpid in 1..=DPIDS {
        if dpid == FIRST {
            before = in_use();
        }
        let (ours, switch) = pipe(64 * 1024);
        let attached = controller.clone();
        hub.block_on(async move { attached.attach(Rc::new(ours)) });
        say(&switch, Xid(1), &Hello::new(&[V1_3]));
        hub.run_until_idle();
        while serve(&switch, Dpid(dpid)) {
            hub.run_until_idle();
        }
        say(&switch, Xid(0), &PacketIn { data: vec![0; 60].into(), ..PacketIn::default() });
        hub.run_until_idle();
        let generation = controller.datapath(Dpid(dpid)).map(|dp| dp.generation());
        assert_eq!(generation, Some(dpid), "it was let in");
        drop(switch);
        hub.run_until_idle();
        assert!(controller.datapath(Dpid(dpid)).is_none());
    }
    assert!(controller.connections().is_empty());
    let left = in_use() - before;
    println!("{left} bytes more than after the first {FIRST}");
    assert!(left.unsigned_abs() < LEFT, "{left} bytes more than after the first {FIRST}");
}
