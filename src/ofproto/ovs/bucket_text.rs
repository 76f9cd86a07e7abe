//! Buckets of a group as text, without their actions: `bucket_id:0,weight:5,watch_port:2,`.

use std::fmt;

use bytes::{Bytes, BytesMut};

use crate::ofproto::codec::Member;
use crate::ofproto::{
    Bucket, BucketProp, BucketPropWatch, BucketPropWeight, GroupId, GroupMod, PortNo, V1_5, Version,
};
use crate::wire::{Reader, Writer, hex};

/// Largest number of a bucket.
pub(super) const BUCKET_MAX: u32 = 0xffff_ff00;

/// Names of numbers that stand for buckets in a command.
pub(super) const BUCKET_IDS: &[(&str, u32)] =
    &[("all", GroupMod::BUCKET_ALL), ("first", 0xffff_fffd), ("last", 0xffff_fffe)];

/// The number of a bucket, or its name.
pub(super) fn bucket_id(number: u32) -> String {
    let name = BUCKET_IDS.iter().find(|(_, known)| *known == number);
    name.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// What a text says about a bucket, wherever the version keeps it.
#[derive(Debug)]
pub(super) struct BucketWriter<'a> {
    bucket_id: Option<u32>,
    weight: Option<u16>,
    watch_port: Option<PortNo>,
    watch_group: Option<GroupId>,
    /// Properties for which there are no words.
    rest: &'a [BucketProp],
}

impl<'a> BucketWriter<'a> {
    pub(super) fn new(version: Version, bucket: &'a Bucket) -> BucketWriter<'a> {
        if version < V1_5 {
            return BucketWriter {
                bucket_id: None,
                weight: Some(bucket.weight),
                watch_port: Some(bucket.watch_port).filter(|port| *port != PortNo::ANY),
                watch_group: Some(bucket.watch_group).filter(|group| *group != GroupId::ANY),
                rest: &[],
            };
        }
        // Words have an order: what does not stand in it is shown as it is.
        let mut shown = BucketWriter {
            bucket_id: Some(bucket.bucket_id),
            weight: None,
            watch_port: None,
            watch_group: None,
            rest: &bucket.properties,
        };
        if let [BucketProp::Weight(BucketPropWeight { weight }), rest @ ..] = shown.rest {
            (shown.weight, shown.rest) = (Some(*weight), rest);
        }
        // The numbers that 1.0 reserved are not read as text: too easy to get wrong.
        if let [BucketProp::WatchPort(BucketPropWatch { watch }), rest @ ..] = shown.rest
            && !(0xff00..=0xffff).contains(watch)
        {
            (shown.watch_port, shown.rest) = (Some(PortNo(*watch)), rest);
        }
        if let [BucketProp::WatchGroup(BucketPropWatch { watch }), rest @ ..] = shown.rest
            && *watch <= GroupId::MAX.0
        {
            (shown.watch_group, shown.rest) = (Some(GroupId(*watch)), rest);
        }
        shown
    }

    /// Writes everything but the actions; `weight` is the one that goes without saying.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, weight: u16) -> fmt::Result {
        if let Some(number) = self.bucket_id {
            write!(f, "bucket_id:{number},")?;
        }
        // From 1.5 on a property: a weight of 0 may be there, or not.
        let said = match self.bucket_id {
            Some(_) if weight == 0 => self.weight,
            _ => self.weight.filter(|given| *given != weight),
        };
        if let Some(weight) = said {
            write!(f, "weight:{weight},")?;
        }
        if let Some(port) = self.watch_port {
            write!(f, "watch_port:{port},")?;
        }
        if let Some(group) = self.watch_group {
            write!(f, "watch_group:{},", group.0)?;
        }
        self.rest.iter().try_for_each(|prop| write!(f, "property:{},", unread_property(prop)))
    }
}

/// A property for which there are no words: all its bytes.
pub(super) fn unread_property(prop: &impl Member) -> String {
    let mut buf = BytesMut::new();
    // A property fits into a message, or it could not have come; what does not is cut.
    let _ = prop.encode(V1_5, &mut Writer::new(&mut buf));
    hex::encode(&buf)
}

/// Reads [`unread_property`].
pub(super) fn read_property<T: Member>(digits: &str) -> Option<T> {
    let bytes = Bytes::from(hex::decode(digits)?);
    let mut r = Reader::new(&bytes, "property");
    let prop = T::decode(V1_5, &mut r).ok()?;
    r.is_empty().then_some(prop)
}
