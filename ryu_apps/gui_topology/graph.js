// The drawing: nodes that can be clicked, dragged and reached by keyboard; pan, zoom, fit.

import { svg } from "./dom.js";
import { Layout } from "./layout.js";
import { portNumber } from "./model.js";

const CLOSEST = 3;
const FARTHEST = 0.08;
const CUT_SHOWN_MS = 4000;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export class Graph {
  // `told`: onOpen(key), onClose()
  constructor(root, told) {
    this.root = root;
    this.told = told;
    this.layout = new Layout();
    this.links = svg("g.links");
    this.ghosts = svg("g.ghosts");
    this.points = svg("g.nodes");
    this.world = svg("g.world", {}, this.links, this.ghosts, this.points);
    root.append(this.world);
    this.drawn = new Map();
    this.lines = new Map();
    this.view = { x: 0, y: 0, scale: 1 };
    this.size = "1";
    this.follows = true;
    this.frame = 0;
    this.current = undefined;
    this.opened = undefined;
    this.listen();
    new ResizeObserver(() => this.follows && this.fit(true)).observe(root);
  }

  // Draws the model as it is now; `shown`: which nodes and cables.
  show(nodes, cables, hostLinks) {
    const near = new Map();
    for (const [a, b] of hostLinks) near.set(a, b);
    for (const { a, b } of cables) {
      if (!near.has(b.dpid)) near.set(b.dpid, a.dpid);
    }
    this.layout.set(
      nodes.map((node) => ({ key: node.key, kind: node.kind, near: near.get(node.key) })),
      [
        ...cables.map(({ a, b }) => [a.dpid, b.dpid, "switch"]),
        ...hostLinks.map(([host, dpid]) => [host, dpid, "host"]),
      ],
    );
    this.showNodes(nodes);
    this.showLines(cables, hostLinks);
    if (!this.drawn.has(this.current)) this.current = nodes[0]?.key;
    this.rove();
    this.run();
  }

  showNodes(nodes) {
    const keys = new Set(nodes.map((node) => node.key));
    for (const [key, drawn] of this.drawn) {
      if (keys.has(key)) continue;
      drawn.element.remove();
      this.drawn.delete(key);
    }
    for (const node of nodes) {
      let drawn = this.drawn.get(node.key);
      if (!drawn) {
        drawn = { element: this.makeNode(node) };
        this.drawn.set(node.key, drawn);
        this.points.append(drawn.element);
      }
      const label = drawn.element.querySelector(".label");
      if (label.textContent !== node.name) label.textContent = node.name;
      drawn.element.setAttribute("aria-label", describe(node));
    }
  }

  makeNode(node) {
    const shape =
      node.kind === "switch"
        ? [
            svg("rect.shape", { x: -21, y: -21, width: 42, height: 42, rx: 11 }),
            svg("path.glyph", { d: "M-10-5H9M5-9l4 4-4 4M10 5H-9M-5 1l-4 4 4 4" }),
          ]
        : [svg("circle.shape", { r: 11 }), svg("path.glyph", { d: "M-4.5-3.5h9v6h-9zM-2 5h4" })];
    return svg(
      `g.node.${node.kind}.fresh`,
      { role: "button", tabindex: -1, "data-key": node.key },
      svg(node.kind === "switch" ? "rect.ring" : "circle.ring", node.kind === "switch" ? { x: -27, y: -27, width: 54, height: 54, rx: 16 } : { r: 17 }),
      shape,
      svg("text.label", { y: node.kind === "switch" ? 38 : 26 }),
    );
  }

  showLines(cables, hostLinks) {
    const wanted = new Map();
    // Several cables between the same two switches lie beside each other.
    const beside = new Map();
    for (const cable of cables) {
      const pair = [cable.a.dpid, cable.b.dpid].sort().join("=");
      const place = beside.get(pair) ?? 0;
      beside.set(pair, place + 1);
      wanted.set(cable.key, { from: cable.a.dpid, to: cable.b.dpid, cable, pair, place });
    }
    for (const [host, dpid] of hostLinks) wanted.set(`host ${host}`, { from: host, to: dpid });
    for (const [key, line] of this.lines) {
      if (wanted.has(key)) continue;
      if (line.cable && this.drawn.has(line.from) && this.drawn.has(line.to)) this.haunt(line);
      line.element.remove();
      this.lines.delete(key);
    }
    for (const [key, line] of wanted) {
      line.count = line.pair ? beside.get(line.pair) : 1;
      const known = this.lines.get(key);
      if (known) {
        const sameWays = known.ways === line.cable?.ways.size;
        Object.assign(known, line);
        if (sameWays) continue;
      }
      const drawn = known ?? { ...line, ...this.makeLine(key, line.cable) };
      drawn.ways = line.cable?.ways.size;
      drawn.element.classList.toggle("half", drawn.ways === 1);
      if (!known) {
        this.lines.set(key, drawn);
        this.links.append(drawn.element);
      }
    }
  }

  makeLine(key, cable) {
    const path = svg("line.wire");
    if (!cable) return { element: svg("g.link.access", {}, path), paths: [path] };
    const target = svg("line.target");
    const [a, b] = [svg("text.port"), svg("text.port")];
    a.textContent = String(portNumber(cable.a));
    b.textContent = String(portNumber(cable.b));
    const element = svg("g.link.fresh", { "data-key": key }, path, target, a, b);
    return { element, paths: [path, target], ends: [a, b] };
  }

  // What was cut is seen for a moment.
  haunt(line) {
    const element = svg("g.link.ghost", {}, svg("line.wire"), svg("path.cross", { d: "M-6-6 6 6M6-6-6 6" }));
    const ghost = { ...line, element, paths: [element.firstChild], cross: element.lastChild, ends: undefined };
    this.ghosts.append(element);
    this.haunting = [...(this.haunting ?? []), ghost];
    setTimeout(() => {
      element.remove();
      this.haunting = this.haunting.filter((other) => other !== ghost);
    }, CUT_SHOWN_MS);
  }

  // -- movement --------------------------------------------------------------------------------

  run() {
    if (CALM.matches) {
      while (this.layout.step());
    } else if (this.drawn.size > 400) {
      // A big network is laid out before it is shown, as far as that is quick.
      const end = performance.now() + 120;
      while (performance.now() < end && this.layout.step());
    }
    if (!this.frame) this.frame = requestAnimationFrame(() => this.tick());
  }

  tick() {
    const moving = this.layout.step() && this.layout.step();
    this.draw();
    if (this.follows) this.fit(false);
    this.frame = moving ? requestAnimationFrame(() => this.tick()) : 0;
    this.root.dataset.settled = String(!moving);
  }

  draw() {
    const { nodes } = this.layout;
    for (const [key, { element }] of this.drawn) {
      const at = nodes.get(key);
      element.setAttribute("transform", `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)}) scale(${this.size})`);
    }
    for (const line of [...this.lines.values(), ...(this.haunting ?? [])]) this.drawLine(line, nodes);
  }

  drawLine(line, nodes) {
    const a = nodes.get(line.from);
    const b = nodes.get(line.to);
    if (!a || !b) return;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    const aside = line.count > 1 ? (line.place - (line.count - 1) / 2) * 9 * (line.from < line.to ? 1 : -1) : 0;
    const [ox, oy] = [(-dy / length) * aside, (dx / length) * aside];
    for (const path of line.paths) {
      path.setAttribute("x1", (a.x + ox).toFixed(1));
      path.setAttribute("y1", (a.y + oy).toFixed(1));
      path.setAttribute("x2", (b.x + ox).toFixed(1));
      path.setAttribute("y2", (b.y + oy).toFixed(1));
    }
    line.cross?.setAttribute("transform", `translate(${(a.x + dx / 2).toFixed(1)} ${(a.y + dy / 2).toFixed(1)})`);
    if (!line.ends) return;
    const inset = Math.min(36 * this.size, length / 2.4);
    const lift = aside === 0 ? 8 : Math.sign(aside) * 3;
    const [lx, ly] = [ox - (dy / length) * lift, oy + (dx / length) * lift];
    const put = (text, x, y) => {
      text.setAttribute("x", x.toFixed(1));
      text.setAttribute("y", (y + 3.5).toFixed(1));
    };
    put(line.ends[0], a.x + (dx / length) * inset + lx, a.y + (dy / length) * inset + ly);
    put(line.ends[1], b.x - (dx / length) * inset + lx, b.y - (dy / length) * inset + ly);
  }

  // -- what is seen ----------------------------------------------------------------------------

  place() {
    const { x, y, scale } = this.view;
    this.world.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(4)})`);
    this.root.classList.toggle("far", scale < 0.45);
    this.root.classList.toggle("farther", scale < 0.22);
    // From afar, nodes do not shrink as fast as the distances between them.
    const size = Math.min(Math.max(1, 0.8 / scale), 1.9).toFixed(2);
    if (size === this.size) return;
    this.size = size;
    this.draw();
  }

  fit(isFinal) {
    const box = this.root.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return;
    this.layout.shape = Math.min(Math.max(box.height / box.width, 0.45), 2.2);
    const { x, y, width, height } = this.layout.bounds();
    const margin = Math.min(76, box.width * 0.16, box.height * 0.2);
    // On a narrow screen the search stands above the drawing.
    const above = box.width < 600 && box.height > 300 ? 50 : 0;
    const [roomX, roomY] = [box.width - 2 * margin, box.height - above - 2 * margin];
    const wanted = Math.min(roomX / Math.max(width, 1), roomY / Math.max(height, 1), 1.35);
    const scale = Math.max(wanted, FARTHEST);
    const target = {
      scale,
      x: box.width / 2 - (x + width / 2) * scale,
      y: (box.height + above) / 2 - (y + height / 2) * scale,
    };
    const part = isFinal || CALM.matches ? 1 : 0.25;
    for (const name of ["x", "y", "scale"]) this.view[name] += (target[name] - this.view[name]) * part;
    this.place();
  }

  fitAll() {
    this.follows = true;
    this.fit(true);
  }

  zoom(factor, at) {
    const box = this.root.getBoundingClientRect();
    const [px, py] = at ?? [box.width / 2, box.height / 2];
    const scale = Math.min(Math.max(this.view.scale * factor, FARTHEST), CLOSEST);
    const ratio = scale / this.view.scale;
    this.view = { scale, x: px - (px - this.view.x) * ratio, y: py - (py - this.view.y) * ratio };
    this.follows = false;
    this.place();
  }

  // Makes sure that a node can be seen.
  reveal(key) {
    const at = this.layout.nodes.get(key);
    if (!at) return;
    const box = this.root.getBoundingClientRect();
    const [x, y] = [at.x * this.view.scale + this.view.x, at.y * this.view.scale + this.view.y];
    if (this.follows) return;
    const inside = x > 40 && x < box.width - 40 && y > 40 && y < box.height - 40;
    if (inside) return;
    this.view.x += box.width / 2 - x;
    this.view.y += box.height / 2 - y;
    this.place();
  }

  // -- who is meant ----------------------------------------------------------------------------

  open(key) {
    this.opened = key;
    for (const [other, { element }] of this.drawn) {
      const isOpen = other === key;
      element.classList.toggle("open", isOpen);
      element.setAttribute("aria-pressed", String(isOpen));
    }
    for (const [other, line] of this.lines) {
      const touches = line.from === key || line.to === key;
      line.element.classList.toggle("open", other === key);
      line.element.classList.toggle("near", touches);
    }
    if (this.drawn.has(key)) {
      this.current = key;
      this.rove();
    }
  }

  // One node can be reached with Tab, the others from it with the arrows.
  rove() {
    for (const [key, { element }] of this.drawn) element.setAttribute("tabindex", key === this.current ? 0 : -1);
  }

  focus(key) {
    if (!this.drawn.has(key)) return;
    this.current = key;
    this.rove();
    this.reveal(key);
    this.drawn.get(key).element.focus({ preventScroll: true });
  }

  // The next node in a direction: near, and not far off it.
  towards(dx, dy) {
    const here = this.layout.nodes.get(this.current);
    if (!here) return;
    let best;
    let least = Infinity;
    for (const node of this.layout.nodes.values()) {
      if (node === here) continue;
      const [x, y] = [node.x - here.x, node.y - here.y];
      const along = x * dx + y * dy;
      const across = Math.abs(x * dy - y * dx);
      if (along <= 0 || across > along * 2) continue;
      const cost = along + across * 1.5;
      if (cost < least) [best, least] = [node.key, cost];
    }
    if (best) this.focus(best);
  }

  // -- hands -----------------------------------------------------------------------------------

  listen() {
    const { root } = this;
    root.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = root.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015));
      this.zoom(factor, [event.clientX - box.left, event.clientY - box.top]);
    }, { passive: false });
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusin", (event) => {
      const key = event.target.closest(".node")?.dataset.key;
      if (key && key !== this.current) {
        this.current = key;
        this.rove();
      }
    });
    const fingers = new Map();
    let held;
    let moved = 0;
    root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      root.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      moved = 0;
      held = event.target.closest("[data-key]")?.dataset.key;
      if (fingers.size > 1) held = undefined;
    });
    root.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
      moved += Math.abs(dx) + Math.abs(dy);
      const others = [...fingers].filter(([id]) => id !== event.pointerId);
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (moved < 4) return;
      const node = held && this.layout.nodes.get(held);
      if (others.length === 1) this.pinch(others[0][1], before, [event.clientX, event.clientY]);
      else if (node) this.drag(node, dx, dy);
      else {
        this.follows = false;
        this.view.x += dx;
        this.view.y += dy;
        this.place();
      }
    });
    const lift = (event) => {
      if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
      const node = held && this.layout.nodes.get(held);
      if (node) node.held = false;
      if (event.type === "pointerup" && moved < 4) {
        if (held) {
          this.focus(held);
          this.told.onOpen(held);
        } else this.told.onClose();
      }
      held = undefined;
    };
    root.addEventListener("pointerup", lift);
    root.addEventListener("pointercancel", lift);
    root.addEventListener("dblclick", (event) => event.target.closest("[data-key]") || this.fitAll());
  }

  drag(node, dx, dy) {
    this.follows = false;
    node.held = true;
    node.x += dx / this.view.scale;
    node.y += dy / this.view.scale;
    this.layout.warm(0.25);
    this.run();
  }

  pinch(other, before, after) {
    const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    const box = this.root.getBoundingClientRect();
    const middle = [(after[0] + other[0]) / 2 - box.left, (after[1] + other[1]) / 2 - box.top];
    this.zoom(apart(after) / apart(before), middle);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (ways[event.key]) this.towards(...ways[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.told.onOpen(this.current);
    else return;
    event.preventDefault();
  }
}

function describe(node) {
  if (node.kind === "host") return `Host ${node.name}`;
  return `Switch ${node.name}, ${node.ports.length} ports`;
}
