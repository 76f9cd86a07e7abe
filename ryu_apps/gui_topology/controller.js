// A plain look at the controller: its apps, its sessions with switches, its loop.

import { amount, el, renew, span } from "./dom.js";
import { Refused, get } from "./feed.js";

const EVERY_MS = 3000;
const TASKS_SHOWN = 50;

export class ControllerView {
  constructor(root) {
    this.root = root;
    this.timer = 0;
    this.body = el("div.cards", { tabindex: -1 });
    root.append(this.body);
  }

  show() {
    this.root.hidden = false;
    this.refresh();
  }

  hide() {
    clearTimeout(this.timer);
    this.root.hidden = true;
  }

  async refresh() {
    clearTimeout(this.timer);
    const ask = (path) => get(path).then((said) => ({ said }), (error) => ({ error }));
    const [sessions, hub] = await Promise.all([ask("v1/sessions"), ask("v1/hub")]);
    if (this.root.hidden) return;
    renew(this.body, [card("Sessions", "sessions", sessions, sessionTable), card("Apps", "hub", hub, appTable), card("Loop", "hub", hub, loop)]);
    this.timer = setTimeout(() => this.refresh(), EVERY_MS);
  }
}

function card(title, app, { said, error }, shown) {
  let parts;
  if (error instanceof Refused && error.status === 404) {
    parts = [el("p.quiet", {}, "The app ", el("code", {}, app), " is not loaded. Name it beside this one: ", el("code", {}, `ryu-manager gui_topology ${app}`))];
  } else if (error) parts = [el("p.quiet", {}, "No answer from the controller.")];
  else parts = shown(said);
  return el("section.card", {}, el("h2", {}, title), parts);
}

function table(columns, rows, none) {
  if (rows.length === 0) return [el("p.quiet", {}, none)];
  const cells = (row) => row.map((value, at) => el(at === 0 ? "th" : typeof value === "number" ? "td.number" : "td", at === 0 ? { scope: "row" } : {}, typeof value === "number" ? amount(value) : value));
  return [
    el(
      "div.scroll",
      { tabindex: 0, role: "region", "aria-label": columns.join(", ") },
      el("table", {}, el("thead", {}, el("tr", {}, columns.map((name, at) => el(typeof rows[0][at] === "number" ? "th.number" : "th", { scope: "col" }, name)))), el("tbody", {}, rows.map((row) => el("tr", {}, cells(row))))),
    ),
  ];
}

function sessionTable(said) {
  const rows = (said.sessions ?? []).map((one) => [
    one.dpid ?? "not known yet",
    one.peer,
    one.version ? `OpenFlow ${one.version}` : "",
    `${one.state}${one.tls ? ", TLS" : ""}`,
    span(one.age),
    one.counters?.received ?? 0,
    one.counters?.encoded ?? 0,
    one.waiting_bytes,
  ]);
  const columns = ["Datapath", "From", "Speaks", "State", "For", "In", "Out", "Waiting B"];
  const sum = el("p.quiet", {}, `${amount(said.totals?.connections ?? rows.length)} connections since the start.`);
  return [...table(columns, rows, "No switch is connected."), sum];
}

function appTable(said) {
  const rows = (said.inboxes ?? []).map((one) => [one.app, one.length, one.capacity]);
  return table(["App", "Events waiting", "Room"], rows, "No app has an inbox.");
}

function loop(said) {
  const { loop: turns = {}, timers = {}, threads = {} } = said;
  const facts = [
    ["Busy", share(turns.busy_s, turns.waited_s)],
    ["Longest turn", milliseconds(turns.longest_turn_ms)],
    ["Longest poll", milliseconds(turns.longest_poll_ms)],
    ["Of the task", turns.longest_poll_task],
    ["Stalls", turns.stalls],
    ["Tasks", said.task_count],
    ["Timers", timers.armed],
    ["Sockets", said.descriptors?.length],
    ["Threads for blocking work", threads.started],
  ].filter(([, value]) => value !== undefined && value !== null);
  const tasks = (said.tasks ?? []).slice(0, TASKS_SHOWN).map((one) => [one.name, one.spawned_at, one.runnable ? "runs" : "waits"]);
  return [
    el("dl", {}, facts.flatMap(([name, fact]) => [el("dt", {}, name), el("dd", {}, typeof fact === "number" ? amount(fact) : fact)])),
    el("h3", {}, "Tasks"),
    ...table(["Task", "Started at", "Now"], tasks, "No task."),
  ];
}

const milliseconds = (value) => (typeof value === "number" ? `${value.toFixed(value < 10 ? 2 : 0)} ms` : undefined);
const share = (busy, waited) => (busy + waited > 0 ? `${((100 * busy) / (busy + waited)).toFixed(1)} % of ${span(busy + waited)}` : undefined);
