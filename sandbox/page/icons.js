// Line icons drawn here, so that the page needs no emoji font.

const SHAPES = {
  bot: "M5 9h14v9H5zM12 9V5M9 13v1M15 13v1M3 12v3M21 12v3",
  group: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 19c0-3 3-5 6-5s6 2 6 5M16 11a3 3 0 0 0 0-6M17 14c3 0 5 2 5 5",
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M4 15h16",
  topic: "M4 5h16v11H10l-5 4v-4H4z",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l9-9a3.500 3.500 0 0 1 5 5l-9 9a2 2 0 0 1-3-3l8-8",
  send: "M4 12 20 4l-5 16-4-6zM11 14l9-10",
  keyboard: "M3 7h18v10H3zM6 10h1M10 10h1M14 10h1M18 10h0M8 14h8",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h1",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  video: "M3 7h12v10H3zM15 11l6-3v8l-6-3",
  reply: "M10 6 4 12l6 6M4 12h9c4 0 7 2 7 6",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  like: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2 4l-1 3h6c2 0 2 1 2 2l-2 7c0 1-1 1-2 1H7",
  pin: "M9 3h6l-1 6 4 4H6l4-4zM12 13v8",
  remove: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  beside: "M4 4h11v11H4zM9 15v5h11V9h-5",
};

export function icon(name) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  drawn.append(path);
  return drawn;
}
