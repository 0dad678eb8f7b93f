// A message as a person sees it. `act` is told what was pressed or chosen.

import { markdown } from "/page/markdown.js";
import { el } from "/shared/el.js";

const LINK = 5;

export function messageNode(message, context) {
  if (message.type === 21) return system("The thread starts here.", message);
  if (message.type === 18) return system(`${message.author.username} started a thread: ${message.content}`, message);
  return el("li", { class: classes(message), "data-id": message.id },
    asked(message), reply(message, context), head(message),
    message.loading ? el("div", { class: "thinking" }, "is thinking\u2026") : null,
    message.content ? markdown(message.content, context.names) : null,
    message.edited ? el("span", { class: "edited" }, "(edited)") : null,
    ...message.embeds.map((embed) => embedNode(embed, context)),
    ...message.attachments.map((file) => fileNode(file, message.previews[file.id])),
    ...message.components.map((part) => component(part, message, context)),
    reactions(message), thread(message, context), menus(message, context),
    message.ephemeral ? el("div", { class: "only" }, "Only you can see this") : null);
}

function classes(message) {
  return message.ephemeral ? "message ephemeral" : "message";
}

function system(text, message) {
  return el("li", { class: "message system", "data-id": message.id }, text);
}

function asked(message) {
  if (!message.asked) return null;
  return el("div", { class: "asked" }, `${message.asked.by} used /${message.asked.path}`);
}

function reply(message, context) {
  const answered = message.referenced_message;
  if (!answered) return null;
  const text = `\u21b1 ${answered.author.username}: ${answered.content.slice(0, 80)}`;
  return el("div", { class: "reply" }, text);
}

function head(message) {
  const at = new Date(message.timestamp);
  return el("div", {},
    el("span", { class: "by" }, message.author.username),
    message.author.bot ? el("span", { class: "tag" }, "APP") : null,
    el("time", { datetime: message.timestamp, "data-shown": at.toTimeString().slice(0, 5) }));
}

function embedNode(embed, context) {
  const colour = embed.color === undefined ? undefined : `#${embed.color.toString(16).padStart(6, "0")}`;
  const title = embed.title ? markdown(embed.title, context.names) : null;
  title?.classList.add("title");
  const node = el("div", { class: "embed" },
    embed.author ? el("div", { class: "author" }, embed.author.name) : null,
    title,
    embed.description ? markdown(embed.description, context.names) : null,
    embed.fields ? el("div", { class: "fields" }, ...embed.fields.map((field) => fieldNode(field, context))) : null,
    embed.footer ? el("div", { class: "footer" }, embed.footer.text) : null);
  if (colour) node.style.borderLeftColor = colour;
  return node;
}

function fieldNode(field, context) {
  const name = markdown(field.name, context.names);
  name.classList.add("name");
  return el("div", { class: field.inline ? "field inline" : "field" }, name, markdown(field.value, context.names));
}

function fileNode(file, preview) {
  return el("div", { class: "file" },
    el("a", { href: file.url, download: file.filename }, file.filename),
    el("small", {}, ` ${file.size} bytes`),
    preview ? el("pre", {}, preview) : null);
}

function component(part, message, context) {
  if (part.type === 1) {
    return el("div", { class: "row" }, ...part.components.map((inner) => component(inner, message, context)));
  }
  if (part.type === 2) return button(part, message, context);
  if (part.type === 3) return selectMenu(part, message, context);
  if (part.type === 10) return markdown(part.content, context.names);
  if (part.components) {
    const class_ = part.type === 17 ? "embed" : "section";
    return el("div", { class: class_ }, ...part.components.map((inner) => component(inner, message, context)),
      part.accessory ? component(part.accessory, message, context) : null);
  }
  if (part.type === 14) return el("hr");
  return el("div", { class: "system" }, `(a component of type ${part.type})`);
}

function button(part, message, context) {
  const text = [part.emoji?.name, part.label].filter(Boolean).join(" ");
  if (part.style === LINK) return el("a", { href: part.url, target: "_blank", rel: "noreferrer" }, text);
  const press = () => context.act("press", { message: message.id, label: part.label });
  return el("button", { type: "button", class: `style-${part.style}`, disabled: part.disabled, onclick: press }, text);
}

function selectMenu(part, message, context) {
  const several = part.max_values > 1;
  const options = part.options.map((option) =>
    el("option", { value: option.value, selected: option.default, title: option.description }, option.label));
  const hint = several ? null : el("option", { value: "", disabled: true, selected: !part.options.some((o) => o.default) },
    part.placeholder ?? "Choose");
  const choose = (event) => context.act("select", {
    message: message.id, custom_id: part.custom_id,
    values: [...event.target.selectedOptions].map((option) => option.value),
  });
  return el("select", { disabled: part.disabled, multiple: several, "data-custom-id": part.custom_id, onchange: choose },
    hint, ...options);
}

function reactions(message) {
  if (!message.reactions) return null;
  return el("div", { class: "row" }, ...message.reactions.map((reaction) =>
    el("span", { class: "reaction" }, `${reaction.emoji.name} ${reaction.count}`)));
}

function thread(message, context) {
  if (!message.thread) return null;
  return el("div", {}, el("a", { href: "#", class: "to-thread", onclick: (event) => {
    event.preventDefault();
    context.go(message.thread.id);
  } }, `\u2937 ${message.thread.name}`));
}

// The commands on a message, as a client has them in its context menu.
function menus(message, context) {
  if (!context.menus.length || message.ephemeral) return null;
  const run = (event) => {
    context.act("menu", { message: message.id, name: event.target.value });
    event.target.value = "";
  };
  return el("select", { class: "menu", "aria-label": "Apps", onchange: run },
    el("option", { value: "" }, "\u2026"),
    ...context.menus.map((name) => el("option", { value: name }, name)));
}
