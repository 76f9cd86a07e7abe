//! The counters as OpenMetrics text.
//!
//! Series without end would be the end of a monitoring server: message types, stages and reasons are
//! few, and of switches there are [`SWITCHES_MAX`] at most.

use std::collections::BTreeMap;
use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, text::encode};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use crate::prelude::*;

use super::Overview;

/// So many switches have metrics of their own, those with the lowest datapath ids; how many have none
/// is a metric.
pub const SWITCHES_MAX: usize = 1000;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The answer to `GET /metrics`.
pub(super) fn response(overview: Overview) -> AppResult<Response> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Metrics(overview)));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    let mut response = Response::new(text.into());
    let content_type = http::HeaderValue::from_static(CONTENT_TYPE);
    response.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
    Ok(response)
}

#[derive(Debug)]
struct Metrics(Overview);

/// A name and a help text, and what there is under them.
type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

fn counters<'a, const N: usize>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    series: impl IntoIterator<Item = (Labels<'a, N>, u64)>,
) -> fmt::Result {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (labels, value) in series {
        // Without labels there are no braces, either.
        match labels.is_empty() {
            true => metric.encode_counter::<NoLabelSet, _, u64>(&value, None)?,
            false => {
                metric
                    .encode_family(&labels)?
                    .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
            }
        }
    }
    Ok(())
}

fn gauges<'a, const N: usize>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    series: impl IntoIterator<Item = (Labels<'a, N>, u64)>,
) -> fmt::Result {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (labels, value) in series {
        match labels.is_empty() {
            true => metric.encode_gauge(&(value as i64))?,
            false => metric.encode_family(&labels)?.encode_gauge(&(value as i64))?,
        }
    }
    Ok(())
}

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let Overview { sessions, totals } = &self.0;
        let all = &totals.counters;
        counters(
            to,
            ("ryu_stage_messages", "OpenFlow messages that came to each stage"),
            [
                ("received", all.received),
                ("decoded", all.decoded),
                ("decode_failed", all.failed),
                ("refused", all.refused),
                ("events", all.events),
                ("answers", all.answers),
                ("dropped", all.dropped),
                ("encoded", all.encoded),
                ("encode_failed", all.encode_failed),
                ("outbox_full", all.full),
                ("sent", all.sent),
                ("unsent", all.unsent),
            ]
            .map(|(stage, count)| ([("stage", stage)], count)),
        )?;
        let directions = [("received", &all.received_by_type), ("encoded", &all.encoded_by_type)];
        counters(
            to,
            ("ryu_messages", "OpenFlow messages by direction and type"),
            directions.iter().flat_map(|(direction, by_type)| {
                let direction = ("direction", *direction);
                by_type.iter().map(move |(name, count)| ([direction, ("type", *name)], *count))
            }),
        )?;
        counters(
            to,
            ("ryu_bytes", "Bytes of OpenFlow by direction"),
            [("received", all.received_bytes), ("sent", all.sent_bytes)]
                .map(|(direction, count)| ([("direction", direction)], count)),
        )?;
        counters(
            to,
            ("ryu_connections", "Connections with switches that were made"),
            [([], totals.connections)],
        )?;
        let reasons = |by_reason: &BTreeMap<&'static str, u64>| {
            let series = by_reason.iter().map(|(reason, count)| ([("reason", *reason)], *count));
            series.collect::<Vec<_>>()
        };
        counters(
            to,
            ("ryu_handshake_failures", "Sessions that ended before the main phase"),
            reasons(&totals.handshake_failures),
        )?;
        counters(
            to,
            ("ryu_session_endings", "Sessions that ended after they had reached the main phase"),
            reasons(&totals.endings),
        )?;
        counters(
            to,
            ("ryu_accept", "Connections that were accepted, or refused and why"),
            totals.accept.iter().map(|(outcome, count)| ([("outcome", *outcome)], *count)),
        )?;
        counters(
            to,
            ("ryu_transport", "What happened to TLS handshakes and datagrams"),
            totals.transport.iter().map(|(event, count)| ([("event", event.as_str())], *count)),
        )?;
        let mut states: BTreeMap<&str, u64> = BTreeMap::new();
        let mut switches: BTreeMap<&str, [u64; 6]> = BTreeMap::new();
        let mut waiting = [0; 2];
        for session in sessions {
            *states.entry(&session.state).or_default() += 1;
            let depths = [session.waiting_bytes as u64, session.waiting_messages as u64];
            waiting = [waiting[0] + depths[0], waiting[1] + depths[1]];
            let Some(dpid) = &session.dpid else { continue };
            let counted = &session.counters;
            let [bytes, messages] = depths;
            let row =
                [counted.received, counted.sent, counted.failed, counted.dropped, bytes, messages];
            let sums = switches.entry(dpid).or_default();
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        gauges(
            to,
            ("ryu_sessions", "Sessions of this moment by dispatcher phase"),
            states.iter().map(|(state, count)| ([("state", *state)], *count)),
        )?;
        gauges(to, ("ryu_outbox_bytes", "Bytes that wait to be written"), [([], waiting[0])])?;
        gauges(to, ("ryu_outbox_messages", "Messages that wait"), [([], waiting[1])])?;
        let not_shown = switches.len().saturating_sub(SWITCHES_MAX) as u64;
        let row = |place: usize| {
            let shown = switches.iter().take(SWITCHES_MAX);
            shown.map(move |(dpid, row)| ([("dpid", *dpid)], row[place]))
        };
        for (place, name, help) in [
            (0, "ryu_switch_received_messages", "Messages from the switch, on this connection"),
            (1, "ryu_switch_sent_messages", "Messages written to the switch"),
            (2, "ryu_switch_decode_failed_messages", "Messages from it that were malformed"),
            (3, "ryu_switch_dropped_packet_ins", "Packet-ins that were dropped, apps being slow"),
        ] {
            counters(to, (name, help), row(place))?;
        }
        gauges(to, ("ryu_switch_outbox_bytes", "Bytes that wait for the switch"), row(4))?;
        gauges(to, ("ryu_switch_outbox_messages", "Messages that wait for it"), row(5))?;
        gauges(
            to,
            ("ryu_switches_without_metrics", "Switches over the bound on series"),
            [([], not_shown)],
        )
    }
}
