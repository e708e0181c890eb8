// The page works without this. With it, a click changes what it changed and nothing else
// moves, the page follows what Terraform does, and arrow keys walk through the table.
"use strict";

const everyMilliseconds = 1500;
const main = () => document.getElementById("page");

// swap puts what the server answered in place of what is shown, and keeps the place.
function swap(html, focus) {
  const before = main();
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("page");
  if (!next) {
    document.documentElement.innerHTML = html; // the door, or an error
    return;
  }
  const places = [...before.querySelectorAll(".scroll[id], .events")].map((e) => [e.id, e.scrollTop, e.scrollLeft]);
  const opened = [...before.querySelectorAll("details[id]")].map((e) => [e.id, e.open]);
  const drafts = [...before.querySelectorAll(".adders input")].map((e) => [e.id, e.value]);
  const active = focus || keyOf(document.activeElement);
  const roles = new Map(cells(before).map((b) => [b.value, b.textContent]));
  before.replaceWith(next);
  for (const [id, top, left] of places) {
    const e = document.getElementById(id);
    if (e) [e.scrollTop, e.scrollLeft] = [top, left];
  }
  for (const [id, open] of opened) if (document.getElementById(id)) document.getElementById(id).open = open;
  for (const [id, value] of drafts) if (document.getElementById(id)) document.getElementById(id).value = value;
  for (const b of cells(next)) if (roles.has(b.value) && roles.get(b.value) !== b.textContent) b.classList.add("changed");
  if (next.dataset.latest !== before.dataset.latest) document.getElementById("said").textContent = next.dataset.latest;
  dress(active);
}

const cells = (root) => [...root.querySelectorAll(".matrix button")];

// keyOf finds the same control again after a swap.
function keyOf(e) {
  if (!e || !main().contains(e)) return "";
  if (e.id) return "#" + CSS.escape(e.id);
  if (e.name && e.value) return `[name="${CSS.escape(e.name)}"][value="${CSS.escape(e.value)}"]`;
  return "";
}

// dress adds what only a script can do.
function dress(active) {
  for (const pre of main().querySelectorAll("pre.copy")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copier", textContent: "Copy" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    });
    pre.before(button);
  }
  const all = cells(main());
  const current = all.find((b) => active && b.matches(active)) || all[0];
  for (const b of all) b.tabIndex = b === current ? 0 : -1;
  place();
  const menu = document.getElementById("menu");
  const to = menu ? menu.querySelector("button:not(:disabled)") : active && main().querySelector(active);
  if (to) to.focus({ preventScroll: true });
}

// place puts the menu beside its cell.
function place() {
  const menu = document.getElementById("menu");
  if (!menu) return;
  const cell = cells(main()).find((b) => b.value === menu.dataset.key);
  if (!cell) return;
  cell.setAttribute("aria-expanded", "true");
  const box = menu.parentElement.getBoundingClientRect();
  const at = cell.getBoundingClientRect();
  const left = at.right + 8 + menu.offsetWidth < box.right ? at.right + 8 : at.left - 8 - menu.offsetWidth;
  const top = Math.min(at.top, box.bottom - menu.offsetHeight - 8);
  menu.style.left = Math.max(left - box.left, 8) + "px";
  menu.style.top = Math.max(top - box.top, 8) + "px";
}

// say tells everybody, unlike what only screen readers need.
function say(text) {
  const said = document.getElementById("said");
  said.classList.toggle("unseen", text === "");
  said.textContent = text;
}

let loading = 0;
let pending = 0;

// load shows what the server answers. Of several answers on their way only the last one
// that was asked for counts.
async function load(url, options, focus) {
  const mine = ++loading;
  pending++;
  try {
    const answer = await fetch(url, options);
    const html = await answer.text();
    if (mine !== loading) return;
    if (answer.status === 401) return say("The sandbox was started anew: open its page by the link in its terminal.");
    const asked = new URL(answer.url);
    if (asked.pathname === "/") history.replaceState(null, "", asked.pathname + asked.search);
    say("");
    swap(html, focus);
  } catch {
    say("The sandbox does not answer. Does it run?");
  } finally {
    pending--;
  }
}

document.addEventListener("submit", (e) => {
  const form = e.target;
  const by = e.submitter;
  const url = new URL((by && by.getAttribute("formaction")) || form.getAttribute("action"), location.href);
  const data = new FormData(form, by);
  e.preventDefault();
  if (form.method === "get") {
    url.search = new URLSearchParams(data).toString();
    load(url, {}, keyOf(by));
    return;
  }
  const menu = form.closest("#menu");
  const focus = menu ? `[name="menu"][value="${CSS.escape(menu.dataset.key)}"]` : keyOf(by);
  if (form.closest(".adders")) form.reset();
  load(url, { method: "POST", body: new URLSearchParams(data) }, focus);
});

document.addEventListener("click", (e) => {
  const link = e.target.closest("main a[href^='/']");
  if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
    e.preventDefault();
    if (link.matches(".close")) dismiss(true);
    else load(link.href, {}, "");
    return;
  }
  if (!e.target.closest("#menu, .matrix button")) dismiss(false);
});

// dismiss takes the menu away; back returns the focus to its cell.
function dismiss(back) {
  const menu = document.getElementById("menu");
  if (!menu) return;
  const cell = cells(main()).find((b) => b.value === menu.dataset.key);
  history.replaceState(null, "", menu.querySelector(".close").href);
  menu.remove();
  if (!cell) return;
  cell.removeAttribute("aria-expanded");
  if (back) cell.focus({ preventScroll: true });
}

// steps are how many rows and columns a key goes.
const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity] };
const within = (least, n, most) => Math.max(least, Math.min(n, most));

document.addEventListener("keydown", (e) => {
  if (e.key === "Escape") return dismiss(true);
  const step = steps[e.key];
  if (!step) return;
  const menu = e.target.closest("#menu");
  if (menu) {
    const all = [...menu.querySelectorAll("button:not(:disabled)")];
    all[(all.indexOf(e.target) + Math.sign(step[0]) + all.length) % all.length].focus();
    e.preventDefault();
    return;
  }
  const cell = e.target.closest(".matrix td");
  if (!cell) return;
  const rows = [...cell.closest("tbody").rows];
  const row = rows[within(0, rows.indexOf(cell.parentElement) + step[0], rows.length - 1)];
  const to = row.cells[within(1, cell.cellIndex + step[1], row.cells.length - 1)].querySelector("button");
  e.preventDefault();
  e.target.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
});

// follow shows what happened elsewhere. It waits while somebody is in the middle of
// something, and longer where the page is slow to make.
async function follow() {
  const begun = performance.now();
  if (document.visibilityState === "visible" && !pending && !document.querySelector(busy)) {
    const answer = await fetch("/_page/mark").catch(() => null);
    const mark = answer && answer.ok && (await answer.text());
    if (!pending && mark !== main().dataset.mark && !document.querySelector(busy)) await load(location.href, {});
  }
  setTimeout(follow, everyMilliseconds + 4 * (performance.now() - begun));
}

// busy is what somebody is in the middle of.
const busy = "#menu, .refused, #people:focus, pre:focus, .list details[open]";

dress("");
setTimeout(follow, everyMilliseconds);
