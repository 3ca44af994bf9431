// How values are written for a person, and how a person's text is read back.

const NBSP = "\u00a0";
const COUNT = new Intl.NumberFormat("ru-RU");

function formatCount(number) {
  return COUNT.format(number);
}

// plural(5, "строка", "строки", "строк") → "строк"
function plural(number, one, few, many) {
  const tens = number % 100;
  const ones = number % 10;
  if (tens >= 11 && tens <= 14) return many;
  if (ones === 1) return one;
  return ones >= 2 && ones <= 4 ? few : many;
}

// Dates may be partial: "2024" → "2024 г.", "2024-01" → "01.2024", "2024-01-10" → "10.01.2024".
function formatDate(iso) {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(iso);
  if (!parts) return String(iso);
  const [, year, month, day] = parts;
  if (day) return `${day}.${month}.${year}`;
  return month ? `${month}.${year}` : `${year}${NBSP}г.`;
}

// Money comes as a decimal string and never becomes a float: "1234.50" → "1 234,50".
function formatMoney(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text));
  if (!parts) return String(text);
  const [, sign, whole, cents] = parts;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NBSP);
  return sign + grouped + (cents ? `,${cents.padEnd(2, "0")}` : "");
}

function formatNumber(value) {
  const number = Number(value);
  return Number.isFinite(number) ? COUNT.format(number) : String(value);
}

function choiceLabel(column, value) {
  if (!column.labels) column.labels = new Map((column.choices || []).map(([known, label]) => [String(known), label]));
  const label = column.labels.get(String(value));
  if (label !== undefined) return label;
  if (typeof value === "boolean") return value ? "да" : "нет";
  return String(value);
}

function display(column, value) {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => display(column, one)).join(", ");
  if (column.kind === "date") return formatDate(String(value));
  if (column.kind === "money") return formatMoney(value);
  if (column.kind === "number") return formatNumber(value);
  return choiceLabel(column, value);
}

const pad = (number) => String(number).padStart(2, "0");

function lastDay(year, month) {
  return new Date(year, month, 0).getDate();
}

// "10.01.2024", "01.2024", "2024" (or ISO) → {from, to} as ISO days that span what was written; null when it is no date.
function parseDate(text) {
  const clean = text.trim().replace(/\s*г\.?$/, "");
  const parts = /^(?:(?:(\d{1,2})[.,/])?(\d{1,2})[.,/])?(\d{4})$/.exec(clean);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(clean);
  if (!parts && !iso) return null;
  const [day, month, year] = (iso ? [iso[3], iso[2], iso[1]] : parts.slice(1)).map((part) => (part ? Number(part) : 0));
  if (year < 1000) return null;
  if (!month) return {from: `${year}-01-01`, to: `${year}-12-31`};
  if (month > 12 || day > lastDay(year, month)) return null;
  if (!day) return {from: `${year}-${pad(month)}-01`, to: `${year}-${pad(month)}-${lastDay(year, month)}`};
  const whole = `${year}-${pad(month)}-${pad(day)}`;
  return {from: whole, to: whole};
}

// The shortest way to write a span of ISO days: "2024", "01.2024", "10.01.2024" or "10.01.2024–15.01.2024".
function formatSpan(from, to) {
  if (from === to) return formatDate(from);
  const [year, month, day] = from.split("-").map(Number);
  const exact = (span) => span && span.from === from && span.to === to;
  if (month === 1 && day === 1 && exact(parseDate(String(year)))) return String(year);
  if (day === 1 && exact(parseDate(`${pad(month)}.${year}`))) return `${pad(month)}.${year}`;
  return `${formatDate(from)}–${formatDate(to)}`;
}

// "1 234,5" → 1234.5; null when it is no number.
function parseNumber(text) {
  const clean = String(text === null || text === undefined ? "" : text).replace(/[\s\u00a0]/g, "").replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(clean) ? Number(clean) : null;
}

function writeNumber(number) {
  return number === null || number === undefined ? "" : String(number).replace(".", ",");
}
