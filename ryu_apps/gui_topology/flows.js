// Flow entries, groups and meters, as people read them.

import { amount, el, span } from "./dom.js";

const LIMIT = 300;
const shown = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));

// The entries of a switch; `filter` is a text that they have in them.
export function flowList(flows, filter, rates) {
  const wanted = filter.trim().toLowerCase();
  const all = flows
    .filter((flow) => !wanted || JSON.stringify(flow).toLowerCase().includes(wanted))
    .sort((a, b) => (a.table_id ?? 0) - (b.table_id ?? 0) || (b.priority ?? 0) - (a.priority ?? 0));
  const parts = [];
  let table;
  for (const flow of all.slice(0, LIMIT)) {
    if (flow.table_id !== table && flow.table_id !== undefined) {
      table = flow.table_id;
      parts.push(el("h4", {}, `Table ${table}`));
    }
    parts.push(entry(flow, rates.get(keyOf(flow))));
  }
  if (all.length === 0) parts.push(el("p.quiet", {}, wanted ? "No entry has this in it." : "No flow entry."));
  if (all.length > LIMIT) parts.push(el("p.quiet", {}, `${LIMIT} of ${all.length} are shown; the filter finds the others.`));
  return parts;
}

export const keyOf = (flow) => JSON.stringify([flow.table_id, flow.priority, flow.match]);

function entry(flow, rate) {
  const facts = [
    `${amount(flow.packet_count ?? 0)} packets`,
    amount(flow.byte_count ?? 0, "B"),
    rate > 0 ? `${amount(rate)} packets/s` : null,
    flow.duration_sec !== undefined ? `for ${span(flow.duration_sec)}` : null,
    flow.idle_timeout ? `idle ${flow.idle_timeout} s` : null,
    flow.hard_timeout ? `hard ${flow.hard_timeout} s` : null,
    flow.cookie ? `cookie ${hexadecimal(flow.cookie)}` : null,
  ].filter(Boolean);
  return el(
    "article.flow",
    {},
    el("p.head", {}, el("b", { title: "Priority" }, String(flow.priority ?? "")), matches(flow.match)),
    el("p.does", {}, el("span.arrow", { "aria-hidden": "true" }, "\u2192"), actions(flow)),
    el("p.facts", {}, facts.join(" \u00b7 ")),
  );
}

function hexadecimal(value) {
  try {
    return `0x${BigInt(value).toString(16)}`;
  } catch {
    return String(value);
  }
}

function matches(match) {
  const fields = Object.entries(match ?? {});
  if (fields.length === 0) return el("span.chip.any", {}, "anything");
  return fields.map(([name, value]) => el("span.chip", {}, el("i", {}, name), " ", shown(value)));
}

function actions(flow) {
  const list = flow.actions ?? flow.instructions ?? [];
  if (list.length === 0) return el("span.chip.drop", {}, "drop");
  return list.map((action) => el("span.chip.act", {}, shown(action)));
}

export function groupList(groups, statistics) {
  if (groups.length === 0) return [el("p.quiet", {}, "No group.")];
  const counts = new Map(statistics.map((one) => [one.group_id, one]));
  return groups.map((group) => {
    const counted = counts.get(group.group_id);
    const buckets = (group.buckets ?? []).map((bucket, at) =>
      el("p.does", {}, el("span.arrow", {}, `${at + 1}`), (bucket.actions ?? []).map((action) => el("span.chip.act", {}, shown(action)))),
    );
    return el(
      "article.flow",
      {},
      el("p.head", {}, el("b", {}, `Group ${group.group_id}`), el("span.chip", {}, shown(group.type))),
      buckets,
      counted ? el("p.facts", {}, `${amount(counted.packet_count ?? 0)} packets \u00b7 ${amount(counted.byte_count ?? 0, "B")}`) : null,
    );
  });
}

// What a rate is counted in, by the meter's flags: kilobits, unless it says packets.
const isPackets = (meter) => (meter.flags ?? []).includes("PKTPS");
const limit = (meter, value) => (isPackets(meter) ? `${amount(value)} ${value === 1 ? "packet" : "packets"}/s` : amount(value * 1000, "b/s"));
const burst = (meter, value) => (isPackets(meter) ? `burst ${amount(value)} packets` : `burst ${amount(value * 1000, "b")}`);

export function meterList(meters, statistics, rates) {
  if (meters.length === 0) return [el("p.quiet", {}, "No meter.")];
  const counts = new Map(statistics.map((one) => [one.meter_id, one]));
  return meters.map((meter) => {
    const counted = counts.get(meter.meter_id);
    const bands = (meter.bands ?? []).map((band, at) => {
      const hit = counted?.band_stats?.[at];
      return el(
        "p.does",
        {},
        el("span.arrow", {}, `${at + 1}`),
        el("span.chip.act", {}, `${band.type || "band"} above ${limit(meter, band.rate ?? 0)}`),
        band.burst_size && (meter.flags ?? []).includes("BURST") ? el("span.chip", {}, burst(meter, band.burst_size)) : null,
        hit ? el("span.chip", {}, `${amount(hit.packet_band_count)} packets hit`) : null,
      );
    });
    const rate = rates.get(meter.meter_id);
    const flows = counted?.flow_count ?? counted?.ref_count;
    const facts = counted
      ? [
          `${amount(counted.packet_in_count)} packets`,
          amount(counted.byte_in_count, "B"),
          rate > 0 ? `${amount(rate)} packets/s` : null,
          `${flows} ${flows === 1 ? "flow entry" : "flow entries"}`,
          `for ${span(counted.duration_sec)}`,
        ].filter(Boolean)
      : [];
    return el(
      "article.flow",
      {},
      el("p.head", {}, el("b", {}, `Meter ${meter.meter_id}`), (meter.flags ?? []).map((flag) => el("span.chip", {}, flag))),
      bands,
      counted ? el("p.facts", {}, facts.join(" \u00b7 ")) : null,
    );
  });
}
