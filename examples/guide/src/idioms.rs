//! Every idiom of docs/porting-from-ryu.md, in one app that does a little with each.

use std::net::Ipv4Addr;
use std::time::Duration;

use ryu_sdn::ofproto::{Instructions, MultipartReplyBody, MultipartRequest, oxm};
use ryu_sdn::packet::{Ethernet, Ipv4, Packet};
use ryu_sdn::prelude::*;
use ryu_sdn::services::dpset::{self, DpSet};
use ryu_sdn::services::ofctl;
use ryu_sdn::sync::{Event as Flag, Queue, Semaphore};

ryu_sdn::options! {
    section "Idioms";

    /// Seconds until an entry that nothing uses goes.
    pub static IDLE: Opt<i64> = int("idioms-idle", 0..=65535).default(30);
}

#[derive(Debug, Event)]
#[event(provider = "idioms")]
pub struct HostMoved {
    pub mac: MacAddr,
}

#[derive(Debug, Request)]
#[request(provider = "idioms", reply = Option<PortNo>)]
pub struct WhereIs(pub MacAddr);

pub struct Idioms {
    app: AppHandle,
    dpset: Ctx<DpSet>,
    hosts: HashMap<MacAddr, PortNo>,
    jobs: Queue<MacAddr>,
    ready: Flag,
    permits: Semaphore,
}

/// A little of everything
#[app(
    name = "idioms",
    ofp_versions = [V1_0, V1_3],
    requires = ["dpset"],
    emits = [HostMoved],
)]
impl Idioms {
    #[init]
    fn new(app: AppHandle, dpset: Ctx<DpSet>) -> Self {
        let (jobs, ready, permits) = (Queue::bounded(16), Flag::new(), Semaphore::new(2));
        Idioms { app, dpset, hosts: HashMap::new(), jobs, ready, permits }
    }

    #[start]
    fn begin(&mut self) {
        let (jobs, ready, permits) = (self.jobs.clone(), self.ready.clone(), self.permits.clone());
        self.app.spawn("worker", async move {
            ready.wait().await;
            while let Some(mac) = jobs.get().await {
                let _permit = permits.acquire().await;
                hub::sleep(Duration::from_millis(1)).await;
                info!("worked on {mac}");
            }
        });
    }

    #[stop]
    fn end(&mut self) {
        info!("{} hosts known at the end", self.hosts.len());
    }

    #[set_ev_cls(dpset::Dp)]
    async fn came_or_went(&mut self, ev: &dpset::Dp) -> AppResult {
        if !ev.enter {
            return Ok(());
        }
        let dp = ofctl::get_datapath(&self.dpset, ev.dp.id())?;
        let idle_timeout = u16::try_from(self.app.conf().get(&IDLE))?;
        let match_ = Match::new().eth_type(0x0800).with_masked(
            oxm::IPV4_DST,
            Ipv4Addr::new(10, 0, 0, 0),
            Ipv4Addr::new(255, 0, 0, 0),
        );
        let out = [
            Action::set_field(oxm::ETH_DST, MacAddr([2, 0, 0, 0, 0, 1])),
            Action::output(PortNo(1)),
        ];
        let instructions = Instruction::apply(out);
        dp.send(&FlowMod { priority: 9, idle_timeout, match_, instructions, ..FlowMod::add() })?;
        dp.barrier().await?;
        dp.send(&FlowMod { ..FlowMod::delete() })?;

        if dp.version() >= V1_3 {
            let instructions = Instructions::from([Instruction::GotoTable(1)]);
            dp.send(&FlowMod { priority: 2, instructions, ..FlowMod::add() })?;
        }
        let instructions = Instruction::apply([Action::to_controller()]);
        ofctl::send_msg(&dp, &FlowMod { instructions, ..FlowMod::add() }).await?;
        let asked = dp.request(&MultipartRequest::desc());
        if let MultipartReplyBody::Desc(desc) =
            hub::timeout(Duration::from_secs(1), asked).await??
        {
            info!("{}: {}", dp.id(), desc.sw_desc);
        }
        self.ready.set();
        Ok(())
    }

    #[set_ev_cls(ofp_event::StateChange, [MAIN_DISPATCHER, DEAD_DISPATCHER])]
    fn state(&mut self, ev: &ofp_event::StateChange) {
        debug!("{} is in phase {:?}", ev.datapath.id(), ev.phase);
    }

    #[set_ev_cls(ofp_event::PacketIn, MAIN_DISPATCHER)]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        let (dp, msg) = (&ev.datapath, &ev.msg);
        let (eth, _) = Ethernet::parse(&msg.data)?;
        info!("packet in {} {}", dp.id(), eth.src);
        if let Some(ip) = Packet::parse(&msg.data).get::<Ipv4>() {
            debug!("from {}", ip.src);
        }
        let before = self.hosts.insert(eth.src, msg.in_port());
        if before != Some(msg.in_port()) {
            self.app.send_event_to_observers(HostMoved { mac: eth.src }).await;
            self.jobs.put(eth.src).await?;
        }
        dp.send(&PacketOut {
            in_port: msg.in_port(),
            actions: [Action::output(PortNo::FLOOD)].into(),
            data: msg.data.clone(),
            ..PacketOut::default()
        })?;
        Ok(())
    }

    #[set_ev_cls(Asked<WhereIs>)]
    fn where_is(&mut self, asked: &Asked<WhereIs>) {
        asked.reply(self.hosts.get(&asked.request().0).copied());
    }

    #[every(seconds = 10)]
    fn tick(&mut self) {
        info!("{} hosts", self.hosts.len());
    }

    #[route(GET, "/idioms/{mac}")]
    fn host(&mut self, mac: String) -> AppResult<Json<u32>> {
        let mac: MacAddr = mac.parse()?;
        match self.hosts.get(&mac) {
            Some(port) => Ok(Json(port.0)),
            None => Err(HttpError::not_found("no such host").into()),
        }
    }
}

pub struct Asker {
    app: AppHandle,
}

/// Asks where hosts are that have moved
#[app(name = "asker", ofp_versions = [V1_0, V1_3])]
impl Asker {
    #[init]
    fn new(app: AppHandle) -> Self {
        Asker { app }
    }

    #[set_ev_cls(HostMoved)]
    fn moved(&mut self, ev: &HostMoved) {
        let (app, mac) = (self.app.clone(), ev.mac);
        self.app.spawn("ask", async move {
            match app.send_request(WhereIs(mac)).await {
                Ok(port) => info!("{mac} is at {port:?}"),
                Err(lost) => warn!("{lost}"),
            }
        });
    }
}
