// Elements, made without markup: text is text, wherever it comes from.

const SVG = "http://www.w3.org/2000/svg";

// el("button.icon", {type: "button", onclick: f}, "text", child, ...)
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return fill(document.createElement(tag), classes, attributes, children);
}

export function svg(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return fill(document.createElementNS(SVG, tag), classes, attributes, children);
}

function fill(element, classes, attributes, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

// Puts `children` in the place of what is there, if they say something else: what has the focus or is
// being read is not torn away every two seconds.
export function renew(element, children) {
  const fresh = el("div", {}, children);
  if (fresh.innerHTML === element.innerHTML && fresh.childElementCount > 0) return;
  const at = document.activeElement;
  const key = element.contains(at) ? at.dataset.key : undefined;
  const scroll = element.scrollTop;
  element.replaceChildren(...fresh.childNodes);
  element.scrollTop = scroll;
  if (key) [...element.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key)?.focus();
}

const UNITS = ["", "k", "M", "G", "T", "P"];

// 1234567 -> "1.23 M"
export function amount(number, unit = "") {
  let value = Number(number);
  if (!Number.isFinite(value)) return String(number);
  let step = 0;
  while (Math.abs(value) >= 1000 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step === 0 ? (Number.isInteger(value) ? 0 : 1) : value < 10 ? 2 : value < 100 ? 1 : 0;
  const scaled = `${UNITS[step]}${unit}`;
  return scaled ? `${value.toFixed(digits)} ${scaled}` : value.toFixed(digits);
}

export const clockTime = (date) => date.toTimeString().slice(0, 8);

export function span(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}
