// What is played after what. Values in, values out: nothing here touches the page or the sound.

/** @typedef {{id: string, title: string, artist: string, album: string, href: string, picture: string | null}} Track */
/** @typedef {"off" | "all" | "one"} Repeat */
/** @typedef {{tracks: Track[], order: number[], place: number, repeat: Repeat, isShuffled: boolean}} Queue */

/** More would not fit into the browser's storage. */
const MAX_TRACKS = 2000;

/** @returns {Queue} */
export function emptyQueue() {
  return { tracks: [], order: [], place: -1, repeat: "off", isShuffled: false };
}

/** A queue of these tracks that begins with the one at `start`.
 * @param {Queue} queue @param {Track[]} tracks @param {number} start @returns {Queue} */
export function queueOf(queue, tracks, start) {
  const kept = tracks.slice(0, MAX_TRACKS);
  return ordered({ ...queue, tracks: kept, order: kept.map((_, index) => index), place: start }, queue.isShuffled);
}

/** The queue with more tracks at its end.
 * @param {Queue} queue @param {Track[]} tracks @returns {Queue} */
export function extended(queue, tracks) {
  const more = tracks.slice(0, MAX_TRACKS - queue.tracks.length);
  const added = more.map((_, index) => queue.tracks.length + index);
  const order = [...queue.order, ...(queue.isShuffled ? shuffled(added) : added)];
  return { ...queue, tracks: [...queue.tracks, ...more], order };
}

/** The queue in its own or in a random order; what plays now goes on.
 * @param {Queue} queue @param {boolean} isShuffled @returns {Queue} */
export function ordered(queue, isShuffled) {
  const all = queue.tracks.map((_, index) => index);
  const now = queue.order[queue.place] ?? -1;
  if (!isShuffled) return { ...queue, isShuffled, order: all, place: now };
  const others = shuffled(all.filter((index) => index !== now));
  return now < 0 ? { ...queue, isShuffled, order: others } : { ...queue, isShuffled, order: [now, ...others], place: 0 };
}

/** The queue at its next track, or null at its end. `isAsked`: the listener wants it, so one track is not repeated.
 * @param {Queue} queue @param {boolean} isAsked @returns {Queue | null} */
export function following(queue, isAsked) {
  if (queue.repeat === "one" && !isAsked) return queue;
  if (queue.place + 1 < queue.order.length) return { ...queue, place: queue.place + 1 };
  return queue.repeat !== "off" && queue.order.length > 0 ? { ...queue, place: 0 } : null;
}

/** The queue at its previous track; the first stays.
 * @param {Queue} queue @returns {Queue} */
export function preceding(queue) {
  const last = queue.repeat === "all" ? queue.order.length - 1 : 0;
  return { ...queue, place: queue.place > 0 ? queue.place - 1 : Math.min(last, queue.order.length - 1) };
}

/** @param {Queue} queue @returns {Track | null} */
export function currentOf(queue) {
  return queue.tracks[queue.order[queue.place]] ?? null;
}

/** A queue as it was stored, or an empty one: storage may hold anything.
 * @param {any} stored @returns {Queue} */
export function restored(stored) {
  const isWhole = stored && Array.isArray(stored.tracks) && Array.isArray(stored.order) && Number.isInteger(stored.place);
  if (!isWhole || stored.order.some((/** @type {any} */ index) => !stored.tracks[index]?.id)) return emptyQueue();
  const repeat = ["all", "one"].includes(stored.repeat) ? stored.repeat : "off";
  return { ...emptyQueue(), ...stored, repeat, isShuffled: stored.isShuffled === true };
}

/** @param {number[]} items @returns {number[]} */
function shuffled(items) {
  const mixed = [...items];
  for (let end = mixed.length - 1; end > 0; end -= 1) {
    const pick = Math.floor(Math.random() * (end + 1));
    [mixed[end], mixed[pick]] = [mixed[pick], mixed[end]];
  }
  return mixed;
}
