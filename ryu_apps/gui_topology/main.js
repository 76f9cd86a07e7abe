// The page: what the feed tells goes into the model, from there into drawing, panel and events.

import { byId, clockTime, el } from "./dom.js";
import { ControllerView } from "./controller.js";
import { Feed, get } from "./feed.js";
import { Graph } from "./graph.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";

const LOOK_AGAIN_MS = 5000;
const EVENTS_MAX = 200;
const FOUND_MAX = 8;

const model = new Model();
const told = { onOpen: (key) => open(key), onClose: () => close() };
const graph = new Graph(byId("graph"), told);
const panel = new Panel(byId("panel"), model, told);
const controller = new ControllerView(byId("controller"));
let showsHosts = true;
let isFirst = true;
let asked = 0;

// -- the network ---------------------------------------------------------------------------------

function redraw() {
  const nodes = model.nodes().filter((node) => node.kind === "switch" || showsHosts);
  const hosts = showsHosts ? [...model.hosts.values()].filter((host) => model.switches.has(host.port.dpid)) : [];
  const known = new Set(hosts.map((host) => host.key));
  graph.show(
    nodes.filter((node) => node.kind === "switch" || known.has(node.key)),
    [...model.cables.values()],
    hosts.map((host) => [host.key, host.port.dpid]),
  );
  panel.update();
  if (panel.key) graph.open(panel.key);
  byId("empty").hidden = model.switches.size > 0 || isFirst;
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
  byId("counts").textContent = [
    count(model.switches.size, "switch", "switches"),
    count(model.cables.size, "link", "links"),
    count(model.hosts.size, "host", "hosts"),
  ].join(" \u00b7 ");
}

// The whole picture. What the socket has told meanwhile is newer, so it is asked for again then.
async function look() {
  const number = (asked += 1);
  const [switches, links, hosts] = await Promise.all(["switches", "links", "hosts"].map((what) => get(`v1.0/topology/${what}`)));
  if (number !== asked) return;
  const changes = model.reset(switches, links, hosts);
  if (!isFirst) for (const [what, thing] of changes) note(what, thing);
  isFirst = false;
  // What has not come or gone may have another name now.
  redraw();
}

let lookTimer = 0;
function lookLater(wait) {
  clearTimeout(lookTimer);
  lookTimer = setTimeout(async () => {
    if (document.visibilityState === "visible") await look().catch(() => undefined);
    lookLater(LOOK_AGAIN_MS);
  }, wait);
}

const calls = {
  event_switch_enter(told) {
    const isNew = model.enter(told);
    if (isNew) note("switch-add", model.switches.get(told.dpid));
    lookLater(300);
    return isNew;
  },
  event_switch_leave(told) {
    const gone = model.switches.get(told.dpid);
    if (!gone) return false;
    note("switch-delete", gone);
    return model.leave(told.dpid);
  },
  event_link_add(told) {
    const before = model.cables.size;
    const cable = model.addLink(told);
    if (!cable) lookLater(300);
    if (model.cables.size > before) note("link-add", cable);
    return Boolean(cable);
  },
  event_link_delete(told) {
    const cable = model.deleteLink(told);
    if (cable) note("link-delete", cable);
    return true;
  },
  event_host_add(told) {
    const isNew = model.addHost(told);
    if (isNew) note("host-add", model.hosts.get(told.mac));
    return isNew;
  },
};

// -- the connection ------------------------------------------------------------------------------

const status = byId("status");
let countdown = 0;

function setStatus(state, text) {
  status.dataset.state = state;
  byId("status-text").textContent = text;
  document.body.classList.toggle("is-lost", state === "lost");
}

const feed = new Feed({
  onOpen() {
    clearInterval(countdown);
    byId("lost").hidden = true;
    if (!isFirst) note("connected");
    setStatus("live", "Live");
    look().catch(() => undefined);
    lookLater(LOOK_AGAIN_MS);
  },
  onLost(wait) {
    if (status.dataset.state !== "lost") note("lost");
    setStatus("lost", "Lost");
    byId("lost").hidden = false;
    const until = Date.now() + wait;
    const tell = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      byId("lost-text").textContent = `The controller does not answer. What you see is what was known last. Trying again in ${seconds} s.`;
    };
    clearInterval(countdown);
    countdown = setInterval(tell, 500);
    tell();
  },
  onCall(method, parameter) {
    // The picture that is on its way may be older than this.
    asked += 1;
    lookLater(1000);
    if (calls[method]?.(parameter)) redraw();
  },
});
// Without the socket, too, there is something to see.
lookLater(0);
byId("retry").addEventListener("click", () => feed.open());

// -- events --------------------------------------------------------------------------------------

const SAID = {
  "switch-add": ["+", "Switch", "connected"],
  "switch-delete": ["\u2212", "Switch", "has gone"],
  "link-add": ["+", "Link", "found"],
  "link-delete": ["\u2715", "Link", "is cut"],
  "host-add": ["+", "Host", "seen"],
  "host-delete": ["\u2212", "Host", "has gone"],
  connected: ["\u2713", "Controller", "is back"],
  lost: ["!", "Controller", "lost"],
};

function note(what, thing) {
  const [sign, kind, happened] = SAID[what];
  let name = thing?.name ?? "";
  if (thing?.kind === "link") name = `${model.nameOf(thing.a.dpid)} \u2013 ${model.nameOf(thing.b.dpid)}`;
  const place = thing?.kind === "host" ? ` at ${model.nameOf(thing.port.dpid)}` : "";
  const at = new Date();
  const item = el(
    "li",
    { "data-what": what },
    el("span.sign", { "aria-hidden": "true" }, sign),
    el("span.said", {}, `${kind} `, name ? el("b", {}, name) : null, ` ${happened}${place}`),
    el("time", { datetime: at.toISOString() }, clockTime(at)),
  );
  const list = byId("events");
  list.prepend(item);
  while (list.childElementCount > EVENTS_MAX) list.lastElementChild.remove();
  byId("events-count").textContent = String(list.childElementCount);
}

byId("events-toggle").addEventListener("click", (event) => {
  const isOpen = event.currentTarget.getAttribute("aria-expanded") !== "true";
  event.currentTarget.setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("events-closed", !isOpen);
});
if (matchMedia("(max-width: 760px)").matches) byId("events-toggle").click();

// -- opening things ------------------------------------------------------------------------------

function open(key) {
  if (!model.get(key)) return;
  panel.open(key);
  graph.open(key);
  document.body.classList.add("has-panel");
  // The drawing has less room now; it sees to that itself if all of it is shown.
  if (!graph.follows && graph.drawn.has(key)) requestAnimationFrame(() => graph.reveal(key));
}

function close() {
  const { key } = panel;
  panel.close();
  graph.open(undefined);
  document.body.classList.remove("has-panel");
  if (key && byId("panel").contains(document.activeElement)) graph.focus(key);
  else if (key && document.activeElement === document.body) graph.focus(key);
}

// -- search --------------------------------------------------------------------------------------

const search = byId("search");
const found = byId("found");

function find() {
  const wanted = search.value.trim().toLowerCase();
  const text = (node) => [node.name, node.key, ...(node.ipv4 ?? []), ...(node.ipv6 ?? []), ...(node.ports ?? []).map((port) => port.name)].join(" ").toLowerCase();
  const hits = wanted ? model.nodes().filter((node) => text(node).includes(wanted)).slice(0, FOUND_MAX) : [];
  found.hidden = hits.length === 0;
  found.replaceChildren(
    ...hits.map((node) =>
      el("li", {}, el("button", { type: "button", onclick: () => choose(node.key) }, el("b", {}, node.name), ` ${node.kind} `, el("small", {}, node.key))),
    ),
  );
}

function choose(key) {
  search.value = "";
  find();
  graph.focus(key);
  open(key);
}

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") found.querySelector("button")?.click();
  if (event.key === "ArrowDown") found.querySelector("button")?.focus();
  if (event.key !== "Escape") return;
  event.stopPropagation();
  search.value = "";
  find();
  search.blur();
});
found.addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  (event.target.closest("li")?.[step]?.querySelector("button") ?? search).focus();
});

// -- tools, views, keys --------------------------------------------------------------------------

byId("zoom-in").addEventListener("click", () => graph.zoom(1.3));
byId("zoom-out").addEventListener("click", () => graph.zoom(1 / 1.3));
byId("fit").addEventListener("click", () => graph.fitAll());
byId("hosts").addEventListener("click", toggleHosts);

function toggleHosts() {
  showsHosts = !showsHosts;
  byId("hosts").setAttribute("aria-pressed", String(showsHosts));
  redraw();
}

function view(name) {
  const isNetwork = name === "network";
  byId("network").hidden = !isNetwork;
  byId("view-network").setAttribute("aria-pressed", String(isNetwork));
  byId("view-controller").setAttribute("aria-pressed", String(!isNetwork));
  if (isNetwork) controller.hide();
  else controller.show();
}
byId("view-network").addEventListener("click", () => view("network"));
byId("view-controller").addEventListener("click", () => view("controller"));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return close();
  const isTyping = event.target.closest?.("input, textarea, select");
  if (isTyping || byId("network").hidden) return;
  const act = { "+": () => graph.zoom(1.3), "=": () => graph.zoom(1.3), "-": () => graph.zoom(1 / 1.3), 0: () => graph.fitAll(), h: toggleHosts, "/": () => search.focus() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const THEMES = { "": ["As the system", "\u25d0"], light: ["Light", "\u2600"], dark: ["Dark", "\u263e"] };
function theme(name) {
  const [title, sign] = THEMES[name];
  document.documentElement.dataset.theme = name;
  const button = byId("theme");
  button.textContent = sign;
  button.setAttribute("aria-label", `Theme: ${title.toLowerCase()}`);
  button.title = `Theme: ${title.toLowerCase()}`;
  try {
    localStorage.setItem("theme", name);
  } catch {
    // A browser that keeps nothing.
  }
}
let remembered = "";
try {
  remembered = localStorage.getItem("theme") ?? "";
} catch {
  remembered = "";
}
theme(remembered in THEMES ? remembered : "");
byId("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  theme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookLater(0));
