// Slack's mrkdwn and its rich text, as far as a client shows them.

import { el } from "/shared/el.js";

const INLINE = [
  [/^`([^`\n]+)`/, (m) => el("code", {}, unescaped(m[1]))],
  [/^\*(?!\s)([^*\n]+?)\*(?![\w*])/, (m, names) => el("strong", {}, ...inline(m[1], names))],
  [/^_(?!\s)([^_\n]+?)_(?!\w)/, (m, names) => el("em", {}, ...inline(m[1], names))],
  [/^~(?!\s)([^~\n]+?)~(?!\w)/, (m, names) => el("s", {}, ...inline(m[1], names))],
  [/^<@(\w+)(?:\|[^>]*)?>/, (m, names) => mention("@", m[1], names)],
  [/^<#(\w+)(?:\|[^>]*)?>/, (m, names) => mention("#", m[1], names)],
  [/^<!subteam\^(\w+)(?:\|[^>]*)?>/, (m, names) => mention("@", m[1], names)],
  [/^<!date\^\d+\^[^|>]*\|([^>]*)>/, (m) => unescaped(m[1])],
  [/^<!(channel|here|everyone)>/, (m) => el("span", { class: "mention" }, `@${m[1]}`)],
  [/^<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>/, (m) => link(m[1], m[2] ?? m[1])],
];
const RICH = {
  text: (it) => styled(it.style ?? {}, it.text),
  link: (it) => link(it.url, it.text ?? it.url),
  user: (it, names) => mention("@", it.user_id, names),
  channel: (it, names) => mention("#", it.channel_id, names),
  usergroup: (it, names) => mention("@", it.usergroup_id, names),
  emoji: (it) => (it.unicode ? unicode(it.unicode) : `:${it.name}:`),
  broadcast: (it) => el("span", { class: "mention" }, `@${it.range}`),
  // Only a client that knows no dates shows the fallback.
  date: (it) => new Date(it.timestamp * 1000).toISOString().slice(0, 16).replace("T", " "),
};

function link(url, text) {
  return el("a", { href: url, rel: "noreferrer", target: "_blank" }, unescaped(text));
}

function mention(sign, id, names) {
  return el("span", { class: "mention" }, sign + (names[id] ?? id));
}

function unicode(points) {
  return String.fromCodePoint(...points.split("-").map((point) => parseInt(point, 16)));
}

function styled(style, text) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s" };
  return Object.entries(tags).reduce((node, [name, tag]) => (style[name] ? el(tag, {}, node) : node), text);
}

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function inline(text, names) {
  const nodes = [];
  let plain = "";
  for (let rest = text, before = ""; rest; ) {
    const found = /\w/.test(before) ? null : first(rest);
    if (found) {
      if (plain) nodes.push(unescaped(plain));
      plain = "";
      nodes.push(found.make(found.match, names));
    } else {
      plain += rest[0];
    }
    const taken = found ? found.match[0].length : 1;
    before = rest[taken - 1];
    rest = rest.slice(taken);
  }
  if (plain) nodes.push(unescaped(plain));
  return nodes;
}

function first(rest) {
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(rest);
    if (match) return { match, make };
  }
  return null;
}

export function mrkdwn(text, names = {}) {
  const nodes = [];
  const fence = /```\n?([^]*?)\n?```/g;
  let from = 0;
  for (const match of text.matchAll(fence)) {
    nodes.push(...inline(text.slice(from, match.index), names));
    nodes.push(el("pre", {}, unescaped(match[1])));
    from = match.index + match[0].length;
  }
  nodes.push(...inline(text.slice(from), names));
  return el("div", { class: "text" }, ...nodes);
}

export function richText(element, names) {
  const inside = () => (element.elements ?? []).map((each) => (RICH[each.type] ?? (() => ""))(each, names));
  switch (element.type) {
    case "rich_text_preformatted":
      return el("pre", {}, ...inside());
    case "rich_text_quote":
      return el("blockquote", {}, ...inside());
    case "rich_text_list":
      return el(element.style === "ordered" ? "ol" : "ul", { class: "list" },
        ...element.elements.map((item) => el("li", {}, richText(item, names))));
    default:
      return el("div", { class: "text" }, ...inside());
  }
}
