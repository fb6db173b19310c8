// Keys: space plays and pauses, arrows seek, "/" searches. Fields, buttons and links keep their own keys.

import { player } from "./player.js";

const SEEK_SECONDS = 10;

export function bindKeys() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, [contenteditable]")) return;
    const isOnControl = Boolean(target?.closest("button, a, summary, audio"));
    const action = actionOf(event, isOnControl);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

/** @param {KeyboardEvent} event @param {boolean} isOnControl @returns {(() => void) | null} */
function actionOf(event, isOnControl) {
  if (event.key === "/") return focusSearch;
  if (!player.track) return null;
  if (event.key === " " && !isOnControl) return () => player.toggle();
  if (event.key === "ArrowRight") return event.shiftKey ? () => player.next() : () => player.seek(player.position + SEEK_SECONDS);
  if (event.key === "ArrowLeft") return event.shiftKey ? () => player.previous() : () => player.seek(player.position - SEEK_SECONDS);
  return null;
}

function focusSearch() {
  const field = document.querySelector(".find input");
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}
