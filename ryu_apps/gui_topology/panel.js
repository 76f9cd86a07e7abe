// The details of what was opened: a switch, a host or a cable.

import { amount, el, renew } from "./dom.js";
import { Refused, get } from "./feed.js";
import { flowList, groupList, keyOf, meterList } from "./flows.js";
import { decimal, portNumber, portOf } from "./model.js";

const EVERY_MS = 2000;
const RESERVED = 0xffffff00;
const TABS = { ports: "Ports", flows: "Flows", groups: "Groups", meters: "Meters", about: "About" };

export class Panel {
  // `told`: onOpen(key), onClose()
  constructor(root, model, told) {
    Object.assign(this, { root, model, told });
    this.timer = 0;
    this.tab = "ports";
    this.filter = "";
    this.key = undefined;
  }

  open(key) {
    const thing = this.model.get(key);
    if (!thing) return this.close();
    this.key = key;
    this.counters = new Map();
    this.flowCounters = new Map();
    this.meterCounters = new Map();
    this.noMeters = undefined;
    this.root.hidden = false;
    this.build(thing);
    return this.refresh();
  }

  close() {
    clearTimeout(this.timer);
    this.key = undefined;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  // The network has changed; perhaps what is open has gone.
  update() {
    if (!this.key) return;
    const thing = this.model.get(this.key);
    if (!thing) {
      const gone = el("p.gone", { role: "status" }, "This is no longer part of the network.");
      if (!this.root.querySelector(".gone")) this.body?.prepend(gone);
      clearTimeout(this.timer);
      return;
    }
    if (thing.kind !== "switch") this.build(thing);
  }

  build(thing) {
    const close = el("button.icon", { type: "button", "aria-label": "Close the details", title: "Close (Esc)", onclick: () => this.told.onClose() }, "\u2715");
    this.body = el("div.body");
    const kinds = { switch: "Switch", host: "Host", link: "Link" };
    const name = thing.kind === "link" ? `${this.model.nameOf(thing.a.dpid)} \u2013 ${this.model.nameOf(thing.b.dpid)}` : thing.name;
    const title = el("header", {}, el("p.kind", {}, kinds[thing.kind]), el("h2", {}, name), close);
    this.root.replaceChildren(title, ...(thing.kind === "switch" ? [this.tabs()] : []), this.body);
    if (thing.kind === "host") this.body.append(this.host(thing));
  }

  tabs() {
    const choose = (tab, focus) => {
      this.tab = tab;
      this.body.replaceChildren();
      for (const other of bar.children) {
        const chosen = other.dataset.tab === tab;
        other.setAttribute("aria-selected", String(chosen));
        other.setAttribute("tabindex", chosen ? 0 : -1);
        if (chosen && focus) other.focus();
      }
      this.refresh();
    };
    const names = Object.keys(TABS);
    const bar = el("div.tabs", {
      role: "tablist",
      "aria-label": "What of the switch",
      onkeydown: (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        choose(names[(names.indexOf(this.tab) + step + names.length) % names.length], true);
      },
    });
    for (const tab of names) {
      const chosen = tab === this.tab;
      bar.append(
        el("button", { type: "button", role: "tab", "data-tab": tab, "aria-selected": String(chosen), tabindex: chosen ? 0 : -1, onclick: () => choose(tab) }, TABS[tab]),
      );
    }
    return bar;
  }

  // Asks, shows, and comes again.
  async refresh() {
    clearTimeout(this.timer);
    const { key, tab } = this;
    const thing = this.model.get(key);
    if (!thing) return;
    const isStill = () => this.key === key && this.tab === tab;
    try {
      const parts = thing.kind === "switch" ? await this[tab](thing) : thing.kind === "link" ? await this.link(thing) : undefined;
      if (isStill() && parts) this.put(parts);
    } catch (error) {
      if (isStill()) this.put([el("p.quiet", { role: "status" }, reason(error))]);
    }
    if (isStill() && document.visibilityState === "visible") this.timer = setTimeout(() => this.refresh(), EVERY_MS);
    else if (isStill()) this.timer = setTimeout(() => this.refresh(), EVERY_MS * 5);
  }

  put(parts) {
    if (this.body.querySelector(".keep")) {
      // The filter stays under the hands of who types.
      renew(this.body.querySelector(".list"), parts);
    } else if (this.tab === "flows" && this.model.switches.has(this.key)) {
      const search = el("input.keep", { type: "search", placeholder: "Filter", "aria-label": "Filter the flow entries", value: this.filter, oninput: () => {
        this.filter = search.value;
        if (this.lastFlows) renew(this.body.querySelector(".list"), flowList(this.lastFlows, this.filter, this.flowRates ?? new Map()));
      } });
      this.body.replaceChildren(search, el("div.list", {}, parts));
    } else renew(this.body, parts);
  }

  // Bytes, packets and errors of each port, with what they have become in a second.
  async portRates(dpid) {
    const number = decimal(dpid);
    const answer = await get(`stats/port/${number}`);
    const now = performance.now();
    const rates = new Map();
    for (const port of answer?.[number] ?? []) {
      const before = this.counters.get(`${dpid}/${port.port_no}`);
      const rate = (name) => {
        const seconds = (now - before.at) / 1000;
        return Math.max(0, (port[name] - before[name]) / seconds);
      };
      rates.set(port.port_no, { ...port, rx: before ? rate("rx_bytes") * 8 : undefined, tx: before ? rate("tx_bytes") * 8 : undefined });
      this.counters.set(`${dpid}/${port.port_no}`, { ...port, at: now });
    }
    return rates;
  }

  async ports(thing) {
    const number = decimal(thing.key);
    const [rates, described] = await Promise.all([
      this.portRates(thing.key),
      get(`stats/portdesc/${number}`).then((answer) => answer?.[number] ?? [], () => []),
    ]);
    const states = new Map(described.map((port) => [port.port_no, port]));
    const rows = thing.ports.map((port) => {
      const no = portNumber(port);
      const isUp = up(states.get(no));
      const counted = rates.get(no);
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, el("span.no", {}, String(no)), el("span.name", {}, port.name)),
        el("td", {}, state(isUp)),
        el("td.number", {}, rate(counted?.rx)),
        el("td.number", {}, rate(counted?.tx)),
        el("td", {}, this.leadsTo(port)),
      );
    });
    const faults = [...rates.values()].filter((port) => port.port_no < RESERVED && (port.rx_errors || port.tx_errors || port.rx_dropped || port.tx_dropped));
    return [
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ["Port", "State", "In", "Out", "To"].map((name) => el(name === "In" || name === "Out" ? "th.number" : "th", { scope: "col" }, name)))),
        el("tbody", {}, rows),
      ),
      faults.map((port) =>
        el("p.warn", {}, `Port ${port.port_no}: ${amount((port.rx_errors ?? 0) + (port.tx_errors ?? 0))} errors, ${amount((port.rx_dropped ?? 0) + (port.tx_dropped ?? 0))} dropped`),
      ),
    ].flat();
  }

  leadsTo(port) {
    const found = this.model.neighbour(port);
    if (!found?.[0]) return el("span.quiet", {}, "\u2013");
    const [node, there] = found;
    return el("button.go", { type: "button", "data-key": `go ${port.port_no}`, title: node.name, onclick: () => this.told.onOpen(node.key) }, node.name, there ? el("small", {}, ` ${portNumber(there)}`) : null);
  }

  async flows(thing) {
    const number = decimal(thing.key);
    const answer = await get(`stats/flow/${number}`);
    const now = performance.now();
    const rates = new Map();
    const counters = new Map();
    for (const flow of answer?.[number] ?? []) {
      const key = keyOf(flow);
      const before = this.flowCounters.get(key);
      if (before) rates.set(key, ((flow.packet_count - before[0]) / (now - before[1])) * 1000);
      counters.set(key, [flow.packet_count, now]);
    }
    this.flowCounters = counters;
    this.lastFlows = answer?.[number] ?? [];
    this.flowRates = rates;
    return flowList(this.lastFlows, this.filter, rates);
  }

  async groups(thing) {
    const number = decimal(thing.key);
    const groups = await get(`stats/groupdesc/${number}`);
    const statistics = await get(`stats/group/${number}`).catch(() => null);
    return groupList(groups?.[number] ?? [], statistics?.[number] ?? []);
  }

  async meters(thing) {
    const number = decimal(thing.key);
    const meters = this.noMeters ?? (await this.meterConfigs(number));
    if (typeof meters === "string") {
      // A version does not change while the switch is open: it is asked once.
      if (this.key === thing.key) this.noMeters = meters;
      return [el("p.quiet", {}, meters)];
    }
    const statistics = await get(`stats/meter/${number}`).catch(() => null);
    const now = performance.now();
    const rates = new Map();
    const counters = new Map();
    for (const meter of statistics?.[number] ?? []) {
      const before = this.meterCounters.get(meter.meter_id);
      if (before) rates.set(meter.meter_id, Math.max(0, ((meter.packet_in_count - before[0]) / (now - before[1])) * 1000));
      counters.set(meter.meter_id, [meter.packet_in_count, now]);
    }
    this.meterCounters = counters;
    return meterList(meters, statistics?.[number] ?? [], rates);
  }

  // The meters of a switch; a sentence if its version has none. What 1.3 and 1.4 call a configuration is a
  // description in 1.5.
  async meterConfigs(number) {
    let version = "";
    for (const what of ["meterconfig", "meterdesc"]) {
      try {
        return (await get(`stats/${what}/${number}`))?.[number] ?? [];
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 501) throw error;
        version = /OpenFlow [0-9.]+[0-9]/.exec(error.message)?.[0] ?? "The version of this switch";
      }
    }
    return `${version} has no meters.`;
  }

  async about(thing) {
    const number = decimal(thing.key);
    const answer = await get(`stats/desc/${number}`);
    const said = answer?.[number] ?? {};
    const names = { mfr_desc: "Made by", hw_desc: "Hardware", sw_desc: "Software", serial_num: "Serial number", dp_desc: "Description" };
    const facts = Object.entries(names).map(([name, title]) => [title, said[name]]);
    return [list([["Datapath id", thing.key], ["In decimal", number], ["Ports", String(thing.ports.length)], ...facts])];
  }

  async link(thing) {
    const rates = await Promise.all([thing.a, thing.b].map((end) => this.portRates(end.dpid)));
    const ends = [thing.a, thing.b].map((end, at) => {
      const counted = rates[at].get(portNumber(end));
      return el(
        "section.end",
        {},
        el("h3", {}, el("button.go", { type: "button", "data-key": `end ${at}`, onclick: () => this.told.onOpen(end.dpid) }, this.model.nameOf(end.dpid)), ` port ${portNumber(end)}`),
        list([["Name", end.name], ["Address", end.hw_addr], ["In", rate(counted?.rx)], ["Out", rate(counted?.tx)]]),
      );
    });
    const seen = thing.ways.size === 2 ? "Seen in both directions." : "Seen in one direction only.";
    return [...ends, el("p.quiet", {}, seen)];
  }

  host(thing) {
    const { port } = thing;
    const at = el("button.go", { type: "button", onclick: () => this.told.onOpen(port.dpid) }, this.model.nameOf(port.dpid), el("small", {}, ` ${portNumber(port)}`));
    return list([
      ["Address", thing.mac],
      ["IPv4", thing.ipv4?.join(", ")],
      ["IPv6", thing.ipv6?.join(", ")],
      ["At", at],
      ["Port", `${port.name} (${portOf(port)})`],
    ]);
  }
}

function list(facts) {
  const rows = facts.filter(([, value]) => value !== undefined && value !== "");
  return el("dl", {}, rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

const rate = (bits) => (bits === undefined ? "\u2026" : bits === 0 ? "0" : amount(bits, "b/s"));

// Is the port up? `state` and `config` are the specification's bits in every version.
function up(port) {
  if (!port) return undefined;
  return ((port.config ?? 0) & 1) === 0 && ((port.state ?? 0) & 1) === 0;
}

function state(isUp) {
  if (isUp === undefined) return el("span.quiet", {}, "?");
  return el(isUp ? "span.state.up" : "span.state.down", {}, el("span", { "aria-hidden": "true" }, isUp ? "\u25b2 " : "\u25bc "), isUp ? "up" : "down");
}

function reason(error) {
  if (error instanceof Refused && error.status === 404) return "The switch does not say, or is no longer there.";
  if (error instanceof Refused) return `The controller says: ${error.message}`;
  return "No answer from the controller.";
}
