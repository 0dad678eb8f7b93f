// The box to type into: plain messages, and commands that the bot announced.

import { el } from "/shared/el.js";

const [SUBCOMMAND, GROUP, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER, FILE] = [1, 2, 4, 5, 6, 7, 8, 10, 11];

// Every command that can be typed, with its words, description and options.
export function paths(commands) {
  return commands.filter((command) => command.type === 1).flatMap((command) => leaves(command, []));
}

function leaves(part, before) {
  const words = [...before, part.name];
  const inner = (part.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (inner.length) return inner.flatMap((option) => leaves(option, words));
  return [{ path: words.join(" "), description: part.description, options: part.options ?? [] }];
}

export function matching(commands, text) {
  const typed = text.slice(1).trim().toLowerCase();
  return paths(commands).filter((command) => command.path.startsWith(typed) || typed === command.path);
}

export function optionNodes(command, guild, complete) {
  return command.options.map((option) => el("label", { title: option.description },
    option.required ? `${option.name} *` : option.name, field(option, guild, complete)));
}

function field(option, guild, complete) {
  const common = { name: option.name, "data-type": option.type, required: option.required };
  const choices = option.choices ?? known(option.type, guild);
  if (choices) {
    return el("select", common, el("option", { value: "" }, ""),
      ...choices.map((choice) => el("option", { value: choice.value }, choice.name)));
  }
  if (option.type === FILE) return el("input", { ...common, type: "file" });
  const type = option.type === INTEGER || option.type === NUMBER ? "number" : "text";
  const step = option.type === NUMBER ? "any" : undefined;
  const input = el("input", { ...common, type, step, autocomplete: "off", placeholder: option.description });
  return option.autocomplete ? withCompletion(input, option, complete) : input;
}

function known(type, guild) {
  if (type === BOOLEAN) return ["true", "false"].map((value) => ({ name: value, value }));
  const named = { [USER]: guild.members, [CHANNEL]: guild.channels, [ROLE]: guild.roles }[type];
  return named?.map((each) => ({ name: each.name, value: each.id }));
}

function withCompletion(input, option, complete) {
  const list = el("datalist", { id: `list-${option.name}` });
  input.setAttribute("list", list.id);
  const offer = async () => {
    const choices = await complete(option.name);
    list.replaceChildren(...choices.map((choice) => el("option", { value: choice.value }, choice.name)));
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", offer);
  return el("span", {}, input, list);
}

export async function valuesOf(fields) {
  const values = {};
  for (const node of fields) {
    if (node.files) {
      if (node.files.length) values[node.name] = await uploaded(node.files[0]);
    } else if (node.value) {
      values[node.name] = node.value;
    }
  }
  return values;
}

export async function uploaded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { name: file.name, base64: btoa(binary) };
}
