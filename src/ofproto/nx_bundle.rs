//! Nicira's choice of a link by a hash: multipath and bundle.
//!
//! Spec: ovs-actions(7). In `multipath` the number of the link goes into a field; in `bundle` the
//! packet goes out of the chosen port; in `bundle_load` that port goes into a field.

use serde_json::{Map, Value};

use super::codec::{Codec, Member, Spread, display, fields, noun, wire_struct};
use super::encode::EncodeError;
use super::json::JsonError;
use super::oxm_id::{FieldName, OxmId};
use super::version::Version;
use crate::wire::{DecodeError, Reader, Writer};

wire_struct! {
    /// Chooses a link by a hash.
    ///
    /// Spec: ovs-actions(7), `multipath` (sub-type 10).
    ///
    /// # Example: a link of 16 into a register, one of two ports, one of three into a register
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::*;
    /// use ryu_sdn::wire::hex;
    ///
    /// let reg0 = OxmId::of(oxm::REG0);
    /// let (fields, basis, max_link, arg, ofs_nbits, dst) = (1, 5, 15, 7, 31, reg0);
    /// let link = NxMultipath { algorithm: 0, fields, basis, max_link, arg, ofs_nbits, dst };
    ///
    /// let algorithm = 1;
    /// let slave_type = 2;
    /// let (slaves, none) = (vec![1, 2], NxBundle::default());
    /// let bundle = NxBundle { algorithm, slave_type, slaves, ..none };
    /// let (slaves, none) = (vec![4, 8, 9], NxBundleLoad::default());
    /// let (fields, basis, ofs_nbits, dst) = (1, 1, 15, reg0);
    /// let load =
    ///     NxBundleLoad { algorithm, fields, basis, slave_type, ofs_nbits, dst, slaves, ..none };
    /// let rows: [(NxAction, &str); 3] = [
    ///     (
    ///         link.into(),
    ///         "ffff 0020 00002320 000a 0001 0005 0000 0000 000f 00000007 0000 001f 00010004",
    ///     ),
    ///     (
    ///         bundle.into(),
    ///         "ffff 0028 00002320 000c 0001 0000 0000 00000002 0002 0000 00000000 \
    ///          00000000 0001 0002 00000000",
    ///     ),
    ///     (
    ///         load.into(),
    ///         "ffff 0028 00002320 000d 0001 0001 0001 00000002 0003 000f 00010004 \
    ///          00000000 0004 0008 0009 0000",
    ///     ),
    /// ];
    /// for (action, bytes) in rows {
    ///     let actions = [Action::Nicira(Box::new(action))].into();
    ///     let mut buf = BytesMut::new();
    ///     PacketOut { actions, ..PacketOut::default() }.encode(V1_0, Xid(1), &mut buf)?;
    ///     assert_eq!(Some(buf[16..].to_vec()), hex::decode(bytes));
    /// }
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub struct NxMultipath "multipath" "NXActionMultipath" {
        /// Fields that are hashed.
        fields: u16,
        /// Start value of the hash.
        basis: u16,
        pad: 2,
        /// How the link is chosen.
        algorithm: u16,
        /// Number of links less one.
        max_link: u16,
        /// Argument of the algorithm.
        arg: u32,
        pad: 2,
        /// First bit times 64 and number of bits less one.
        ofs_nbits: u16,
        /// Where the link is stored.
        dst: OxmId as FieldName,
    }
}

macro_rules! bundles {
    ($($(#[$doc:meta])* $noun:ident $name:literal $class:literal)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $noun {
            /// How the port is chosen: 0 the first that is up, 1 by highest random weight.
            pub algorithm: u16,
            /// Fields that are hashed.
            pub fields: u16,
            /// Start value of the hash.
            pub basis: u16,
            /// What the members are: 2 (the header of `NXM_OF_IN_PORT`), ports.
            pub slave_type: u32,
            /// First bit times 64 and number of bits less one; 0 where there is no field.
            pub ofs_nbits: u16,
            /// Where the chosen port is stored; the default for nowhere.
            pub dst: OxmId,
            /// The ports, at most 65535 of them.
            pub slaves: Vec<u16>,
        }

        fields!($noun, |this, v| v.spread::<Bundled, _>(this));
        noun!($noun, $name, $class);
        display!($noun, $name);

        impl Spread<$noun> for Bundled {
            const NAMES: &'static [&'static str] = MEMBERS;

            fn decode(version: Version, r: &mut Reader<'_>) -> Result<$noun, DecodeError> {
                let (algorithm, fields, basis) = (r.u16()?, r.u16()?, r.u16()?);
                let slave_type = r.u32()?;
                let count = r.u16()?;
                let ofs_nbits = r.u16()?;
                let dst = OxmId::decode(version, r)?;
                r.pad(if dst.is_experimenter() { 0 } else { 4 })?;
                let slaves = (0..count).map(|_| r.u16()).collect::<Result<_, _>>()?;
                Ok($noun { algorithm, fields, basis, slave_type, ofs_nbits, dst, slaves })
            }

            fn encode(v: &$noun, version: Version, w: &mut Writer<'_>) -> Result<(), EncodeError> {
                [v.algorithm, v.fields, v.basis].into_iter().for_each(|number| w.u16(number));
                w.u32(v.slave_type);
                // More do not fit into a message.
                w.u16(v.slaves.len() as u16);
                w.u16(v.ofs_nbits);
                v.dst.encode(version, w)?;
                w.pad(if v.dst.is_experimenter() { 0 } else { 4 });
                v.slaves.encode(version, w)
            }

            fn to_members(v: &$noun, version: Version, members: &mut Map<String, Value>) {
                let dst = match FieldName::name(v.dst, version) {
                    name if name.is_empty() => Value::from(0),
                    name => name.into(),
                };
                let all: [Value; 8] = [
                    v.algorithm.into(),
                    v.fields.into(),
                    v.basis.into(),
                    v.slave_type.into(),
                    v.slaves.len().into(),
                    v.ofs_nbits.into(),
                    dst,
                    v.slaves.clone().into(),
                ];
                members.extend(MEMBERS.iter().map(|name| (*name).to_owned()).zip(all));
            }

            fn from_members(
                version: Version,
                members: &Map<String, Value>,
            ) -> Result<$noun, JsonError> {
                let short = |name| member::<u16>(version, members, name);
                Ok($noun {
                    algorithm: short("algorithm")?,
                    fields: short("fields")?,
                    basis: short("basis")?,
                    slave_type: member(version, members, "slave_type")?,
                    ofs_nbits: short("ofs_nbits")?,
                    dst: match members.get("dst") {
                        None | Some(Value::Null) => OxmId::default(),
                        Some(zero) if zero.as_u64() == Some(0) => OxmId::default(),
                        Some(name) => <FieldName as Codec<OxmId>>::from_json(version, name)
                            .map_err(|err| err.within("dst"))?,
                    },
                    slaves: member(version, members, "slaves")?,
                })
            }

            fn show(v: &$noun, out: &mut String) -> bool {
                let $noun { algorithm, fields, basis, slaves, ofs_nbits, dst, .. } = v;
                let head = format!("algorithm={algorithm} fields={fields} basis={basis}");
                out.push_str(&head);
                if *dst != OxmId::default() {
                    out.push_str(&format!(" ofs_nbits={ofs_nbits} dst={dst}"));
                }
                out.push_str(" slaves=");
                slaves.show(out);
                true
            }
        }
    )* };
}

/// Ryu's names, in the order of the wire.
const MEMBERS: &[&str] =
    &["algorithm", "fields", "basis", "slave_type", "n_slaves", "ofs_nbits", "dst", "slaves"];

/// The whole of a bundle: a number counts what stands ten bytes further on.
enum Bundled {}

/// A member by its name; its default if it is not there.
fn member<T: Member + Default>(
    version: Version,
    members: &Map<String, Value>,
    name: &str,
) -> Result<T, JsonError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::from_json(version, value).map_err(|err| err.within(name)),
    }
}

bundles! {
    /// Sends the packet out of a port that is chosen by a hash.
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `algorithm` | 2 bytes: 0 or 1 |
    /// | `fields` | 2 bytes: 0 (`eth_src`) to 6 (`symmetric_l3`), in the order of ovs-actions(7) |
    /// | `basis` | 2 bytes |
    /// | `slave_type` | 4 bytes: 2 |
    /// | | 2 bytes: how many ports |
    /// | `ofs_nbits` | 2 bytes |
    /// | `dst` | 4 bytes; 8 if it is an experimenter's |
    /// | | 4 bytes of padding; none behind an experimenter's field |
    /// | `slaves` | 2 bytes each |
    ///
    /// Spec: ovs-actions(7), `bundle` (sub-type 12).
    ///
    /// See the example of [`NxMultipath`].
    NxBundle "bundle" "NXActionBundle"
    /// Stores a port that is chosen by a hash in a field.
    ///
    /// | field | size, range |
    /// |---|---|
    /// | `algorithm` | 2 bytes: 0 or 1 |
    /// | `fields` | 2 bytes: 0 (`eth_src`) to 6 (`symmetric_l3`), in the order of ovs-actions(7) |
    /// | `basis` | 2 bytes |
    /// | `slave_type` | 4 bytes: 2 |
    /// | | 2 bytes: how many ports |
    /// | `ofs_nbits` | 2 bytes |
    /// | `dst` | 4 bytes; 8 if it is an experimenter's |
    /// | | 4 bytes of padding; none behind an experimenter's field |
    /// | `slaves` | 2 bytes each |
    ///
    /// Spec: ovs-actions(7), `bundle_load` (sub-type 13).
    ///
    /// See the example of [`NxMultipath`].
    NxBundleLoad "bundle_load" "NXActionBundleLoad"
}
