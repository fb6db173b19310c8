// Tracks as pages show them, read back from their markup.

/** @typedef {import("./queue.js").Track} Track */

/** @param {Element} row @returns {Track} */
export function trackOf(row) {
  const text = (/** @type {string} */ selector) => row.querySelector(selector)?.textContent?.trim() ?? "";
  const page = row.closest("main");
  const list = row.closest("[data-album]");
  const id = row.getAttribute("data-track") ?? "";
  return {
    id,
    title: text(".name"),
    artist: text(".artists") || (page?.querySelector(".sleeve .artists")?.textContent?.trim() ?? ""),
    album: text(".album") || (list?.getAttribute("data-album") ?? ""),
    href: row.querySelector(".album a")?.getAttribute("href") ?? list?.getAttribute("data-album-href") ?? `/tracks/${id}`,
    picture: row.getAttribute("data-picture"),
  };
}

/** All tracks of a page. @param {ParentNode} page @returns {Track[]} */
export function tracksOf(page) {
  return [...page.querySelectorAll("[data-track]")].map(trackOf);
}

/** The tracks of the pages behind this one, page by page.
 * @param {ParentNode} page @returns {AsyncGenerator<Track[]>} */
export async function* tracksBehind(page) {
  let next = nextOf(page);
  while (next) {
    const behind = await fetchPage(next);
    yield tracksOf(behind);
    next = nextOf(behind);
  }
}

/** @param {string} href @returns {Promise<Document>} */
export async function fetchPage(href) {
  const answer = await fetch(href, { headers: { Accept: "text/html" } });
  if (!answer.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(`${href} is not a page`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  page.documentElement.dataset.href = answer.url;
  return page;
}

/** Only a list of tracks goes on with tracks. @param {ParentNode} page */
function nextOf(page) {
  return page.querySelector(".tracks ~ .pages a[rel=next]")?.getAttribute("href") ?? null;
}
