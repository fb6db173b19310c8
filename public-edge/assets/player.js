// The sound: one audio element outside of the document, so that no page change can stop it.

import { currentOf, emptyQueue, extended, following, ordered, preceding, queueOf, restored } from "./queue.js";
import { recall, store } from "./storage.js";

/** @typedef {import("./queue.js").Track} Track */

/** Earlier than this, "previous" means the track before. */
const RESTART_SECONDS = 4;
/** Tracks in a row that may fail before the player gives up. */
const MAX_FAILURES = 3;

const audio = new Audio();
audio.preload = "auto";

let queue = restored(recall("queue", emptyQueue()));
let failures = 0;
/** Where the track that is loaded next begins, from the last visit. */
let resumeAt = Number(recall("position", 0)) || 0;

/** Tells of `change` (track, order or state), `time` and `failure`. */
export const events = new EventTarget();

export const player = {
  get queue() { return queue; },
  get track() { return currentOf(queue); },
  get isPlaying() { return !audio.paused; },
  get position() { return audio.src ? audio.currentTime : resumeAt; },
  get length() { return Number.isFinite(audio.duration) ? audio.duration : 0; },
  get volume() { return audio.volume; },
  set volume(value) { audio.volume = Math.min(1, Math.max(0, value)); store("volume", audio.volume); },

  /** Plays these tracks from `start` on. @param {Track[]} tracks @param {number} start */
  playAll(tracks, start = 0) { failures = 0; go(queueOf(queue, tracks, start)); },
  /** Adds tracks behind those that are there. @param {Track[]} tracks */
  append(tracks) { set(extended(queue, tracks)); },
  /** @param {number} place */
  playAt(place) { failures = 0; go({ ...queue, place }); },
  toggle() { if (audio.paused) resume(); else audio.pause(); },
  pause() { audio.pause(); },
  resume,
  next() { const next = following(queue, true); if (next) { failures = 0; go(next); } },
  previous() { if (audio.currentTime > RESTART_SECONDS) player.seek(0); else { failures = 0; go(preceding(queue)); } },
  /** @param {number} seconds */
  seek(seconds) { if (!audio.src) { resumeAt = seconds; resume(); } else audio.currentTime = Math.max(0, Math.min(seconds, player.length || seconds)); },
  /** @param {boolean} isShuffled */
  shuffle(isShuffled) { set(ordered(queue, isShuffled)); },
  /** @param {import("./queue.js").Repeat} repeat */
  repeat(repeat) { set({ ...queue, repeat }); },
  clear() { audio.pause(); audio.removeAttribute("src"); audio.load(); resumeAt = 0; set({ ...emptyQueue(), repeat: queue.repeat, isShuffled: queue.isShuffled }); },
};

/** @param {import("./queue.js").Queue} next */
function set(next) {
  queue = next;
  store("queue", queue);
  tell("change");
}

/** @param {import("./queue.js").Queue} next */
function go(next) {
  resumeAt = 0;
  set(next);
  load();
}

function load() {
  const track = player.track;
  if (!track) return;
  audio.src = `/api/v1/tracks/${encodeURIComponent(track.id)}/play`;
  if (resumeAt > 0) audio.currentTime = resumeAt;
  start();
}

function resume() {
  if (!audio.src || audio.error) load();
  else start();
}

function start() {
  // A refusal comes as the element's error; a newer load interrupts an older one: neither is news here.
  audio.play().catch(() => tell("change"));
}

async function fail() {
  const { track } = player;
  if (!track || !audio.getAttribute("src")) return;
  const reason = await reasonOf(track, audio.error);
  if (track !== player.track) return;
  failures += 1;
  events.dispatchEvent(new CustomEvent("failure", { detail: { track, reason } }));
  tell("change");
  const next = following(queue, true);
  if (next && failures < MAX_FAILURES && next.place !== queue.place && reason !== "offline") go(next);
}

/** Why a track does not play. The redirect itself is asked, never followed: what lies behind it answers no script.
 * @param {Track} track @param {MediaError | null} error */
async function reasonOf(track, error) {
  if (error?.code === MediaError.MEDIA_ERR_DECODE) return "cannot-decode";
  try {
    const answer = await fetch(`/api/v1/tracks/${encodeURIComponent(track.id)}/play`, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return "no-answer";
    return answer.status === 404 ? "not-available" : "no-answer";
  } catch {
    return "offline";
  }
}

/** @param {string} name */
function tell(name) { events.dispatchEvent(new Event(name)); }

audio.volume = Math.min(1, Math.max(0, Number(recall("volume", 1))));
for (const name of ["play", "pause", "loadedmetadata"]) audio.addEventListener(name, () => tell("change"));
audio.addEventListener("playing", () => { failures = 0; tell("change"); });
audio.addEventListener("timeupdate", () => tell("time"));
audio.addEventListener("error", fail);
audio.addEventListener("ended", () => {
  const next = following(queue, false);
  if (next) go(next);
});
addEventListener("pagehide", () => store("position", player.position));
