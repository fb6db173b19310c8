// The system's own controls: media keys, lock screens, headsets.

import { events, player } from "./player.js";

const SEEK_SECONDS = 10;

export function bindMediaSession() {
  const session = navigator.mediaSession;
  if (!session) return;
  /** @type {[MediaSessionAction, MediaSessionActionHandler][]} */
  const actions = [
    ["play", () => player.resume()],
    ["pause", () => player.pause()],
    ["previoustrack", () => player.previous()],
    ["nexttrack", () => player.next()],
    ["seekbackward", (details) => player.seek(player.position - (details.seekOffset ?? SEEK_SECONDS))],
    ["seekforward", (details) => player.seek(player.position + (details.seekOffset ?? SEEK_SECONDS))],
    ["seekto", (details) => player.seek(details.seekTime ?? 0)],
  ];
  for (const [name, handler] of actions) session.setActionHandler(name, handler);
  events.addEventListener("change", () => show(session));
}

/** @param {MediaSession} session */
function show(session) {
  const { track } = player;
  session.playbackState = track ? (player.isPlaying ? "playing" : "paused") : "none";
  if (!track) session.metadata = null;
  else if (session.metadata?.title !== track.title || session.metadata.album !== track.album) session.metadata = metadataOf(track);
  if (player.length > 0) session.setPositionState({ duration: player.length, position: Math.min(player.position, player.length) });
}

/** @param {import("./queue.js").Track} track */
function metadataOf({ title, artist, album, picture }) {
  const artwork = picture ? ["150", "600"].map((size) => ({ src: `${picture}?size=${size}`, sizes: `${size}x${size}` })) : [];
  return new MediaMetadata({ title, artist, album, artwork });
}
