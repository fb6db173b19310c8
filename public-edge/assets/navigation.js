// Links that swap the page's content and leave the player alone. Whatever goes wrong, the browser follows the link itself.

import { dress } from "./dress.js";
import { fetchPage } from "./tracklist.js";

/** Counts turns, so that a slow page never replaces a later one. */
let turns = 0;
/** The page that is shown; a change of its hash alone is the browser's own affair. */
let shown = location.pathname + location.search;

export function bindNavigation() {
  history.scrollRestoration = "manual";
  document.addEventListener("click", followLink);
  document.addEventListener("submit", submitForm);
  addEventListener("popstate", () => {
    const wanted = location.pathname + location.search;
    if (wanted !== shown) turn(location.href, history.state?.scroll ?? 0);
  });
  addEventListener("pagehide", rememberScroll);
}

/** @param {MouseEvent} event */
function followLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href, location.href);
  const isHere = url.pathname + url.search === shown && url.hash !== "";
  if (!isPage(url) || isHere) return;
  event.preventDefault();
  visit(url.href);
}

/** @param {SubmitEvent} event */
function submitForm(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "get") return;
  const url = new URL(form.action);
  url.search = new URLSearchParams(/** @type {any} */ (new FormData(form))).toString();
  if (!isPage(url)) return;
  event.preventDefault();
  visit(url.href);
}

/** @param {URL} url */
function isPage(url) {
  return url.origin === location.origin && !/^\/(api|rest|assets)\//.test(url.pathname);
}

/** @param {string} href */
function visit(href) {
  rememberScroll();
  history.pushState({ scroll: 0 }, "", href);
  turn(href, 0);
}

function rememberScroll() {
  history.replaceState({ ...history.state, scroll: scrollY }, "");
}

/** @param {string} href @param {number} scroll */
async function turn(href, scroll) {
  const mine = (turns += 1);
  document.documentElement.classList.add("loading");
  try {
    const page = await fetchPage(href);
    if (mine === turns) show(page, href, scroll);
  } catch {
    if (mine === turns) location.assign(href);
  } finally {
    if (mine === turns) document.documentElement.classList.remove("loading");
  }
}

/** @param {Document} page @param {string} href @param {number} scroll */
function show(page, href, scroll) {
  const [here, there] = [document.querySelector("main"), page.querySelector("main")];
  if (!here || !there || isOtherBuild(page)) return location.assign(href);
  // Redirects (a toplist to its playlist) end at another address than they began at.
  const url = new URL(page.documentElement.dataset.href ?? href);
  url.hash = new URL(href).hash;
  history.replaceState({ scroll }, "", url);
  dress(page);
  here.replaceWith(document.adoptNode(there));
  shown = url.pathname + url.search;
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  copyHead(page);
  const target = url.hash ? document.getElementById(decodeURIComponent(url.hash.slice(1))) : null;
  if (target) target.scrollIntoView();
  else scrollTo(0, scroll);
  there.focus({ preventScroll: true });
}

/** After an update the old scripts leave the new pages alone. @param {Document} page */
function isOtherBuild(page) {
  const script = (/** @type {Document} */ from) => from.querySelector("script[type=module]")?.getAttribute("src");
  return script(page) !== script(document);
}

/** The menu's marks and the search field. @param {Document} page */
function copyHead(page) {
  const marks = page.querySelectorAll(".top a");
  document.querySelectorAll(".top a").forEach((link, index) => {
    const mark = marks[index]?.getAttribute("aria-current");
    if (mark) link.setAttribute("aria-current", mark);
    else link.removeAttribute("aria-current");
  });
  const [here, there] = [document, page].map((from) => from.querySelector(".find input"));
  if (here instanceof HTMLInputElement && here !== document.activeElement) here.value = there?.getAttribute("value") ?? "";
}
