//! What an app needs: `use ryu_sdn::prelude::*;`.

pub use std::collections::{BTreeMap, HashMap};
pub use std::process::ExitCode;

pub use bytes::Bytes;
pub use http::StatusCode;
pub use log::{debug, error, info, trace, warn};
pub use serde::{Deserialize, Serialize};

pub use crate::app::{
    AppError, AppHandle, AppResult, Asked, Context, Ctx, Describe, Event, EventLost, HttpError,
    Json, Reply, Request, Response, RouteRequest, Scope, app, every, init, look_ahead, ofp_event,
    route, set_ev_cls, start, stop, websocket,
};
pub use crate::http::websocket::{
    RpcError, WebSocket, WebSocketManager, WebSocketRpcClient, WebSocketRpcServer,
};
pub use crate::hub;
pub use crate::ofproto::{
    Action, BufferId, Dpid, Encode, FlowMod, Instruction, Match, PacketOut, PortNo, V1_0, V1_1,
    V1_2, V1_3, V1_4, V1_5, Version, Xid,
};
pub use crate::session::{
    CONFIG_DISPATCHER, DEAD_DISPATCHER, Datapath, HANDSHAKE_DISPATCHER, MAIN_DISPATCHER, Phase,
    RequestError, SendError,
};
pub use crate::wire::{MacAddr, Octets};
