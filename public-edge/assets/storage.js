// What outlives a visit. A browser that keeps nothing (private mode, a full disk) still plays.

const PREFIX = "music-cloud:";

/** @param {string} name @param {any} fallback @returns {any} */
export function recall(name, fallback) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null") ?? fallback;
  } catch {
    return fallback;
  }
}

/** @param {string} name @param {any} value */
export function store(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Nothing to do: the queue lives on in memory.
  }
}
