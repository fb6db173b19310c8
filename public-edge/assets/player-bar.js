// The bar at the foot of every page: it shows what the player does, in words that the page brought along.

import { events, player } from "./player.js";

/** How long a message stays. */
const MESSAGE_MILLISECONDS = 9000;
/** What the repeat button goes through. */
const REPEATS = /** @type {const} */ (["off", "all", "one"]);

const bar = part("player");
/** Whether the listener holds the position's knob. */
let isSeeking = false;
let messageTimer = 0;

export function bindPlayerBar() {
  onClick("player-toggle", () => player.toggle());
  onClick("player-next", () => player.next());
  onClick("player-previous", () => player.previous());
  onClick("player-shuffle", () => player.shuffle(!player.queue.isShuffled));
  onClick("player-repeat", () => player.repeat(REPEATS[(REPEATS.indexOf(player.queue.repeat) + 1) % REPEATS.length]));
  onClick("player-clear", () => { showQueue(false); player.clear(); });
  onClick("player-queue", () => showQueue(part("queue").hidden));
  bindPosition();
  input("player-volume").value = String(player.volume * 100);
  input("player-volume").addEventListener("input", () => { player.volume = Number(input("player-volume").value) / 100; });
  part("queue-tracks").addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) player.playAt(Number(button.dataset.place));
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !part("queue").hidden) { showQueue(false); part("player-queue").focus(); } });
  events.addEventListener("change", show);
  events.addEventListener("time", showTime);
  events.addEventListener("failure", (event) => say(/** @type {CustomEvent} */ (event).detail));
  show();
}

function bindPosition() {
  const knob = input("player-position");
  knob.addEventListener("input", () => { isSeeking = true; part("player-elapsed").textContent = clock(wanted()); });
  knob.addEventListener("change", () => { isSeeking = false; player.seek(wanted()); });
}

function wanted() {
  return (Number(input("player-position").value) / 1000) * player.length;
}

function show() {
  const { track, queue } = player;
  bar.hidden = !track;
  document.documentElement.classList.toggle("playing", Boolean(track));
  document.documentElement.classList.toggle("sounding", player.isPlaying);
  if (!track) return;
  const title = part("player-title");
  title.textContent = track.title;
  title.setAttribute("href", track.href);
  part("player-artist").textContent = track.artist || track.album;
  const cover = /** @type {HTMLImageElement} */ (part("player-cover"));
  cover.hidden = !track.picture;
  if (track.picture) cover.src = `${track.picture}?size=150`;
  part("player-toggle").setAttribute("aria-label", word(player.isPlaying ? "pause" : "play"));
  part("player-shuffle").setAttribute("aria-pressed", String(queue.isShuffled));
  const repeat = part("player-repeat");
  repeat.dataset.mode = queue.repeat;
  repeat.setAttribute("aria-label", `${repeat.dataset.label}: ${word(`repeat-${queue.repeat}`)}`);
  repeat.title = repeat.getAttribute("aria-label") ?? "";
  if (!part("queue").hidden) listQueue();
  showTime();
}

function showTime() {
  if (isSeeking) return;
  const { position, length } = player;
  part("player-elapsed").textContent = clock(position);
  // Of a track that a visit before left here nothing is known until it plays.
  const whole = length > 0 ? clock(length) : "–:––";
  part("player-length").textContent = whole;
  const knob = input("player-position");
  knob.value = String(length > 0 ? Math.round((position / length) * 1000) : 0);
  knob.setAttribute("aria-valuetext", `${clock(position)} / ${whole}`);
}

/** @param {boolean} isShown */
function showQueue(isShown) {
  part("queue").hidden = !isShown;
  part("player-queue").setAttribute("aria-expanded", String(isShown));
  if (isShown) {
    listQueue();
    part("queue-tracks").querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  }
}

function listQueue() {
  const { queue } = player;
  part("queue-tracks").replaceChildren(...queue.order.map((index, place) => {
    const track = queue.tracks[index];
    const item = document.createElement("li");
    const button = document.createElement("button");
    const artist = document.createElement("span");
    button.type = "button";
    button.dataset.place = String(place);
    button.dir = "auto";
    artist.textContent = track.artist;
    button.append(track.title, artist);
    if (place === queue.place) button.setAttribute("aria-current", "true");
    item.append(button);
    return item;
  }));
}

/** @param {{track: import("./queue.js").Track, reason: string}} failure */
function say({ track, reason }) {
  part("player-message").textContent = `${track.title}: ${word(reason)}`;
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => { part("player-message").textContent = ""; }, MESSAGE_MILLISECONDS);
}

/** The page's word for something. @param {string} name */
function word(name) {
  return bar.getAttribute(`data-${name}`) ?? "";
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (part(id));
}

/** @param {string} id @param {() => void} action */
function onClick(id, action) {
  part(id).addEventListener("click", action);
}
