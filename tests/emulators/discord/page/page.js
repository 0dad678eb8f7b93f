// What one sees and does: a guild's channels, one of them, and who one is.

import { matching, optionNodes, paths, uploaded, valuesOf } from "/page/composer.js";
import { el } from "/shared/el.js";
import { messageNode } from "/page/message.js";

const at = (id) => document.getElementById(id);
const state = { world: null, place: null, as: null, command: null, shown: "" };

async function get(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

async function act(name, body) {
  at("notice").textContent = "";
  const answer = await fetch(`/control/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.as, place: state.place, ...body }),
  });
  const told = await answer.json();
  if (told.error) at("notice").textContent = told.error;
  else if ("acknowledged" in told) follow(told.id);
  return told;
}

// Wait for the first answer to what was asked; a form opens, and silence is told.
async function follow(id) {
  for (;;) {
    const asked = await get(`/control/asked/${id}`);
    if (asked.modal) return openModal(id, asked.modal);
    if (asked.acknowledged) return;
    if (asked.failed) {
      at("notice").textContent = "The application did not respond.";
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

function openModal(id, modal) {
  const dialog = at("modal");
  dialog.querySelector("h2").textContent = modal.title;
  dialog.querySelector(".inputs").replaceChildren(...modal.inputs.map(modalInput));
  dialog.onclose = () => {
    if (dialog.returnValue !== "submit") return;
    const fields = [...dialog.querySelectorAll("[name]")];
    const texts = Object.fromEntries(fields.filter((f) => f.value).map((f) => [f.name, f.value]));
    act("submit", { asked: id, texts });
  };
  dialog.returnValue = "";
  dialog.showModal();
}

function modalInput(input) {
  const attributes = {
    name: input.custom_id, required: input.required !== false, placeholder: input.placeholder,
    minlength: input.min_length ?? undefined, maxlength: input.max_length ?? undefined,
  };
  const field = el(input.style === 2 ? "textarea" : "input", attributes);
  field.value = input.value ?? "";
  return el("label", {}, input.label ?? input.custom_id, field);
}

function guild() {
  const has = (each) => each.channels.some((c) => c.id === state.place || c.threads.some((t) => t.id === state.place));
  return state.world.guilds.find(has) ?? state.world.guilds[0];
}

function names() {
  const named = {};
  for (const each of guild().members.concat(guild().roles)) named[each.id] = each.name;
  for (const channel of guild().channels) {
    for (const place of [channel, ...channel.threads]) named[place.id] = place.name;
  }
  return named;
}

function showPlaces() {
  const link = (place, class_) => el("a", {
    href: `#${place.id}`, class: place.id === state.place ? `${class_} here` : class_, "data-id": place.id,
    onclick: (event) => { event.preventDefault(); go(place.id); },
  }, place.name);
  const nodes = state.world.guilds.flatMap((each) => [
    el("h2", {}, each.name),
    ...each.channels.flatMap((channel) => [
      link(channel, "channel"),
      ...channel.threads.map((t) => link(t, t.archived ? "thread archived" : "thread")),
    ]),
  ]);
  at("places").replaceChildren(...nodes);
  at("title").textContent = names()[state.place] ?? "";
  at("bot").textContent = state.world.bot.connected ? "bot is connected" : "bot is not connected";
}

function showPeople() {
  const people = guild().members.filter((member) => !member.bot);
  if (!people.some((member) => member.id === state.as)) state.as = people[people.length > 1 ? 1 : 0].id;
  at("as").replaceChildren(...people.map((member) =>
    el("option", { value: member.id, selected: member.id === state.as }, member.name)));
}

async function showMessages() {
  const messages = await get(`/control/places/${state.place}/messages?as=${state.as}`) ?? [];
  const menus = guild().commands.filter((command) => command.type === 3).map((command) => command.name);
  const text = JSON.stringify([state.place, menus, messages]);
  if (text === state.shown) return;
  state.shown = text;
  const context = { names: names(), menus, act, go };
  const list = at("messages");
  list.replaceChildren(...messages.map((message) => messageNode(message, context)));
  list.scrollTop = list.scrollHeight;
}

async function refresh() {
  state.world = await get("/control/world");
  if (!state.world?.guilds.length) return;
  const all = state.world.guilds.flatMap((each) => each.channels.flatMap((c) => [c, ...c.threads]));
  if (!all.some((place) => place.id === state.place)) state.place = all[0]?.id ?? null;
  showPlaces();
  showPeople();
  if (state.place) await showMessages();
}

function go(id) {
  state.place = id;
  history.replaceState(null, "", `#${id}`);
  refresh();
}

function showCommands() {
  const text = at("text").value;
  const list = at("commands");
  const found = text.startsWith("/") && !state.command ? matching(guild().commands, text) : [];
  list.hidden = !found.length;
  list.replaceChildren(...found.map((command, index) => el("li", {
    class: index === 0 ? "first" : "", onclick: () => choose(command),
  }, `/${command.path}`, el("small", {}, command.description))));
}

function choose(command) {
  state.command = command;
  at("text").value = `/${command.path}`;
  const complete = async (focused) => {
    const values = await valuesOf(fields());
    return (await act("complete", { path: command.path, values, focused })).choices ?? [];
  };
  at("options").replaceChildren(...optionNodes(command, guild(), complete));
  at("commands").hidden = true;
  (fields()[0] ?? at("text")).focus();
}

function fields() {
  return [...at("options").querySelectorAll("[name]")];
}

function typed() {
  if (state.command && at("text").value !== `/${state.command.path}`) forget();
  showCommands();
}

function forget() {
  state.command = null;
  at("options").replaceChildren();
}

async function send(event) {
  event.preventDefault();
  const text = at("text").value;
  if (text.startsWith("/")) return sendCommand(text);
  const files = await Promise.all([...at("file").files].map(uploaded));
  if (text || files.length) await act("say", { text, files });
  clear();
}

async function sendCommand(text) {
  const exact = paths(guild().commands).find((command) => command.path === text.slice(1).trim());
  if (!state.command) return choose(exact ?? matching(guild().commands, text)[0] ?? { path: text.slice(1), options: [] });
  const path = state.command.path;
  const values = await valuesOf(fields());
  clear();
  await act("run", { path, values });
}

function clear() {
  at("composer").reset();
  forget();
  showCommands();
}

function listen() {
  let again = false, busy = false;
  const changed = async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await refresh();
    }
    busy = false;
  };
  new EventSource("/control/changes").onmessage = changed;
}

at("composer").addEventListener("submit", send);
at("text").addEventListener("input", typed);
at("as").addEventListener("change", (event) => { state.as = event.target.value; refresh(); });
state.place = location.hash.slice(1) || null;
listen();
