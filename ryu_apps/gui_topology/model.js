// The network as far as it is known: switches, hosts and cables by their keys.

export const decimal = (dpid) => BigInt(`0x${dpid}`).toString();
export const portNumber = (port) => parseInt(port.port_no, 16);
const short = (dpid) => dpid.replace(/^0+(?=.)/, "");
const byText = (a, b) => a.localeCompare(b, "en", { numeric: true });

export class Model {
  constructor() {
    this.switches = new Map();
    this.hosts = new Map();
    // One cable is two links, one in each direction; `ways` says which are there.
    this.cables = new Map();
  }

  // All at once, as REST tells it; says what has changed.
  reset(switches, links, hosts) {
    const before = new Set([...this.switches.keys(), ...this.hosts.keys(), ...this.cables.keys()]);
    const changes = [];
    const dpids = new Set(switches.map((one) => one.dpid));
    for (const one of switches) if (this.enter(one)) changes.push(["switch-add", this.switches.get(one.dpid)]);
    for (const one of [...this.switches.values()])
      if (!dpids.has(one.key)) changes.push(["switch-delete", one]) && this.leave(one.key);
    const ways = new Set(links.map(wayOf));
    for (const cable of [...this.cables.values()]) {
      for (const way of [...cable.ways]) if (!ways.has(way)) cable.ways.delete(way);
      if (cable.ways.size === 0) {
        this.cables.delete(cable.key);
        changes.push(["link-delete", cable]);
      }
    }
    for (const link of links) {
      const cable = this.addLink(link);
      if (cable && !before.has(cable.key)) {
        before.add(cable.key);
        changes.push(["link-add", cable]);
      }
    }
    const macs = new Set(hosts.map((one) => one.mac));
    for (const host of [...this.hosts.values()]) {
      if (macs.has(host.key)) continue;
      this.hosts.delete(host.key);
      changes.push(["host-delete", host]);
    }
    for (const one of hosts) if (this.addHost(one)) changes.push(["host-add", this.hosts.get(one.mac)]);
    return changes;
  }

  // True if it is new.
  enter(told) {
    const known = this.switches.get(told.dpid);
    const ports = [...told.ports].sort((a, b) => portNumber(a) - portNumber(b));
    if (known) {
      known.ports = ports;
      known.name = nameOf(told.dpid, ports);
      return false;
    }
    const name = nameOf(told.dpid, ports);
    this.switches.set(told.dpid, { kind: "switch", key: told.dpid, name, ports });
    return true;
  }

  // Its links go with it.
  leave(dpid) {
    for (const cable of [...this.cables.values()])
      if (cable.a.dpid === dpid || cable.b.dpid === dpid) this.cables.delete(cable.key);
    for (const host of [...this.hosts.values()])
      if (host.port.dpid === dpid) this.hosts.delete(host.key);
    return this.switches.delete(dpid);
  }

  // The cable that the link is one way of, if both of its switches are known.
  addLink(link) {
    if (!this.switches.has(link.src.dpid) || !this.switches.has(link.dst.dpid)) return undefined;
    const key = cableOf(link);
    let cable = this.cables.get(key);
    if (!cable) {
      const [a, b] = [link.src, link.dst].sort((x, y) => byText(portOf(x), portOf(y)));
      cable = { kind: "link", key, a, b, ways: new Set() };
      this.cables.set(key, cable);
    }
    cable.ways.add(wayOf(link));
    return cable;
  }

  // The cable, if this was its last way.
  deleteLink(link) {
    const cable = this.cables.get(cableOf(link));
    if (!cable) return undefined;
    cable.ways.delete(wayOf(link));
    if (cable.ways.size > 0) return undefined;
    this.cables.delete(cable.key);
    return cable;
  }

  // True if it is new or elsewhere.
  addHost(told) {
    const known = this.hosts.get(told.mac);
    // The newest address is the last one. One of the link only says no more than the MAC address.
    const name = told.ipv4?.at(-1) ?? told.ipv6?.findLast((address) => !/^fe[89ab]/i.test(address)) ?? told.mac;
    if (known) {
      const moved = portOf(known.port) !== portOf(told.port);
      Object.assign(known, told, { name });
      return moved;
    }
    this.hosts.set(told.mac, { ...told, kind: "host", key: told.mac, name });
    return true;
  }

  get(key) {
    return this.switches.get(key) ?? this.hosts.get(key) ?? this.cables.get(key);
  }

  // What the port of a switch leads to: [node, port there], or nothing.
  neighbour(port) {
    const here = portOf(port);
    for (const { a, b } of this.cables.values()) {
      if (portOf(a) === here) return [this.switches.get(b.dpid), b];
      if (portOf(b) === here) return [this.switches.get(a.dpid), a];
    }
    for (const host of this.hosts.values()) if (portOf(host.port) === here) return [host, undefined];
    return undefined;
  }

  cablesOf(dpid) {
    return [...this.cables.values()].filter(({ a, b }) => a.dpid === dpid || b.dpid === dpid);
  }

  // In the order in which the keyboard and the search go through them.
  nodes() {
    const order = (a, b) => byText(a.name, b.name);
    return [...[...this.switches.values()].sort(order), ...[...this.hosts.values()].sort(order)];
  }

  nameOf(dpid) {
    return this.switches.get(dpid)?.name ?? short(dpid);
  }
}

export const portOf = (port) => `${port.dpid}:${port.port_no}`;
const wayOf = (link) => `${portOf(link.src)}>${portOf(link.dst)}`;
const cableOf = (link) => [portOf(link.src), portOf(link.dst)].sort().join("=");

// Mininet's and many others' ports are called s1-eth1: then the switch is s1.
function nameOf(dpid, ports) {
  const prefixes = new Set(ports.map((port) => /^(.{1,24}?)-(?:eth|port|p)?\d+$/.exec(port.name)?.[1]));
  const [prefix] = prefixes;
  return prefixes.size === 1 && prefix ? prefix : short(dpid);
}
