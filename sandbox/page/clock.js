// The one clock: shown, and moved forward on request.

import { clock } from "./api.js";
import { $, toast } from "./widgets.js";

const MOMENT = new Intl.DateTimeFormat("zh-CN", {
  year: "numeric", month: "2-digit", day: "2-digit", weekday: "short",
  hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai",
});

function drawClock(told) {
  $("clock").hidden = false;
  $("now").textContent = MOMENT.format(new Date(told.now));
  $("now").dateTime = told.now;
  const next = $("next-due");
  next.disabled = !told.next_due;
  next.title = told.next_due ? MOMENT.format(new Date(told.next_due)) : "现在没有待发的提醒 No reminder is waiting";
}

export async function readClock() {
  try {
    drawClock(await clock());
  } catch {
    $("clock").hidden = true;
  }
}

export async function moveClock(move, button) {
  button.disabled = true;
  try {
    drawClock(await clock(move));
  } catch (error) {
    toast(`时钟没有拨动 The clock did not move (${error.message})`);
  }
  button.disabled = false;
  await readClock();
}
