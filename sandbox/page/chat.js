// The page: which seat, which chat, what is new; sending, pressing, attaching.

import { act, attach, see } from "./api.js";
import { moveClock, readClock } from "./clock.js";
import { icon } from "./icons.js";
import { bubble, colour, day, element, labelled, notice, preview, richText, time } from "./messages.js";
import { $, closePopups, copy, showAlert, toast, togglePopup } from "./widgets.js";

const address = new URLSearchParams(location.search);
const state = {
  seat: address.get("seat") || "company",
  chat: null,
  thread: null,
  wanted: { chat: address.get("chat"), thread: address.get("thread") },
  start: address.get("start"),
  seats: [],
  chats: [],
  messages: new Map(),
  rev: 0,
  context: null,
  files: [],
  hiddenKeyboard: 0,
  botUsername: "",
};

// ---- what is new ----

let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    do {
      again = false;
      await load();
    } while (again);
  } catch (error) {
    toast(error.message);
  } finally {
    refreshing = false;
  }
}

async function load() {
  const seat = state.seat;
  const [world, mine] = await Promise.all([see("state", {}), see("chats", { seat })]);
  if (seat !== state.seat) {
    again = true;
    return;
  }
  state.seats = world.seats;
  state.botUsername = world.bot.username;
  state.chats = mine.chats;
  settle();
  await loadMessages();
  drawWhenChanged();
}

let drawn = "";

// Redrawing what did not change would take the focus from under somebody's fingers.
function drawWhenChanged() {
  const pinned = [...state.messages.values()].filter((message) => message.pinned);
  const picture = JSON.stringify([
    state.seat, state.chat, state.thread, state.start, state.seats, state.chats, pinned,
  ]);
  if (picture === drawn) return;
  drawn = picture;
  drawSeats();
  drawChats();
  drawHead();
  drawComposer();
}

function settle() {
  const wanted = { desk: "supergroup", group: "group" }[state.wanted.chat];
  const chat = state.chats.find((one) => String(one.id) === state.wanted.chat || one.type === wanted)
    || state.chats.find((one) => one.id === state.chat)
    || state.chats[0];
  const before = `${state.chat}/${state.thread}`;
  state.chat = chat.id;
  if (state.wanted.thread !== null && state.wanted.thread !== undefined) state.thread = Number(state.wanted.thread);
  if (!chat.is_forum) state.thread = null;
  else if (state.thread === null || !(state.thread === 0 || topic())) state.thread = 0;
  if (before === "null/null" && !state.wanted.chat) openUnread();
  state.wanted = {};
  if (before !== `${state.chat}/${state.thread}`) forgetMessages();
}

// An officer who sits down sees first what waits at the desk.
function openUnread() {
  for (const chat of state.chats.filter((one) => one.topics)) {
    const waiting = chat.topics.filter((one) => one.unread).sort((a, b) => b.id - a.id)[0];
    if (waiting) {
      state.chat = chat.id;
      state.thread = waiting.id;
    }
  }
}

function forgetMessages() {
  state.messages.clear();
  state.rev = 0;
  $("log").replaceChildren();
}

function current() {
  return state.chats.find((chat) => chat.id === state.chat);
}

function topic() {
  const chat = current();
  return chat && chat.topics && chat.topics.find((one) => one.id === state.thread);
}

async function loadMessages() {
  const query = { seat: state.seat, chat: state.chat, thread: state.thread ?? "all" };
  if (state.rev) query.since = state.rev;
  const place = `${state.seat}/${state.chat}/${state.thread}`;
  const found = await see("messages", query);
  if (place !== `${state.seat}/${state.chat}/${state.thread}`) {
    again = true;
    return;
  }
  const first = state.rev === 0;
  state.rev = found.rev;
  draw(found.messages, first);
  await markRead();
}

async function markRead() {
  if (document.hidden || !state.messages.size) return;
  const last = Math.max(...state.messages.keys());
  const unread = state.thread === null ? current().unread : state.thread === 0 ? current().general_unread : topic()?.unread;
  if (!unread) return;
  await act("read", { seat: state.seat, chat: state.chat, thread: state.thread || 0, message_id: last });
}

// ---- drawing ----

function draw(messages, first) {
  const log = $("log");
  const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const handlers = on();
  for (const message of messages) {
    const old = log.querySelector(`[data-id="${message.message_id}"]`);
    if (message.deleted) {
      state.messages.delete(message.message_id);
      if (old) old.remove();
      continue;
    }
    state.messages.set(message.message_id, message);
    const made = message.service ? notice(message) : bubble(message, handlers);
    if (old) old.replaceWith(made);
    else place(made, message);
  }
  log.classList.toggle("empty", state.messages.size === 0);
  const mine = messages.some((message) => message.outgoing);
  if (first || low || mine) log.scrollTop = log.scrollHeight;
}

function place(made, message) {
  const log = $("log");
  const last = log.lastElementChild;
  const date = day(message.date);
  if (!last || last.dataset.day !== date) {
    const divider = element("p", "day", date);
    divider.dataset.day = date;
    if (log.dataset.day !== date || !last) log.append(divider);
    log.dataset.day = date;
  }
  made.dataset.day = date;
  log.append(made);
}

function on() {
  const chat = current();
  const leading = ["creator", "administrator"].includes(chat.my_status);
  return {
    botUsername: state.botUsername,
    inGroup: chat.type !== "private",
    mayPin: chat.type === "private" || leading,
    mayDelete: chat.type === "private" || leading,
    copy, start: openStart, share, press, jump,
    say: (text) => say(text),
    reply: (message) => setContext({ kind: "reply", message }),
    edit: (message) => setContext({ kind: "edit", message }),
    react: (message, emoji) => attempt(act("react", {
      ...here(), message_id: message.message_id, emoji: message.reactions.includes(emoji) ? "" : emoji,
    })),
    pin: (message) => attempt(act("pin", { ...here(), message_id: message.message_id })),
    remove: (message) => attempt(act("delete", { ...here(), message_id: message.message_id })),
  };
}

function here() {
  return { seat: state.seat, chat: state.chat, thread: state.thread || 0 };
}

function badge(count) {
  const made = element("span", "badge", count > 99 ? "99+" : String(count));
  made.setAttribute("aria-label", `${count} 条未读 unread`);
  return made;
}

function drawSeats() {
  $("seats").replaceChildren(...state.seats.map((seat) => {
    const row = element("li", seat.key === state.seat ? "chosen" : "");
    const button = element("button", "seat");
    button.type = "button";
    if (seat.key === state.seat) button.setAttribute("aria-current", "true");
    const words = element("span", "words");
    const role = element("small");
    role.textContent = `${seat.role_zh} · ${seat.organisation}`;
    words.append(element("strong", "", seat.name), role, element("small", "", seat.role_en));
    button.append(element("span", `avatar ${colour(seat.user_id)}`, seat.name[0]), words);
    if (seat.unread) button.append(badge(seat.unread));
    button.addEventListener("click", () => sit(seat.key));
    const beside = element("a", "beside");
    beside.append(icon("beside"));
    beside.href = `/?seat=${seat.key}`;
    beside.target = "_blank";
    beside.title = `在新窗口打开 ${seat.name} Open in a new window`;
    beside.setAttribute("aria-label", beside.title);
    row.append(button, beside);
    return row;
  }));
  const me = state.seats.find((seat) => seat.key === state.seat);
  if (me) document.title = `${me.name} · 企航沙盒`;
}

function drawChats() {
  $("chats").replaceChildren(...state.chats.flatMap((chat) => {
    if (!chat.is_forum) return [chatRow(chat, null, chat.title, chat.type === "private" ? "bot" : "group", chat.unread, chat.last)];
    return [
      element("li", "group-title", chat.title),
      chatRow(chat, 0, "综合 General", "hash", chat.general_unread, null),
      ...[...chat.topics].sort((a, b) => (b.last?.date || 0) - (a.last?.date || 0) || b.id - a.id)
        .map((one) => chatRow(chat, one.id, one.name, one.closed ? "lock" : "topic", one.unread, one.last, one.emoji)),
    ];
  }));
}

function chatRow(chat, thread, title, drawing, unread, last, emoji = "") {
  const chosen = chat.id === state.chat && thread === state.thread;
  const row = element("li", chosen ? "chosen" : "");
  const button = element("button", "entry");
  button.type = "button";
  if (chosen) button.setAttribute("aria-current", "true");
  const words = element("span", "words");
  words.append(element("strong", "", title), element("small", "", last ? last.text || `[${last.kind}]` : ""));
  const mark = element("span", "mark");
  mark.append(drawing === "topic" && emoji ? emoji : icon(drawing));
  button.append(mark, words);
  if (last) button.append(element("time", "", time(last.date)));
  if (unread) button.append(badge(unread));
  button.addEventListener("click", () => open(chat.id, thread));
  row.append(button);
  return row;
}

function drawHead() {
  const chat = current();
  const inside = topic();
  $("title").textContent = inside ? inside.name : chat.title;
  const parts = chat.type === "private"
    ? ["机器人 bot"]
    : [inside ? chat.title : "群 group", inside && inside.closed ? "话题已关闭 closed" : ""];
  $("subtitle").textContent = parts.filter(Boolean).join(" · ");
  const pinned = [...state.messages.values()].filter((message) => message.pinned).pop();
  const bar = $("pinned");
  bar.hidden = !pinned;
  if (pinned) {
    bar.replaceChildren(icon("pin"), element("strong", "", "置顶 Pinned"), element("span", "", preview(pinned)));
    bar.onclick = () => jump(pinned.message_id);
  }
  drawMore(chat, inside);
}

function drawMore(chat, inside) {
  const popup = $("more-popup");
  const items = [];
  const add = (chinese, english, run) => {
    const button = element("button");
    button.type = "button";
    button.append(labelled(chinese, english));
    button.addEventListener("click", () => {
      closePopups();
      run();
    });
    items.push(button);
  };
  if (chat.type === "private") {
    add(chat.blocked ? "解除屏蔽" : "屏蔽机器人", chat.blocked ? "Unblock" : "Block the bot",
      () => attempt(act(chat.blocked ? "unblock" : "block", { seat: state.seat })));
    const english = (state.seats.find((seat) => seat.key === state.seat)?.language || "").startsWith("en");
    add(english ? "界面语言：改为中文" : "Telegram 语言改为英文", english ? "Language: Chinese" : "Language: English",
      () => attempt(act("language", { seat: state.seat, language_code: english ? "zh-hans" : "en" })));
  } else if (chat.is_forum) {
    add("新建话题", "New topic", newTopic);
    if (inside) {
      add(inside.closed ? "重新打开话题" : "关闭话题", inside.closed ? "Reopen topic" : "Close topic",
        () => attempt(act("topic", { ...here(), action: inside.closed ? "reopen" : "close" })));
    }
  }
  $("more").hidden = items.length === 0;
  popup.replaceChildren(...items);
}

function drawComposer() {
  const chat = current();
  const blocked = Boolean(chat.blocked);
  const fresh = chat.type === "private" && !blocked && (!chat.started || state.start !== null);
  $("unblock").hidden = !blocked;
  $("start").hidden = !fresh;
  $("composer").hidden = blocked || (fresh && !chat.started);
  $("description").replaceChildren(...(chat.started ? [] : [richText(
    chat.description || "这里还没有消息。点“开始”与企航打招呼，然后用一句话介绍您的企业，或者说说遇到的困难。\nNothing here yet. Press START, then describe your company or a problem in one sentence.",
    [], on())]));
  drawCommands(chat);
  drawKeyboard(chat);
}

function drawCommands(chat) {
  $("commands").hidden = chat.commands.length === 0;
  $("commands-popup").replaceChildren(...chat.commands.map((command) => {
    const button = element("button");
    button.type = "button";
    button.append(element("strong", "", `/${command.command}`), element("span", "", command.description));
    button.addEventListener("click", () => {
      closePopups();
      say(`/${command.command}`);
    });
    return button;
  }));
}

function drawKeyboard(chat) {
  const keyboard = chat.keyboard;
  const hidden = !keyboard || state.hiddenKeyboard === keyboard.message_id;
  $("keyboard").hidden = hidden;
  $("keyboard-toggle").hidden = !keyboard;
  $("text").placeholder = (keyboard && keyboard.input_field_placeholder) || "写消息… Message";
  if (hidden) return;
  $("keyboard").replaceChildren(...keyboard.keyboard.map((row) => {
    const line = element("div", "row");
    for (const key of row) {
      const button = element("button", "", key.text);
      button.type = "button";
      button.addEventListener("click", () => pressKey(key, keyboard));
      line.append(button);
    }
    return line;
  }));
}

function drawContext() {
  const context = state.context;
  $("context").hidden = !context;
  if (context) {
    $("context-text").textContent = `${context.kind === "edit" ? "修改 Edit" : "回复 Reply"}：${preview(context.message)}`;
  }
}

function drawFiles() {
  $("files").hidden = state.files.length === 0;
  $("files").replaceChildren(...state.files.map(({ file }, index) => {
    const row = element("li", "", file.name);
    const drop = element("button", "", "×");
    drop.type = "button";
    drop.setAttribute("aria-label", `去掉 ${file.name} Remove`);
    drop.addEventListener("click", () => {
      state.files.splice(index, 1);
      drawFiles();
    });
    row.append(drop);
    return row;
  }));
}

// ---- going somewhere ----

function remember() {
  const query = new URLSearchParams({ seat: state.seat });
  if (state.chat && state.chat < 0) query.set("chat", state.chat);
  if (state.thread !== null) query.set("thread", state.thread);
  history.replaceState(null, "", `/?${query}`);
}

function sit(seat) {
  state.seat = seat;
  state.start = null;
  open(null, null);
}

function open(chat, thread) {
  state.chat = chat;
  state.thread = thread;
  setContext(null);
  state.files = [];
  drawFiles();
  forgetMessages();
  $("frame").dataset.showing = "chat";
  refresh().then(remember);
}

function jump(id) {
  const found = $("log").querySelector(`[data-id="${id}"]`);
  if (!found) return;
  found.scrollIntoView({ block: "center", behavior: "smooth" });
  found.classList.add("found");
  setTimeout(() => found.classList.remove("found"), 1500);
}

function openStart(payload) {
  const me = state.seats.find((seat) => seat.key === state.seat);
  if (state.chat !== me.user_id) open(me.user_id, null);
  attempt(act("say", { seat: state.seat, text: payload ? `/start ${payload}` : "/start" }));
}

function share(parameters) {
  const url = parameters.get("url") || "";
  const found = /[?&]start=([\w-]{1,64})/.exec(url);
  $("share-text").textContent = [parameters.get("text"), url].filter(Boolean).join("\n");
  $("share-list").replaceChildren(...state.seats.filter((seat) => seat.key !== state.seat).map((seat) => {
    const row = element("li");
    const to = element("a", "", `${seat.name} · ${seat.role_zh} ${seat.role_en}`);
    to.href = `/?seat=${seat.key}${found ? `&start=${found[1]}` : ""}`;
    to.target = "_blank";
    row.append(to);
    return row;
  }));
  $("share").showModal();
}

// ---- doing something ----

async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

async function say(text) {
  const context = state.context;
  const body = { ...here(), text };
  setContext(null);
  if (context && context.kind === "edit") {
    return attempt(act("edit", { ...body, message_id: context.message.message_id }));
  }
  if (context) body.reply_to = context.message.message_id;
  return attempt(act("say", body));
}

async function sendFiles(caption) {
  const fields = { ...here(), caption };
  if (state.context) fields.reply_to = state.context.message.message_id;
  const files = state.files;
  const sent = await attempt(attach(fields, files));
  if (!sent) return false;
  state.files = [];
  setContext(null);
  drawFiles();
  return true;
}

async function press(message, button, node) {
  node.classList.add("busy");
  node.disabled = true;
  const pressed = await attempt(act("press", {
    seat: state.seat, chat: state.chat, message_id: message.message_id, data: button.callback_data,
  }));
  node.classList.remove("busy");
  node.disabled = false;
  if (!pressed) return;
  if (!pressed.answer) toast("机器人还没有回应 No answer from the bot yet");
  else if (pressed.answer.show_alert) showAlert(pressed.answer.text);
  else if (pressed.answer.text) toast(pressed.answer.text);
}

async function pressKey(key, keyboard) {
  if (keyboard.one_time_keyboard) state.hiddenKeyboard = keyboard.message_id;
  if (key.request_contact) await attempt(act("contact", { ...here(), reply_to: keyboard.message_id }));
  else if (key.request_location) {
    await attempt(act("content", { ...here(), content: { location: { latitude: 30.32, longitude: 120.49 } } }));
  } else await say(key.text);
}

async function newTopic() {
  const name = window.prompt("话题名称 Topic name");
  if (!name) return;
  const made = await attempt(act("topic", { ...here(), action: "create", name }));
  if (made) open(state.chat, made.thread);
}

function setContext(context) {
  state.context = context;
  drawContext();
  if (!context) return;
  if (context.kind === "edit") $("text").value = context.message.text ?? context.message.caption ?? "";
  grow();
  $("text").focus();
}

function grow() {
  const box = $("text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

// ---- wiring ----

for (const holder of document.querySelectorAll("[data-icon]")) holder.prepend(icon(holder.dataset.icon));

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (state.files.length) {
    if (!await sendFiles(text)) return;
  } else if (!text.trim() || !await say(text)) return;
  $("text").value = "";
  grow();
});
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  } else if (event.key === "Escape") setContext(null);
});
$("context-drop").addEventListener("click", () => {
  if (state.context && state.context.kind === "edit") $("text").value = "";
  setContext(null);
});
$("keyboard-toggle").addEventListener("click", () => {
  const keyboard = current().keyboard;
  state.hiddenKeyboard = state.hiddenKeyboard === keyboard.message_id ? 0 : keyboard.message_id;
  drawKeyboard(current());
});
for (const name of ["attach", "commands", "more"]) {
  $(name).addEventListener("click", () => togglePopup($(name), $(`${name}-popup`)));
}
for (const button of $("attach-popup").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    closePopups();
    const picker = $("picker");
    picker.accept = button.dataset.accept;
    picker.onchange = () => {
      state.files.push(...[...picker.files].map((file) => ({ kind: button.dataset.kind, file })));
      picker.value = "";
      drawFiles();
      $("text").focus();
    };
    picker.click();
  });
}
$("start-button").addEventListener("click", async () => {
  const payload = state.start;
  state.start = null;
  await say(payload ? `/start ${payload}` : "/start");
});
$("unblock-button").addEventListener("click", async () => {
  await attempt(act("unblock", { seat: state.seat }));
  await say("/start");
});
$("back").addEventListener("click", () => { $("frame").dataset.showing = "list"; });
for (const button of document.querySelectorAll("[data-advance]")) {
  button.addEventListener("click", () => moveClock({ advance_seconds: Number(button.dataset.advance) }, button));
}
$("next-due").addEventListener("click", () => moveClock({ to: "next_due" }, $("next-due")));
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu")) closePopups();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePopups();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});

function listen() {
  const events = new EventSource("/sandbox/events");
  events.onopen = () => { $("offline").hidden = true; };
  events.onerror = () => { $("offline").hidden = false; };
  events.onmessage = () => {
    refresh();
    readClock();
  };
}

refresh().then(remember);
readClock();
setInterval(readClock, 20000);
listen();
