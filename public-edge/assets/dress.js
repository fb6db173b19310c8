// What scripts add to a page that was just shown: buttons for its tracks instead of the browser's own players.

import { events, player } from "./player.js";
import { fetchPage, tracksBehind, tracksOf } from "./tracklist.js";

/** @param {Document} page */
export function dress(page) {
  for (const details of page.querySelectorAll("details.listen")) replaceDeck(details);
  for (const element of page.querySelectorAll("[data-scripted], .card-play")) element.removeAttribute("hidden");
  for (const element of page.querySelectorAll("[data-origin]")) {
    const address = page.createElement("code");
    address.textContent = location.origin;
    element.replaceChildren(address);
  }
  markCurrent(page);
}

/** @param {Element} details */
function replaceDeck(details) {
  const button = details.ownerDocument.createElement("button");
  button.type = "button";
  button.className = "listen";
  button.append(...(details.querySelector("summary")?.childNodes ?? []));
  details.replaceWith(button);
}

/** @param {ParentNode} page */
function markCurrent(page) {
  for (const row of page.querySelectorAll("[data-track]")) {
    const isCurrent = row.getAttribute("data-track") === player.track?.id;
    row.classList.toggle("current", isCurrent);
    if (isCurrent) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/** Plays a page's tracks, and those of the pages behind it as they come. @param {ParentNode} page @param {number} start */
async function playPage(page, start) {
  const tracks = tracksOf(page);
  if (tracks.length === 0) return;
  player.playAll(tracks, start);
  const begun = tracks[0].id;
  for await (const more of tracksBehind(page)) {
    // Another choice of the listener ends this one.
    if (player.queue.tracks[0]?.id !== begun) return;
    player.append(more);
  }
}

document.addEventListener("click", async (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const row = target?.closest("button.listen")?.closest("[data-track]");
  const whole = target?.closest("[data-play]");
  if (row) {
    const rows = [...document.querySelectorAll("main [data-track]")];
    if (row.classList.contains("current")) player.toggle();
    else await playPage(document, rows.indexOf(row));
  } else if (whole instanceof HTMLButtonElement) {
    if (whole.hasAttribute("data-shuffled")) player.shuffle(true);
    const href = whole.getAttribute("data-play");
    const page = href ? await fetchPage(href) : document;
    const start = player.queue.isShuffled ? Math.floor(Math.random() * tracksOf(page).length) : 0;
    await playPage(page, start);
  }
});

// A picture from elsewhere may be gone; errors of pictures do not bubble.
document.addEventListener("error", ({ target }) => {
  if (target instanceof HTMLImageElement) target.classList.add("lost");
}, true);

events.addEventListener("change", () => markCurrent(document));
events.addEventListener("failure", (event) => {
  const { track } = /** @type {CustomEvent} */ (event).detail;
  document.querySelector(`[data-track="${CSS.escape(track.id)}"]`)?.classList.add("failed");
});
