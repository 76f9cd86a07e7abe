//! Who is let in: what the switch says that it is, and what whoever knows all connections makes of it.

use bytes::Bytes;

use crate::ofproto::{Dpid, ErrorKind, Header, Message, SwitchFeatures};

use super::datapath::Datapath;
use super::identity::ClaimedIdentity;
use super::machine::Session;
use super::output::Output;
use super::phase::Phase;
use super::violation::{CloseReason, Violation};

impl Session {
    /// From here on somebody has to let the switch in: when it has said who it is,
    /// [`Output::Identity`] asks for that, and nothing more is gone through before
    /// [`admit`](Session::admit), [`admit_auxiliary`](Session::admit_auxiliary) or
    /// [`turn_away`](Session::turn_away). Otherwise every switch is let in, and no auxiliary
    /// connection.
    pub fn ask_before_admission(&mut self) {
        self.has_doorkeeper = true;
    }

    /// Lets the switch in that waits for it. `generation` is a number greater than that of every
    /// session before.
    pub fn admit(&mut self, generation: u64) {
        let Some((header, features)) = self.claimed.take() else { return };
        self.is_halted = false;
        self.datapath.identity().set_generation(generation);
        self.introduce(&features);
        let event = self.give(header, Phase::Config, Message::SwitchFeatures(features));
        if let Some(event) = event {
            // It is of the config phase, though the session may have left that.
            self.outputs.push_front(event);
        }
    }

    /// Lets the connection in as an auxiliary one of `main`. Apps are told nothing of that; they see
    /// its messages as messages of `main`.
    pub fn admit_auxiliary(&mut self, main: Datapath) {
        let Some((_, features)) = self.claimed.take() else { return };
        self.is_halted = false;
        self.known = Some(features.datapath_id);
        self.face = main;
        self.datapath.set_phase(Phase::Main);
    }

    /// Does not let the switch in, and tells it why.
    pub fn turn_away(&mut self, reason: CloseReason) {
        let Some((header, _)) = self.claimed.take() else { return };
        let text = Bytes::from(reason.told().to_owned());
        self.say_error(header.xid, ErrorKind::HelloFailedEperm, text);
        self.close(reason);
    }

    /// The switch says who it is. Answers with what has to be said about that, if anything has.
    pub(super) fn features(&mut self, header: Header, features: &SwitchFeatures) -> Option<Output> {
        match self.known {
            Some(known) if known == features.datapath_id => return None,
            Some(known) => {
                let claimed = features.datapath_id;
                return Some(Output::Violation(Violation::Identity { claimed, known }));
            }
            None => {}
        }
        if features.datapath_id == Dpid(0) {
            self.close(CloseReason::NoDatapathId);
            return None;
        }
        let claim =
            ClaimedIdentity { dpid: features.datapath_id, auxiliary_id: features.auxiliary_id };
        if self.has_doorkeeper {
            self.claimed = Some((header, features.clone()));
            self.is_halted = true;
            return Some(Output::Identity(claim));
        }
        if claim.auxiliary_id != 0 {
            self.close(claim.refused("nothing here routes its messages"));
            return None;
        }
        self.introduce(features);
        None
    }
}
