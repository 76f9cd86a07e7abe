//! The bodies: which command has which.

use crate::packet::codec::{Fields, In, Noun, Out, noun_to_text};

use super::dialect::{Dialect, Family, Layout, layout};
use super::name::Rest;
use super::{
    ZebraBfdClient, ZebraBfdDeregister, ZebraBfdDestination, ZebraBfdUpdate, ZebraHello,
    ZebraImportLookup, ZebraInterface, ZebraInterfaceAddress, ZebraInterfaceLinkParams,
    ZebraInterfaceNbrAddress, ZebraInterfaceRadv, ZebraInterfaceVrfUpdate, ZebraMplsLabels,
    ZebraNexthopLookup, ZebraNexthopLookupMrib, ZebraNexthopRegister, ZebraNexthopUpdate,
    ZebraRedistribute, ZebraRoute, ZebraRouterIdUpdate, ZebraVrf,
};

/// The table: what it is, Ryu's class, the command in Quagga's versions, that in FRRouting's (`-`:
/// there is none), and what addresses it is about, where the command says that.
macro_rules! bodies {
    (
        $(
            $(#[$meta:meta])*
            $kind:ident($body:ty) $class:literal $quagga:tt $frr:tt $($family:ident)?;
        )*
    ) => {
        /// What a [`ZebraMessage`](super::ZebraMessage) says.
        ///
        /// Ryu: `zebra.ZebraHello` and its neighbours. Spec: the daemons' sources. See the example of
        /// [`ZebraMessage`](super::ZebraMessage).
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum ZebraBody {
            $( $(#[$meta])* $kind($body), )*
            /// Of a command that has no type here, and a body that is not as its command has it.
            Unknown(ZebraUnknownMessage),
        }

        impl ZebraBody {
            /// The command in a version; `None` if that version has none.
            pub fn command(&self, version: u8) -> Option<u16> {
                let frr = version >= 4;
                match self {
                    $( Self::$kind(_) => {
                        if frr { bodies!(@number $frr) } else { bodies!(@number $quagga) }
                    } )*
                    Self::Unknown(_) => None,
                }
            }

            /// A body of a command to be filled.
            pub(super) fn of_command(command: u16, version: u8) -> Option<Self> {
                let (frr, command) = (version >= 4, Some(command));
                $(
                    let known: Option<u16> =
                        if frr { bodies!(@number $frr) } else { bodies!(@number $quagga) };
                    if known == command {
                        return Some(Self::$kind(Default::default()));
                    }
                )*
                None
            }

            /// What addresses the command is about.
            pub(super) fn family(&self) -> Family {
                match self {
                    $( $( Self::$kind(_) => Family::$family, )? )*
                    _ => Family::V4,
                }
            }
        }

        impl<'a> Layout<'a> for ZebraBody {
            fn fill_at<V: In<'a>>(&mut self, at: Dialect, v: &mut V) -> Result<(), V::Error> {
                match self {
                    $( Self::$kind(body) => body.fill_at(at, v), )*
                    Self::Unknown(body) => body.fill_at(at, v),
                }
            }
            fn tell_at<V: Out>(&self, at: Dialect, v: &mut V) -> Result<(), V::Error> {
                match self {
                    $( Self::$kind(body) => body.tell_at(at, v), )*
                    Self::Unknown(body) => body.tell_at(at, v),
                }
            }
        }

        impl Noun<'_> for ZebraBody {
            const CLASS: &'static str = "a body of Zebra";
            fn class(&self) -> &'static str {
                match self {
                    $( Self::$kind(_) => $class, )*
                    Self::Unknown(_) => "ZebraUnknownMessage",
                }
            }
            fn blank(class: &str) -> Option<Self> {
                match class {
                    $( $class => Some(Self::$kind(Default::default())), )*
                    "ZebraUnknownMessage" => Some(Self::default()),
                    _ => None,
                }
            }
        }
    };
    (@number -) => { None };
    (@number $number:literal) => { Some($number) };
}

bodies! {
    // -- interfaces ----------------------------------------------------------------------------
    /// An interface came; to Zebra, without a body: the daemon wants to hear of interfaces.
    InterfaceAdd(ZebraInterface) "ZebraInterfaceAdd" 1 0;
    /// An interface went.
    InterfaceDelete(ZebraInterface) "ZebraInterfaceDelete" 2 1;
    /// An interface came up.
    InterfaceUp(ZebraInterface) "ZebraInterfaceUp" 5 4;
    /// An interface went down.
    InterfaceDown(ZebraInterface) "ZebraInterfaceDown" 6 5;
    /// An address came.
    InterfaceAddressAdd(ZebraInterfaceAddress) "ZebraInterfaceAddressAdd" 3 2;
    /// An address went.
    InterfaceAddressDelete(ZebraInterfaceAddress) "ZebraInterfaceAddressDelete" 4 3;
    /// A neighbour's address came.
    InterfaceNbrAddressAdd(ZebraInterfaceNbrAddress) "ZebraInterfaceNbrAddressAdd" - 21;
    /// A neighbour's address went.
    InterfaceNbrAddressDelete(ZebraInterfaceNbrAddress) "ZebraInterfaceNbrAddressDelete" - 22;
    /// The parameters of a link changed.
    InterfaceLinkParams(ZebraInterfaceLinkParams) "ZebraInterfaceLinkParams" 26 44;
    /// An interface moved into another VRF.
    InterfaceVrfUpdate(ZebraInterfaceVrfUpdate) "ZebraInterfaceVrfUpdate" - 39;
    /// Router advertisements are wanted.
    InterfaceEnableRadv(ZebraInterfaceRadv) "ZebraInterfaceEnableRadv" - 41;
    /// Router advertisements are not wanted any longer.
    InterfaceDisableRadv(ZebraInterfaceRadv) "ZebraInterfaceDisableRadv" - 42;
    // -- routes --------------------------------------------------------------------------------
    /// A route of IPv4 came.
    Ipv4RouteAdd(ZebraRoute) "ZebraIPv4RouteAdd" 7 6 V4;
    /// A route of IPv4 went.
    Ipv4RouteDelete(ZebraRoute) "ZebraIPv4RouteDelete" 8 7 V4;
    /// A route of IPv6 came.
    Ipv6RouteAdd(ZebraRoute) "ZebraIPv6RouteAdd" 9 8 V6;
    /// A route of IPv6 went.
    Ipv6RouteDelete(ZebraRoute) "ZebraIPv6RouteDelete" 10 9 V6;
    /// A route of IPv4 over next hops of IPv6 came.
    Ipv4RouteIpv6NexthopAdd(ZebraRoute) "ZebraIPv4RouteIPv6NexthopAdd" - 27 V4;
    /// A route of IPv4 of another daemon came.
    RedistributeIpv4Add(ZebraRoute) "ZebraRedistributeIPv4Add" - 32 V4;
    /// A route of IPv4 of another daemon went.
    RedistributeIpv4Delete(ZebraRoute) "ZebraRedistributeIPv4Delete" - 33 V4;
    /// A route of IPv6 of another daemon came.
    RedistributeIpv6Add(ZebraRoute) "ZebraRedistributeIPv6Add" - 34 V6;
    /// A route of IPv6 of another daemon went.
    RedistributeIpv6Delete(ZebraRoute) "ZebraRedistributeIPv6Delete" - 35 V6;
    /// A next hop of an IPv4 route came.
    Ipv4NexthopAdd(ZebraRoute) "ZebraIPv4NexthopAdd" - 47 V4;
    /// A next hop of an IPv4 route went.
    Ipv4NexthopDelete(ZebraRoute) "ZebraIPv4NexthopDelete" - 48 V4;
    /// A next hop of an IPv6 route came.
    Ipv6NexthopAdd(ZebraRoute) "ZebraIPv6NexthopAdd" - 49 V6;
    /// A next hop of an IPv6 route went.
    Ipv6NexthopDelete(ZebraRoute) "ZebraIPv6NexthopDelete" - 50 V6;
    // -- who wants what ------------------------------------------------------------------------
    /// Who the daemon is.
    Hello(ZebraHello) "ZebraHello" 23 17;
    /// Another daemon's routes are wanted.
    RedistributeAdd(ZebraRedistribute) "ZebraRedistributeAdd" 11 10;
    /// Another daemon's routes are not wanted any longer.
    RedistributeDelete(ZebraRedistribute) "ZebraRedistributeDelete" 12 11;
    /// Default routes are wanted.
    RedistributeDefaultAdd(ZebraRedistribute) "ZebraRedistributeDefaultAdd" 13 12;
    /// Default routes are not wanted any longer.
    RedistributeDefaultDelete(ZebraRedistribute) "ZebraRedistributeDefaultDelete" 14 13;
    /// The router's id is wanted.
    RouterIdAdd(ZebraNothing) "ZebraRouterIDAdd" 20 14;
    /// The router's id is not wanted any longer.
    RouterIdDelete(ZebraNothing) "ZebraRouterIDDelete" 21 15;
    /// The router's id.
    RouterIdUpdate(ZebraRouterIdUpdate) "ZebraRouterIDUpdate" 22 16;
    // -- next hops -----------------------------------------------------------------------------
    /// The way to an IPv4 address.
    Ipv4NexthopLookup(ZebraNexthopLookup) "ZebraIPv4NexthopLookup" 15 - V4;
    /// The way to an IPv6 address.
    Ipv6NexthopLookup(ZebraNexthopLookup) "ZebraIPv6NexthopLookup" 16 - V6;
    /// Whether there is a route of IPv4.
    Ipv4ImportLookup(ZebraImportLookup) "ZebraIPv4ImportLookup" 17 - V4;
    /// Whether there is a route of IPv6.
    Ipv6ImportLookup(ZebraImportLookup) "ZebraIPv6ImportLookup" 18 - V6;
    /// The way to an IPv4 address for multicast.
    Ipv4NexthopLookupMrib(ZebraNexthopLookupMrib) "ZebraIPv4NexthopLookupMRib" 24 43 V4;
    /// Ways are of interest.
    NexthopRegister(ZebraNexthopRegister) "ZebraNexthopRegister" 27 18;
    /// Ways are of no interest any longer.
    NexthopUnregister(ZebraNexthopRegister) "ZebraNexthopUnregister" 28 19;
    /// A way changed.
    NexthopUpdate(ZebraNexthopUpdate) "ZebraNexthopUpdate" 29 20;
    /// Routes are of interest.
    ImportRouteRegister(ZebraNexthopRegister) "ZebraImportRouteRegister" - 24;
    /// Routes are of no interest any longer.
    ImportRouteUnregister(ZebraNexthopRegister) "ZebraImportRouteUnregister" - 25;
    /// A route came or went.
    ImportCheckUpdate(ZebraNexthopUpdate) "ZebraImportCheckUpdate" - 26;
    // -- BFD -----------------------------------------------------------------------------------
    /// A session changed.
    InterfaceBfdDestinationUpdate(ZebraBfdUpdate) "ZebraInterfaceBfdDestinationUpdate" - 23;
    /// A session is wanted.
    BfdDestinationRegister(ZebraBfdDestination) "ZebraBfdDestinationRegister" - 28;
    /// A session is not wanted any longer.
    BfdDestinationDeregister(ZebraBfdDeregister) "ZebraBfdDestinationDeregister" - 29;
    /// A session is wanted otherwise.
    BfdDestinationUpdate(ZebraBfdDestination) "ZebraBfdDestinationUpdate" - 30;
    /// All sessions are to be told again.
    BfdDestinationReply(ZebraNothing) "ZebraBfdDestinationReply" - 31;
    /// The daemon wants to hear of BFD.
    BfdClientRegister(ZebraBfdClient) "ZebraBfdClientRegister" - 40;
    // -- VRFs and labels -----------------------------------------------------------------------
    /// A VRF came.
    VrfAdd(ZebraVrf) "ZebraVrfAdd" - 37;
    /// A VRF went.
    VrfDelete(ZebraVrf) "ZebraVrfDelete" - 38;
    /// The daemon wants to hear no more of a VRF.
    VrfUnregister(ZebraNothing) "ZebraVrfUnregister" 25 36;
    /// A label came.
    MplsLabelsAdd(ZebraMplsLabels) "ZebraMplsLabelsAdd" - 45;
    /// A label went.
    MplsLabelsDelete(ZebraMplsLabels) "ZebraMplsLabelsDelete" - 46;
}

impl Default for ZebraBody {
    fn default() -> Self {
        Self::Unknown(ZebraUnknownMessage::default())
    }
}

/// JSON and text, which do not depend on the dialect.
impl<'a> Fields<'a> for ZebraBody {
    fn fill<V: In<'a>>(&mut self, v: &mut V) -> Result<(), V::Error> {
        self.fill_at(Dialect { family: self.family(), ..Dialect::default() }, v)
    }
    fn tell<V: Out>(&self, v: &mut V) -> Result<(), V::Error> {
        self.tell_at(Dialect { family: self.family(), ..Dialect::default() }, v)
    }
}

impl std::fmt::Display for ZebraBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        noun_to_text(self, &mut text);
        f.write_str(&text)
    }
}

/// The body of a command that has none. Such a message is read as one without a body.
///
/// Ryu: `zebra.ZebraRouterIDAdd`, `ZebraRouterIDDelete`, `ZebraVrfUnregister`,
/// `ZebraBfdDestinationReply`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ZebraNothing;

layout!(ZebraNothing, |this, at, v| Ok(()));

/// A body that has no type here.
///
/// Ryu: `zebra.ZebraUnknownMessage`. See the example of [`ZebraMessage`](super::ZebraMessage).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZebraUnknownMessage {
    /// Its bytes.
    pub buf: Vec<u8>,
}

layout!(ZebraUnknownMessage, |this, at, v| {
    let ZebraUnknownMessage { buf } = this;
    v.with::<Rest, _>("buf", buf)
});
