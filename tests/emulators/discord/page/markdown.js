// Discord's markdown, as far as a client shows it; it makes nodes, never HTML from text.

import { el } from "/shared/el.js";

const INLINE = [
  [/^\\([^A-Za-z0-9\s])/, (m) => m[1]],
  [/^(`+)([^]*?[^`])\1(?!`)/, (m) => el("code", {}, m[2].trim())],
  [/^\*\*([^]+?)\*\*(?!\*)/, (m, names) => el("strong", {}, ...inline(m[1], names))],
  [/^__([^]+?)__(?!_)/, (m, names) => el("u", {}, ...inline(m[1], names))],
  [/^~~([^]+?)~~/, (m, names) => el("s", {}, ...inline(m[1], names))],
  [/^\|\|([^]+?)\|\|/, (m, names) => el("span", { class: "spoiler" }, ...inline(m[1], names))],
  [/^\*(?!\s)([^*]+?)\*/, (m, names) => el("em", {}, ...inline(m[1], names))],
  [/^_(?!\s)([^_]+?)_(?![A-Za-z0-9])/, (m, names) => el("em", {}, ...inline(m[1], names))],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, (m, names) => link(m[2], ...inline(m[1], names))],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<]+[^\s<.,:;"')\]]/, (m) => link(m[0], m[0])],
  [/^<@!?(\d+)>/, (m, names) => mention("@", m[1], names)],
  [/^<@&(\d+)>/, (m, names) => mention("@", m[1], names)],
  [/^<#(\d+)>/, (m, names) => mention("#", m[1], names)],
  [/^<t:(\d+)(?::[tTdDfFR])?>/, (m) => new Date(m[1] * 1000).toISOString().slice(0, 16).replace("T", " ")],
  [/^@(?:everyone|here)/, (m) => el("span", { class: "mention" }, m[0])],
];

function link(url, ...children) {
  return el("a", { href: url, rel: "noreferrer", target: "_blank" }, ...children);
}

function mention(sign, id, names) {
  return el("span", { class: "mention" }, sign + (names[id] ?? "unknown"));
}

function inline(text, names) {
  const nodes = [];
  let plain = "";
  for (let rest = text, before = ""; rest; ) {
    const found = inWord(rest, before) ? null : first(rest);
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.make(found.match, names));
    } else {
      plain += rest[0];
    }
    const taken = found ? found.match[0].length : 1;
    before = rest[taken - 1];
    rest = rest.slice(taken);
  }
  if (plain) nodes.push(plain);
  return nodes;
}

// An underscore inside a word is no markup.
function inWord(rest, before) {
  return rest[0] === "_" && /[A-Za-z0-9]/.test(before);
}

function first(rest) {
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(rest);
    if (match) return { match, make };
  }
  return null;
}

function line(text, names) {
  const header = /^(#{1,3}) +(.+)$/.exec(text);
  if (header) return el(`h${header[1].length + 1}`, {}, ...inline(header[2], names));
  const sub = /^-# +(.+)$/.exec(text);
  if (sub) return el("div", { class: "sub" }, ...inline(sub[1], names));
  const item = /^( *)[-*] +(.+)$/.exec(text);
  if (item) return el("div", {}, `${item[1]}\u2022 `, ...inline(item[2], names));
  return null;
}

function paragraphs(text, names) {
  const nodes = [];
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), names));
    plain = [];
  };
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const quote = /^> (.*)$/.exec(lines[index]);
    const special = quote ? quoted(lines, index, names) : line(lines[index], names);
    if (!special) {
      plain.push(lines[index]);
      continue;
    }
    flush();
    nodes.push(special.node ?? special);
    index += (special.taken ?? 1) - 1;
  }
  flush();
  return nodes;
}

function quoted(lines, from, names) {
  let to = from;
  while (to < lines.length && /^> /.test(lines[to])) to++;
  const text = lines.slice(from, to).map((each) => each.slice(2)).join("\n");
  return { node: el("blockquote", {}, ...inline(text, names)), taken: to - from };
}

export function markdown(text, names = {}) {
  const nodes = [];
  const fence = /```(?:([\w+#.-]*)\n)?([^]*?)\n?```/g;
  let from = 0;
  for (const match of text.matchAll(fence)) {
    nodes.push(...paragraphs(text.slice(from, match.index).replace(/\n$/, ""), names));
    nodes.push(el("pre", {}, el("code", { "data-language": match[1] || undefined }, match[2])));
    from = match.index + match[0].length;
    if (text[from] === "\n") from++;
  }
  nodes.push(...paragraphs(text.slice(from), names));
  return el("div", { class: "text" }, ...nodes);
}
