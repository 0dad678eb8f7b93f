// What one sees and does: the workspace's channels, a thread, the App Home, and who one is.

import { blockNodes, filled, uploaded } from "/page/blocks.js";
import { messageNode } from "/page/message.js";
import { el } from "/shared/el.js";

const HOME = "home";
const at = (id) => document.getElementById(id);
const state = { world: null, place: null, thread: null, as: null, shown: "", home: "", modal: "" };

async function get(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

async function act(name, body) {
  at("notice").textContent = "";
  const answer = await fetch(`/control/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.as, channel: state.place, thread: state.thread, ...body }),
  });
  const told = await answer.json();
  if (told.error) at("notice").textContent = told.error;
  else if ("acknowledged" in told) follow(told.id);
  return told;
}

// Wait until the app acknowledged what was asked; silence is told.
async function follow(id) {
  for (;;) {
    const asked = await get(`/control/asked/${id}`);
    if (asked.acknowledged) return;
    if (asked.failed) {
      at("notice").textContent = "That did not work: the app did not respond.";
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

function context(extra = {}) {
  const { people, channels, usergroups, shortcuts } = state.world;
  const names = Object.fromEntries([...people, ...channels].map((each) => [each.id, each.name]));
  for (const group of usergroups) names[group.id] = group.handle;
  return { act, go, names, people, channels, shortcuts, thread: state.thread, ...extra };
}

function viewContext(view) {
  return context({
    errors: view.errors,
    press: (label) => act("press", { view: view.id, label }),
    suggest: (block_id, typed) => act("suggest", { view: view.id, block_id, typed }),
    select: (action_id, values) => values?.length && act("select", { view: view.id, action_id, values }),
  });
}

// --- showing ------------------------------------------------------------------------------------

function channels() {
  return state.world.channels.filter((channel) => channel.members.includes(state.as) || !channel.private && !channel.direct);
}

function showPlaces() {
  const link = (id, name, kind) => el("a", {
    href: `#${id}`, class: id === state.place ? `${kind} here` : kind, "data-id": id,
    onclick: (event) => { event.preventDefault(); go(id); },
  }, name);
  const kind = (channel) => (channel.direct ? "direct" : channel.archived ? "channel archived" : "channel");
  const { team, bot } = state.world;
  at("places").replaceChildren(
    el("h2", {}, team.name),
    link(HOME, `${bot.name}: Home`, "home"),
    ...channels().map((channel) => link(channel.id, channel.direct ? bot.name : channel.name, kind(channel))));
  const here = channels().find((channel) => channel.id === state.place);
  const title = state.place === HOME ? "Home" : here?.direct ? bot.name : `#${here?.name}`;
  at("title").replaceChildren(title, ...(state.thread ? [" \u203a thread ", back()] : []));
  at("bot").textContent = bot.connected ? "app is connected" : "app is not connected";
}

function back() {
  return el("a", { href: "#", id: "back", onclick: (event) => { event.preventDefault(); go(state.place); } }, "back");
}

function showPeople() {
  const people = state.world.people.filter((person) => !person.bot);
  if (!people.some((person) => person.id === state.as)) state.as = people[0]?.id;
  at("as").replaceChildren(...people.map((person) =>
    el("option", { value: person.id, selected: person.id === state.as }, person.name)));
}

async function showMessages() {
  const thread = state.thread ? `&thread=${state.thread}` : "";
  const messages = await get(`/control/channels/${state.place}/messages?as=${state.as}${thread}`) ?? [];
  const text = JSON.stringify([state.place, state.thread, state.as, state.world.shortcuts, messages]);
  if (text === state.shown) return;
  state.shown = text;
  const list = at("messages");
  list.replaceChildren(...messages.map((message) => messageNode(message, context())));
  list.scrollTop = list.scrollHeight;
}

function showHome(home) {
  const text = JSON.stringify([state.as, home]);
  if (text === state.home) return;
  state.home = text;
  at("home").replaceChildren(...(home ? blockNodes(home.blocks, viewContext(home)) : ["Nothing here yet."]));
}

function showModal(modal) {
  const text = JSON.stringify(modal);
  if (text === state.modal) return;
  state.modal = text;
  const dialog = at("modal");
  if (!modal) return dialog.close();
  dialog.querySelector("h2").textContent = modal.title;
  dialog.querySelector(".blocks").replaceChildren(...blockNodes(modal.blocks, viewContext(modal)));
  at("close").textContent = modal.close;
  at("submit").textContent = modal.submit ?? "";
  at("submit").hidden = !modal.submit;
  at("close").onclick = () => act("close", { view: modal.id });
  dialog.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    act("submit", { view: modal.id, values: await filled(dialog) });
  };
  if (!dialog.open) dialog.showModal();
}

async function refresh() {
  state.world = await get("/control/world");
  showPeople();
  if (!state.as) return;
  if (state.place !== HOME && !channels().some((c) => c.id === state.place)) state.place = channels()[0]?.id ?? HOME;
  showPlaces();
  const isHome = state.place === HOME;
  at("messages").hidden = at("composer").hidden = isHome;
  at("home").hidden = !isHome;
  const views = await get(`/control/people/${state.as}/views`);
  showModal(views.modal);
  if (isHome) showHome(views.home);
  else await showMessages();
}

function go(id, thread = null) {
  state.place = id;
  state.thread = thread;
  history.replaceState(null, "", `#${id}`);
  if (id === HOME) act("home", {});
  refresh();
}

// --- acting -------------------------------------------------------------------------------------

async function send(event) {
  event.preventDefault();
  const text = at("text").value;
  if (text.startsWith("/")) await act("run", { text });
  else {
    const files = await Promise.all([...at("file").files].map(uploaded));
    if (text || files.length) await act("say", { text: mentions(text), files });
  }
  at("composer").reset();
}

// `@name` as the client makes a mention of it.
function mentions(text) {
  return text.replace(/@([\w.-]+)/g, (whole, name) => {
    const person = state.world.people.find((each) => each.name === name);
    return person ? `<@${person.id}>` : whole;
  });
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
at("modal").addEventListener("cancel", (event) => event.preventDefault());
at("as").addEventListener("change", (event) => { state.as = event.target.value; refresh(); });
state.place = location.hash.slice(1) || null;
listen();
