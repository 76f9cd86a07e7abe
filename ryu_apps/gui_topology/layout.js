// Where nodes stand: cables pull, nodes push each other away, and it comes to rest.

const LENGTH = { switch: 100, host: 62 };
const PUSH = 900;
const TO_THE_MIDDLE = 0.02;
const FRICTION = 0.62;
const COOLING = 0.985;
const AT_REST = 0.02;
// How far away a crowd counts as one node: Barnes and Hut's angle.
const ANGLE = 0.9;

export class Layout {
  constructor() {
    this.nodes = new Map();
    this.edges = [];
    this.heat = 0;
    // Height over width of what there is room for.
    this.shape = 1;
  }

  // `nodes`: {key, kind, near: key of a neighbour}; `edges`: [key, key, kind]
  set(nodes, edges) {
    const kept = new Map();
    for (const { key, kind, near } of nodes) {
      const known = this.nodes.get(key) ?? { ...this.start(this.nodes.get(near) ?? kept.get(near), kept.size), vx: 0, vy: 0, held: false };
      kept.set(key, Object.assign(known, { key, kind }));
    }
    this.nodes = kept;
    const shape = JSON.stringify([[...kept.keys()], edges]);
    const isNew = shape !== this.known;
    this.known = shape;
    const degree = new Map();
    for (const [a, b] of edges) {
      degree.set(a, (degree.get(a) ?? 0) + 1);
      degree.set(b, (degree.get(b) ?? 0) + 1);
    }
    this.edges = edges
      .filter(([a, b]) => kept.has(a) && kept.has(b) && a !== b)
      .map(([a, b, kind]) => ({
        a: kept.get(a),
        b: kept.get(b),
        length: LENGTH[kind],
        pull: 0.9 / Math.min(degree.get(a), degree.get(b)),
      }));
    if (isNew) this.warm(1);
  }

  // Beside its neighbour, or on a spiral: the same network begins in the same way.
  start(near, index) {
    const angle = index * 2.39996;
    const away = near ? 50 : 46 * Math.sqrt(index + 0.5);
    return { x: (near?.x ?? 0) + away * Math.cos(angle), y: (near?.y ?? 0) + away * Math.sin(angle) };
  }

  warm(heat) {
    this.heat = Math.max(this.heat, heat);
  }

  // One step; false when it has come to rest.
  step() {
    if (this.heat < AT_REST) return false;
    const nodes = [...this.nodes.values()];
    const tree = crowd(nodes);
    for (const node of nodes) {
      let fx = -node.x * TO_THE_MIDDLE * this.shape;
      let fy = (-node.y * TO_THE_MIDDLE) / this.shape;
      const waiting = tree ? [tree] : [];
      while (waiting.length) {
        const group = waiting.pop();
        let dx = node.x - group.x;
        let dy = node.y - group.y;
        let square = dx * dx + dy * dy;
        if (group.parts && group.size * group.size > ANGLE * ANGLE * square) {
          waiting.push(...group.parts);
          continue;
        }
        if (group.only === node) continue;
        if (square < 1) {
          // Two in one place: apart, in a direction of their own.
          dx = (node.key < (group.only?.key ?? "") ? -1 : 1) * 0.8;
          dy = 0.6;
          square = 1;
        }
        const push = (PUSH * group.weight * (node.kind === "host" ? 0.45 : 1)) / Math.max(square, 100);
        fx += dx * push;
        fy += dy * push;
      }
      node.fx = fx;
      node.fy = fy;
    }
    for (const { a, b, length, pull } of this.edges) {
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      const distance = Math.hypot(dx, dy) || 1;
      const force = ((distance - length) / distance) * pull * 0.5;
      a.fx += dx * force;
      a.fy += dy * force;
      b.fx -= dx * force;
      b.fy -= dy * force;
    }
    for (const node of nodes) {
      if (node.held) {
        node.vx = 0;
        node.vy = 0;
        continue;
      }
      node.vx = (node.vx + node.fx * this.heat) * FRICTION;
      node.vy = (node.vy + node.fy * this.heat) * FRICTION;
      const speed = Math.hypot(node.vx, node.vy);
      const limit = speed > 30 ? 30 / speed : 1;
      node.x += node.vx * limit;
      node.y += node.vy * limit;
    }
    this.heat *= COOLING;
    return true;
  }

  // The box around all nodes.
  bounds() {
    const nodes = [...this.nodes.values()];
    if (nodes.length === 0) return { x: -100, y: -100, width: 200, height: 200 };
    const xs = nodes.map((node) => node.x);
    const ys = nodes.map((node) => node.y);
    const low = (values) => values.reduce((a, b) => Math.min(a, b));
    const high = (values) => values.reduce((a, b) => Math.max(a, b));
    const [x, y] = [low(xs), low(ys)];
    return { x, y, width: high(xs) - x, height: high(ys) - y };
  }
}

// A tree of groups, each with its middle, weight and size.
function crowd(nodes, depth = 0) {
  if (nodes.length === 0) return undefined;
  let [x, y, left, top, right, bottom] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
  let weight = 0;
  for (const node of nodes) {
    const own = node.kind === "host" ? 0.45 : 1;
    weight += own;
    x += node.x * own;
    y += node.y * own;
    left = Math.min(left, node.x);
    right = Math.max(right, node.x);
    top = Math.min(top, node.y);
    bottom = Math.max(bottom, node.y);
  }
  const group = { x: x / weight, y: y / weight, weight, size: Math.max(right - left, bottom - top) };
  if (nodes.length === 1) return { ...group, only: nodes[0] };
  if (depth > 16 || group.size < 0.01) return { ...group, parts: nodes.map((node) => crowd([node])) };
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const quarters = [[], [], [], []];
  for (const node of nodes) quarters[(node.x < cx ? 0 : 1) + (node.y < cy ? 0 : 2)].push(node);
  group.parts = quarters.map((quarter) => crowd(quarter, depth + 1)).filter(Boolean);
  return group;
}
