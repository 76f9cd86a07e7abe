//! The services that are built in: apps that others lean on.
//!
//! They may touch `app` and what apps may touch. They never touch the controller.

/// The events of an app, by Ryu's names.
macro_rules! events {
    (of $provider:literal; $($event:ident = $name:literal),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Event for $event {
            const NAME: &'static str = $name;
            const PROVIDER: &'static str = $provider;
        }
    )*};
}

/// An event of an app's own that is a packet-in of the OpenFlow side in all but its type.
macro_rules! packet_in {
    ($(#[$doc:meta])* pub struct $event:ident;) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $event(pub ofp_event::PacketIn);

        impl std::ops::Deref for $event {
            type Target = ofp_event::PacketIn;
            fn deref(&self) -> &ofp_event::PacketIn {
                &self.0
            }
        }
    };
}

mod alarm;
pub mod conf_switch;
pub mod dpset;
pub mod hub;
pub mod igmplib;
pub mod lacplib;
mod local_address;
mod mac_table;
pub mod mac_to_port;
pub mod ofctl;
pub mod ofp_handler;
pub mod sessions;
pub mod stplib;
pub mod topology;
