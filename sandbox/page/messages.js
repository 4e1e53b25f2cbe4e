// One message as HTML elements; text only ever enters through textContent.

import { icon } from "./icons.js";

const ZONE = "Asia/Shanghai";
const TIME = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("zh-CN", {
  year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone: ZONE,
});
const BOT_LINK = /^(?:https?:\/\/)?t\.me\/([A-Za-z]\w+)(?:\?start=([\w-]{1,64}))?$/;
const SHARE_LINK = /^https?:\/\/t\.me\/share\/url\?(.+)$/;
const COLOURS = 7;

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function labelled(chinese, english) {
  const made = document.createDocumentFragment();
  made.append(`${chinese} `, element("small", "", english));
  return made;
}

export function day(seconds) {
  return DAY.format(seconds * 1000);
}

export function time(seconds) {
  return TIME.format(seconds * 1000);
}

export function colour(id) {
  return `tint-${Math.abs(id) % COLOURS}`;
}

export function preview(message) {
  const words = message.text || message.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 90);
  for (const [kind, name] of Object.entries(KIND_NAMES)) if (message[kind]) return name;
  return service(message) || "消息 Message";
}

const KIND_NAMES = {
  photo: "[照片 Photo]", document: "[文件 File]", voice: "[语音 Voice]", video: "[视频 Video]",
  audio: "[音频 Audio]", animation: "[动图 Animation]", sticker: "[贴纸 Sticker]",
  video_note: "[视频 Video]", location: "[位置 Location]", contact: "[名片 Contact]",
  dice: "[骰子 Dice]", poll: "[投票 Poll]", venue: "[地点 Venue]",
};

export function service(message) {
  const who = message.from.first_name;
  if (message.forum_topic_created) return `${who} 新建话题“${message.forum_topic_created.name}” opened the topic`;
  if (message.forum_topic_edited) {
    const name = message.forum_topic_edited.name;
    return name ? `${who} 将话题改名为“${name}” renamed the topic` : `${who} 换了话题图标 changed the icon`;
  }
  if (message.forum_topic_closed) return `${who} 关闭了话题 closed the topic`;
  if (message.forum_topic_reopened) return `${who} 重新打开了话题 reopened the topic`;
  if (message.pinned_message) return `${who} 置顶了“${preview(message.pinned_message)}” pinned a message`;
  if (message.migrate_to_chat_id) return "群已升级为超级群 The group became a supergroup";
  if (message.migrate_from_chat_id) return "由普通群升级而来 Upgraded from a group";
  return "";
}

export function richText(text, entities, on) {
  const made = element("div", "text");
  fill(made, text, 0, text.length, entities || [], on);
  return made;
}

function fill(parent, text, from, to, entities, on) {
  let at = from;
  entities.forEach((entity, index) => {
    if (entity.offset < at || entity.offset >= to) return;
    const end = Math.min(entity.offset + entity.length, to);
    parent.append(text.slice(at, entity.offset));
    const inner = entities.slice(index + 1).filter((other) => other.offset < end);
    parent.append(styled(entity, text.slice(entity.offset, end), on, (node) => {
      fill(node, text, entity.offset, end, inner, on);
    }));
    at = end;
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  });
  parent.append(text.slice(at, to));
}

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const PLAIN_TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote",
};

function styled(entity, plain, on, inside) {
  const kind = entity.type;
  if (PLAIN_TAGS[kind]) return filled(element(PLAIN_TAGS[kind]), inside);
  if (kind === "code" || kind === "pre") return copyable(kind, inside, plain, on);
  if (kind === "text_link" || kind === "url") return link(entity.url || plain, inside, on);
  if (kind === "email") return link(`mailto:${plain}`, inside, on);
  if (kind === "bot_command") return commandButton(plain, on);
  if (kind === "spoiler") return spoiler(inside);
  if (kind === "expandable_blockquote") return foldable(inside, plain);
  return filled(element("span", kind === "mention" ? "mention" : ""), inside);
}

function filled(node, inside) {
  inside(node);
  return node;
}

function copyable(kind, inside, plain, on) {
  const made = filled(element(kind, "copyable"), inside);
  made.tabIndex = 0;
  made.title = "点一下复制 Click to copy";
  const copy = () => on.copy(plain);
  made.addEventListener("click", copy);
  made.addEventListener("keydown", (event) => event.key === "Enter" && copy());
  return made;
}

export function link(address, inside, on) {
  const bot = BOT_LINK.exec(address);
  const share = SHARE_LINK.exec(address);
  if (bot && bot[1] === on.botUsername) return action(inside, () => on.start(bot[2] || ""));
  if (share) return action(inside, () => on.share(new URLSearchParams(share[1])));
  const made = filled(element("a"), inside);
  if (/^(https?|mailto|tg):/i.test(address)) made.href = address;
  else made.href = `https://${address}`;
  made.target = "_blank";
  made.rel = "noreferrer noopener";
  return made;
}

function action(inside, run) {
  const made = filled(element("button", "link"), inside);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

function commandButton(plain, on) {
  return action((node) => { node.textContent = plain; }, () => on.say(plain));
}

function spoiler(inside) {
  const made = filled(element("span", "spoiler"), inside);
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  made.setAttribute("aria-label", "点一下显示 Click to reveal");
  const reveal = () => {
    made.classList.add("revealed");
    made.removeAttribute("aria-label");
  };
  made.addEventListener("click", reveal);
  made.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return made;
}

function foldable(inside, plain) {
  const made = element("blockquote", "foldable");
  const words = filled(element("div"), inside);
  if (plain.length < 90 && plain.split("\n").length <= 3) {
    made.append(words);
    return made;
  }
  const toggle = element("button", "link fold");
  toggle.type = "button";
  const show = (open) => {
    made.classList.toggle("open", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.replaceChildren(open ? labelled("收起", "less") : labelled("展开", "more"));
  };
  toggle.addEventListener("click", () => show(!made.classList.contains("open")));
  show(false);
  made.append(words, toggle);
  return made;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1048576).toFixed(1)} MB`;
}

function address(file) {
  return `/sandbox/files/${encodeURIComponent(file.file_id)}`;
}

function picture(file, name) {
  const made = element("a", "photo");
  made.href = address(file);
  made.target = "_blank";
  const image = element("img");
  image.src = address(file);
  image.alt = name;
  image.width = file.width;
  image.height = file.height;
  made.append(image);
  return made;
}

function player(tag, file, name) {
  const made = element(tag);
  made.controls = true;
  made.preload = "metadata";
  made.src = address(file);
  made.setAttribute("aria-label", name);
  return made;
}

function download(file) {
  const made = element("a", "document");
  made.href = `${address(file)}?download`;
  made.download = file.file_name || "file";
  const words = element("span");
  words.append(element("strong", "", file.file_name || "文件 File"), element("small", "", size(file.file_size)));
  made.append(icon("file"), words);
  return made;
}

function media(message) {
  if (message.photo) return picture(message.photo[message.photo.length - 1], "照片 Photo");
  if (message.voice) return player("audio", message.voice, "语音 Voice");
  if (message.audio) return player("audio", message.audio, message.audio.file_name);
  if (message.video) return player("video", message.video, "视频 Video");
  if (message.animation) return player("video", message.animation, "动图 Animation");
  if (message.video_note) return player("video", message.video_note, "视频 Video");
  if (message.document) return download(message.document);
  if (message.sticker) return element("p", "card", `贴纸 Sticker ${message.sticker.emoji || ""}`);
  if (message.contact) return element("p", "card", `名片 Contact：${message.contact.first_name} ${message.contact.phone_number}`);
  if (message.location) return element("p", "card", `位置 Location：${message.location.latitude}, ${message.location.longitude}`);
  if (message.dice) return element("p", "card", `${message.dice.emoji} ${message.dice.value}`);
  if (message.poll) return element("p", "card", `投票 Poll：${message.poll.question}`);
  return null;
}

function quoted(message, on) {
  const replied = message.reply_to_message;
  if (!replied || replied.forum_topic_created) return null;
  const made = element("button", "quoted");
  made.type = "button";
  made.append(
    element("strong", "", replied.from.first_name),
    element("span", "", message.quote ? message.quote.text : preview(replied)),
  );
  made.addEventListener("click", () => on.jump(replied.message_id));
  return made;
}

function buttons(message, on) {
  const made = element("div", "buttons");
  for (const row of message.reply_markup.inline_keyboard) {
    const line = element("div", "row");
    for (const button of row) line.append(inlineButton(message, button, on));
    made.append(line);
  }
  return made;
}

function inlineButton(message, button, on) {
  const write = (node) => { node.textContent = button.text; };
  if (button.url) {
    const made = link(button.url, write, on);
    made.className = "inline";
    made.dataset.mark = "›";
    return made;
  }
  const made = element("button", "inline", button.text);
  made.type = "button";
  if (button.style) made.classList.add(button.style);
  if (button.copy_text) {
    made.dataset.mark = "+";
    made.addEventListener("click", () => on.copy(button.copy_text.text));
  } else {
    made.addEventListener("click", () => on.press(message, button, made));
  }
  return made;
}

function tools(message, on) {
  const made = element("div", "tools");
  const add = (drawing, name, run) => {
    const button = element("button");
    button.append(icon(drawing));
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", run);
    made.append(button);
  };
  add("reply", "回复 Reply", () => on.reply(message));
  if (message.outgoing && !message.contact) add("edit", "修改 Edit", () => on.edit(message));
  add("like", "点赞 Like", () => on.react(message, "👍"));
  if (on.mayPin) add("pin", "置顶 Pin", () => on.pin(message));
  if (message.outgoing || on.mayDelete) add("remove", "删除 Delete", () => on.remove(message));
  return made;
}

export function bubble(message, on) {
  const made = element("article", `message ${message.outgoing ? "mine" : "theirs"}`);
  made.dataset.id = message.message_id;
  const box = element("div", "box");
  if (on.inGroup && !message.outgoing) {
    box.append(element("p", `author ${colour(message.from.id)}`, message.from.first_name));
  }
  if (message.forward_origin) {
    box.append(element("p", "forwarded", `转发自 Forwarded from ${message.forward_origin.sender_user.first_name}`));
  }
  for (const part of [quoted(message, on), media(message)]) if (part) box.append(part);
  const words = message.text ?? message.caption;
  if (words) box.append(richText(words, message.entities || message.caption_entities, on));
  box.append(footer(message));
  made.append(box);
  if (message.reply_markup) made.append(buttons(message, on));
  made.append(tools(message, on));
  return made;
}

function footer(message) {
  const made = element("p", "meta");
  if (message.reactions.length) made.append(element("span", "reactions", message.reactions.join("")));
  if (message.edit_date) made.append(element("span", "", "已编辑 edited"));
  if (message.pinned) made.append(icon("pin"));
  const stamp = element("time", "", time(message.date));
  stamp.dateTime = new Date(message.date * 1000).toISOString();
  made.append(stamp);
  return made;
}

export function notice(message) {
  const made = element("p", "service", service(message));
  made.dataset.id = message.message_id;
  return made;
}
