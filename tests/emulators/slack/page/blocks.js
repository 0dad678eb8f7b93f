// Block Kit, as a client shows it. `context.press` and `context.select` are told what one does.

import { mrkdwn, richText, unescaped } from "/page/mrkdwn.js";
import { el } from "/shared/el.js";

const SHOWN = {
  section: (block, it) => el("div", { class: "block section" },
    block.text ? textOf(block.text, it) : null,
    block.fields ? el("div", { class: "fields" }, ...block.fields.map((field) => textOf(field, it))) : null,
    block.accessory ? element(block.accessory, it) : null),
  header: (block) => el("h3", { class: "block" }, block.text.text),
  divider: () => el("hr", { class: "block" }),
  context: (block, it) => el("div", { class: "block context" }, ...block.elements.map((each) => element(each, it))),
  actions: (block, it) => el("div", { class: "block row" }, ...block.elements.map((each) => element(each, it))),
  rich_text: (block, it) => el("div", { class: "block" }, ...block.elements.map((each) => richText(each, it.names))),
  markdown: (block) => el("div", { class: "block text" }, block.text),
  image: (block) => el("div", { class: "block" }, `[${block.alt_text}]`),
  input: (block, it) => el("label", { class: "block input", "data-block": block.block_id },
    block.label.text, input(block, it),
    it.errors?.[block.block_id] ? el("span", { class: "error" }, it.errors[block.block_id]) : null,
    block.hint ? el("small", {}, block.hint.text) : null),
};

export function blockNodes(blocks, context) {
  return blocks.map((block) => (SHOWN[block.type] ?? ((it) => el("div", { class: "block" }, `[${it.type}]`)))(block, context));
}

function textOf(text, context) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, context.names);
  return el("div", { class: "text" }, unescaped(text.text));
}

function element(it, context) {
  if (it.type === "button") {
    if (it.url) return el("a", { class: "button", href: it.url, rel: "noreferrer", target: "_blank" }, it.text.text);
    return el("button", { type: "button", class: it.style ?? "", "data-action": it.action_id,
      onclick: () => pressed(it, context) }, it.text.text);
  }
  if (it.type === "mrkdwn" || it.type === "plain_text") return textOf(it, context);
  if (it.type === "image") return el("span", {}, `[${it.alt_text}]`);
  const menu = select(it, context);
  menu.addEventListener("change", () => context.select(it.action_id, chosen(menu)));
  return menu;
}

function pressed(button, context) {
  const ask = button.confirm;
  if (ask && !window.confirm(`${ask.title.text}\n${ask.text.text}`)) return;
  context.press(button.action_id);
}

function optionsOf(it, context) {
  if (it.type.includes("users")) return context.people.map((person) => [person.id, person.name]);
  if (it.type.includes("conversations") || it.type.includes("channels")) {
    return context.channels.map((channel) => [channel.id, channel.name]);
  }
  const all = [...(it.options ?? []), ...(it.option_groups ?? []).flatMap((group) => group.options)];
  return all.map((option) => [option.value, option.text.text]);
}

function initial(it) {
  const one = it.initial_option?.value ?? it.initial_user ?? it.initial_conversation ?? it.initial_channel;
  const many = (it.initial_options ?? []).map((option) => option.value);
  return new Set([one, ...many, ...(it.initial_users ?? []), ...(it.initial_conversations ?? [])]);
}

function select(it, context) {
  const isMany = it.type.startsWith("multi_") || it.type === "checkboxes";
  const held = initial(it);
  const empty = isMany ? [] : [el("option", { value: "" }, it.placeholder?.text ?? "\u2026")];
  return el("select", { multiple: isMany, "data-action": it.action_id, "aria-label": it.placeholder?.text },
    ...empty,
    ...optionsOf(it, context).map(([value, text]) => el("option", { value, selected: held.has(value) }, text)));
}

// A menu that the app fills: one types, and it offers.
function offering(block, context) {
  const it = block.element;
  const list = el("datalist", { id: `list-${block.block_id}` });
  const field = el("input", { "data-action": it.action_id, list: list.id, required: !block.optional,
    placeholder: it.placeholder?.text, autocomplete: "off" });
  const offer = async () => {
    if (field.value.length < (it.min_query_length ?? 3)) return;
    const told = await context.suggest(block.block_id, field.value);
    list.replaceChildren(...(told.offered ?? []).map((label) => el("option", { value: label })));
  };
  field.addEventListener("input", offer);
  field.addEventListener("focus", offer);
  return el("span", {}, field, list);
}

function input(block, context) {
  const it = block.element;
  if (it.type === "external_select") return offering(block, context);
  if (it.type === "file_input") {
    return el("input", { type: "file", "data-action": it.action_id, required: !block.optional, multiple: it.max_files !== 1 });
  }
  if (!it.type.endsWith("_input")) return select(it, context);
  const field = el(it.multiline ? "textarea" : "input", {
    "data-action": it.action_id, placeholder: it.placeholder?.text,
    minlength: it.min_length, maxlength: it.max_length, required: !block.optional,
  });
  field.value = it.initial_value ?? "";
  return field;
}

function chosen(menu) {
  const values = [...menu.selectedOptions].map((option) => option.value).filter((value) => value);
  return menu.multiple ? values : values[0];
}

// What the inputs hold, by block id; what is empty is left out.
export async function filled(within) {
  const values = {};
  for (const label of within.querySelectorAll("[data-block]")) {
    const value = await held(label.querySelector("[data-action]"));
    if (value?.length) values[label.dataset.block] = value;
  }
  return values;
}

async function held(field) {
  if (field.files) return Promise.all([...field.files].map(uploaded));
  return field.tagName === "SELECT" ? chosen(field) : field.value;
}

export async function uploaded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { name: file.name, base64: btoa(binary) };
}
