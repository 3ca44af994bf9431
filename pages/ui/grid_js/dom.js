// Small DOM helpers. Data reaches the page as text and properties only, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 4 11.6l4.7 4.7 1.1-1.1-4.7-4.7A6.5 6.5 0 0 0 10.5 4Zm0 1.6a4.9 4.9 0 1 1 0 9.8 4.9 4.9 0 0 1 0-9.8Z",
  columns: "M4 5h16v14H4V5Zm1.6 1.6v10.8h3.7V6.6H5.6Zm5.3 0v10.8h3V6.6h-3Zm4.6 0v10.8h2.9V6.6h-2.9Z",
  download: "M11.2 4h1.6v8.7l3.3-3.3 1.1 1.1-5.2 5.2-5.2-5.2 1.1-1.1 3.3 3.3V4ZM5 18.4h14V20H5v-1.6Z",
  sheet: "M5 4h14v16H5V4Zm1.6 1.6V9h10.8V5.6H6.6Zm0 5v2.6h4.6v-2.6H6.6Zm6.2 0v2.6h4.6v-2.6h-4.6Zm-6.2 4.2v3.6h4.6v-3.6H6.6Zm6.2 0v3.6h4.6v-3.6h-4.6Z",
  close: "m6.7 5.6 5.3 5.3 5.3-5.3 1.1 1.1-5.3 5.3 5.3 5.3-1.1 1.1-5.3-5.3-5.3 5.3-1.1-1.1 5.3-5.3-5.3-5.3 1.1-1.1Z",
  more: "m6.3 8.6 5.7 5.7 5.7-5.7 1.1 1.1-6.8 6.8-6.8-6.8 1.1-1.1Z",
  first: "M6 6h1.6v12H6V6Zm11.4 0 1.1 1.1-4.9 4.9 4.9 4.9-1.1 1.1-6-6 6-6Z",
  previous: "m14.8 6 1.1 1.1-4.9 4.9 4.9 4.9-1.1 1.1-6-6 6-6Z",
  next: "m9.2 6-1.1 1.1 4.9 4.9-4.9 4.9 1.1 1.1 6-6-6-6Z",
  last: "M16.4 6H18v12h-1.6V6ZM6.6 6 5.5 7.1l4.9 4.9-4.9 4.9L6.6 18l6-6-6-6Z",
  plus: "M11.2 5h1.6v6.2H19v1.6h-6.2V19h-1.6v-6.2H5v-1.6h6.2V5Z",
  mail: "M4 6h16v12H4V6Zm1.6 2.3v8.1h12.8V8.3L12 13 5.6 8.3Zm.9-.7L12 11.1l5.5-3.5h-11Z",
  bell: "M12 3.5a1.3 1.3 0 0 1 1.3 1.4A5.5 5.5 0 0 1 17.5 10v4.5l1.7 2v.9H4.8v-.9l1.7-2V10a5.5 5.5 0 0 1 4.2-5.1A1.3 1.3 0 0 1 12 3.5Zm0 2.9A3.8 3.8 0 0 0 8.1 10v5.1l-.6.7h9l-.6-.7V10A3.8 3.8 0 0 0 12 6.4ZM10.2 18.5h3.6a1.8 1.8 0 0 1-3.6 0Z",
  edit: "m15.9 4.5 3.6 3.6L8.6 19H5v-3.6L15.9 4.5Zm0 2.3L6.6 16.1v1.3h1.3l9.3-9.3-1.3-1.3Z",
  pencil: "M4 6h9v1.6H4V6Zm0 4.4h9V12H4v-1.6Zm0 4.4h5v1.6H4v-1.6Zm14-4.2 2.4 2.4-6.3 6.4H11.6v-2.5L18 10.6Z",
  archive: "M4 5h16v4H4V5Zm1.6 1.6v.8h12.8v-.8H5.6ZM5 10h14v9H5v-9Zm1.6 1.6v5.8h10.8v-5.8H6.6ZM9 13h6v1.6H9V13Z",
  invite: "M10 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Zm0 1.6a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8Zm0 6.8c3.5 0 6.5 1.8 6.5 4.2V19h-13v-1.4c0-2.4 3-4.2 6.5-4.2Zm8-5.9h1.6V10H22v1.6h-2.4V14H18v-2.4h-2.4V10H18V7.5Z",
  open: "M5 5h6v1.6H6.6v10.8h10.8V13H19v6H5V5Zm8 0h6v6h-1.6V7.7l-6.8 6.8-1.1-1.1 6.8-6.8H13V5Z",
  stop: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm-5.2 4a6.4 6.4 0 0 0 9.2 8.8L6.8 8Zm5.2-2.4c-1.4 0-2.8.5-3.9 1.3l9.1 9A6.4 6.4 0 0 0 12 5.6Z",
  filter: "M4 5h16v1.8l-6 6.4V19l-4 1.6v-7.4L4 6.8V5Zm2.3 1.6 5.3 5.7v5.9l.8-.3v-5.6l5.3-5.7H6.3Z",
  bookmark: "M6.5 4h11v16L12 16.4 6.5 20V4Zm1.6 1.6v11.5l3.9-2.6 3.9 2.6V5.6H8.1Z",
  save: "M5 4h11l3 3v13H5V4Zm1.6 1.6v12.8h10.8V7.7l-2-2.1H15V9H8V5.6H6.6Zm3 0v1.8h3.8V5.6H9.6ZM12 11.5a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2Z",
  copy: "M8 4h11v12H8V4Zm1.6 1.6v8.8h7.8V5.6H9.6ZM5 8h1.6v10.4H15V20H5V8Z",
  trash: "M9.5 4h5l.8 1.5H19v1.6H5V5.5h3.7L9.5 4ZM6.3 8.5h11.4L17 20H7L6.3 8.5Zm1.7 1.6.5 8.3h7l.5-8.3H8Z",
};

function icon(name) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "tg-icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

// el("button", {class: "x", text: "Да", onclick: f, "aria-label": "…"}, child, …); null and false are left out.
function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function button(label, properties, iconName) {
  const known = iconName && ICONS[iconName] ? icon(iconName) : null;
  return el("button", {type: "button", class: "tg-button", ...properties}, known, label ? el("span", {text: label}) : null);
}

function iconButton(label, iconName, properties) {
  return el("button", {type: "button", class: "tg-button tg-square", "aria-label": label, title: label, ...properties}, icon(iconName));
}

function debounce(action, milliseconds) {
  let timer = 0;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; action(...given); }, milliseconds);
  };
  later.cancel = () => { clearTimeout(timer); timer = 0; };
  later.flush = () => { if (timer) { later.cancel(); action(); } };
  return later;
}

// One popup at a time: closed by Escape, a press elsewhere, or the anchor again; the focus goes back to its anchor.
const popups = {
  open: null,

  toggle(anchor, build, label) {
    const again = popups.open && popups.open.anchor === anchor;
    popups.close();
    if (again) return;
    const box = el("div", {class: "tg-popup", role: "dialog", "aria-label": label}, build());
    document.body.append(box);
    anchor.setAttribute("aria-expanded", "true");
    popups.open = {anchor, box};
    popups.place();
    const first = box.querySelector("input, button");
    if (first) first.focus({preventScroll: true});
  },

  place() {
    const {anchor, box} = popups.open;
    const from = anchor.getBoundingClientRect();
    const left = Math.max(4, Math.min(from.left, window.innerWidth - box.offsetWidth - 4));
    const below = window.innerHeight - from.bottom - 8;
    const upwards = below < Math.min(box.scrollHeight, 220) && from.top > below;
    box.style.left = `${left}px`;
    box.style.maxHeight = `${Math.max(120, upwards ? from.top - 8 : below)}px`;
    if (upwards) box.style.bottom = `${window.innerHeight - from.top + 4}px`;
    else box.style.top = `${from.bottom + 4}px`;
  },

  close(refocus) {
    if (!popups.open) return;
    const {anchor, box} = popups.open;
    popups.open = null;
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) anchor.focus({preventScroll: true});
  },

  watch() {
    document.addEventListener("pointerdown", (event) => {
      const open = popups.open;
      if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) popups.close();
    }, true);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !popups.open) return;
      event.stopPropagation();
      popups.close(true);
    }, true);
    window.addEventListener("blur", () => popups.close());
    window.addEventListener("resize", () => popups.close());
  },
};
