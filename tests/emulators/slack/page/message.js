// A message as a person sees it.

import { blockNodes } from "/page/blocks.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { el } from "/shared/el.js";

const EMOJI = { eyes: "\u{1F440}" };

export function messageNode(message, context) {
  const where = { channel: message.channel, ts: message.ts };
  const inside = {
    ...context,
    press: (label) => context.act("press", { ...where, label }),
    select: (action_id, values) => values?.length && context.act("select", { ...where, action_id, values }),
  };
  const hasBlocks = message.blocks.length > 0;
  return el("li", { class: message.ephemeral ? "message ephemeral" : "message", "data-ts": message.ts },
    message.ephemeral ? el("div", { class: "only" }, "Only visible to you") : null,
    el("div", { class: "head" },
      el("span", { class: "by" }, message.by),
      message.bot ? el("span", { class: "tag" }, "APP") : null,
      el("time", { "data-shown": clock(message.ts) }),
      menu(message, inside, where)),
    ...(hasBlocks ? blockNodes(message.blocks, inside) : [mrkdwn(message.text, context.names)]),
    ...message.files.map(file),
    message.edited ? el("span", { class: "edited" }, "(edited)") : null,
    reactions(message),
    thread(message, context));
}

function clock(ts) {
  return new Date(Number(ts) * 1000).toISOString().slice(11, 16);
}

// A client shows a file by its title; its name shows where it is saved.
function file(it) {
  return el("div", { class: "file" }, `${it.title} (${it.size} bytes)`, it.preview ? el("pre", {}, it.preview) : null);
}

function reactions(message) {
  const given = Object.entries(message.reactions);
  if (!given.length) return null;
  return el("div", { class: "row" }, ...given.map(([name, count]) => el("span", { class: "reaction" }, `${EMOJI[name] ?? `:${name}:`} ${count}`)));
}

function thread(message, context) {
  if (context.thread || message.ephemeral) return null;
  const text = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
  const open = (event) => {
    event.preventDefault();
    context.go(message.channel, message.thread ?? message.ts);
  };
  return el("a", { href: "#", class: message.replies ? "to-thread" : "to-thread none", onclick: open },
    message.replies ? text : "Reply in thread");
}

// The app's commands on a message, as a client has them in its menu.
function menu(message, context, where) {
  const names = Object.values(context.shortcuts);
  if (!names.length || message.ephemeral) return null;
  const run = (event) => {
    context.act("shortcut", { ...where, name: event.target.value });
    event.target.value = "";
  };
  return el("select", { class: "menu", "aria-label": "More actions", onchange: run },
    el("option", { value: "" }, "\u2026"),
    ...names.map((name) => el("option", { value: name }, name)));
}
