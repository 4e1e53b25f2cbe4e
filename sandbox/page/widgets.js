// Small things every part of the page needs: toasts, alerts, copying, pop-up menus.

export const $ = (id) => document.getElementById(id);

let toastTimer = 0;

export function toast(text) {
  const box = $("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 4000);
}

export function showAlert(text) {
  $("alert-text").textContent = text;
  $("alert").showModal();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`已复制 Copied：${text}`);
  } catch {
    showAlert(text);
  }
}

export function closePopups() {
  for (const popup of document.querySelectorAll(".popup")) popup.hidden = true;
  for (const button of document.querySelectorAll("[aria-expanded=true][aria-haspopup]")) {
    button.setAttribute("aria-expanded", "false");
  }
}

export function togglePopup(button, popup) {
  const show = popup.hidden;
  closePopups();
  popup.hidden = !show;
  button.setAttribute("aria-expanded", String(show));
  if (show) popup.querySelector("button")?.focus();
}
