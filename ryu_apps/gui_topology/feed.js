// What the controller says: REST for the whole picture, the WebSocket for what changes.

const SOCKET = "v1.0/topology/ws";
// Without a name and password, as the page's own address may have them: a browser refuses to ask so.
const BASE = new URL(location.pathname, location.origin);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

// Numbers that a browser cannot hold exactly (cookies, say) stay text.
const exact = (_, value, context) =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? context.source
    : value;

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// The JSON at a path of this service.
export async function get(path) {
  const abort = AbortSignal.timeout ? AbortSignal.timeout(10000) : undefined;
  const answer = await fetch(new URL(path, BASE), { headers: { accept: "application/json" }, signal: abort });
  const text = await answer.text();
  if (!answer.ok) {
    let reason = "";
    try {
      reason = JSON.parse(text).error ?? "";
    } catch {
      reason = "";
    }
    throw new Refused(answer.status, reason || `status ${answer.status}`);
  }
  return text ? JSON.parse(text, exact) : null;
}

export class Feed {
  // `told`: onOpen(), onLost(waitMs), onCall(method, parameter)
  constructor(told) {
    this.told = told;
    this.wait = FIRST_WAIT_MS;
    this.timer = 0;
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    this.socket?.close();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const { host, pathname } = new URL(SOCKET, BASE);
    const socket = new WebSocket(`${scheme}//${host}${pathname}`);
    this.socket = socket;
    let lost = false;
    const fail = () => {
      if (lost || this.socket !== socket) return;
      lost = true;
      // Not all browsers at the same moment.
      const wait = this.wait * (0.75 + Math.random() / 2);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
      this.timer = setTimeout(() => this.open(), wait);
      this.told.onLost(wait);
    };
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.told.onOpen();
    };
    socket.onclose = fail;
    socket.onerror = fail;
    socket.onmessage = (event) => this.answer(socket, event.data);
  }

  // The controller calls; it waits for the answer before it calls again.
  answer(socket, text) {
    let call;
    try {
      call = JSON.parse(text);
    } catch {
      return;
    }
    try {
      this.told.onCall(call.method, call.params?.[0]);
    } finally {
      if (call.id !== undefined) socket.send(JSON.stringify({ jsonrpc: "2.0", id: call.id, result: "" }));
    }
  }
}
