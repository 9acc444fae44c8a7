// Keeps a page fresh: parts of it that are marked data-live are taken anew from the server, which renders them, and put in the place of
// the old ones. Without this script every page works, and is as old as its loading.
"use strict";

const parts = [...document.querySelectorAll("[data-live]")].map(part => part.id);
const connection = document.getElementById("connection");
// The shortest time between two loadings, and after trouble a longer one, up to the longest.
const shortest = 1000;
const longest = 30000;
let every = pace();
let pause = shortest;
let last = 0;
let timer = 0;
let loading = false;
let again = false;
let leaving = false;

/** How often the page wants to be loaded: as its most impatient part does, or never. */
function pace() {
  return Math.min(...[...document.querySelectorAll("[data-every]")].map(part => 1000 * Number(part.dataset.every)), Infinity);
}

function say(text) {
  if (connection.textContent !== text) {
    connection.textContent = text;
  }
}

/** Loads the page once more, now or as soon as may be. */
function refresh() {
  if (leaving) {
    return;
  }
  if (loading) {
    again = true;
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(load, Math.max(0, last + pause - performance.now()));
}

async function load() {
  if (document.hidden) {
    return;
  }
  loading = true;
  again = false;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.redirected) {
      // The key is no good any more, or the visit is over.
      location.reload();
      return;
    }
    if (answer.ok) {
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      pause = shortest;
      say("");
    } else if (answer.status === 404) {
      pause = longest;
      say("This is not there any more.");
    } else {
      wait(answer.status === 429 ? "Asked too often; a moment…" : "The service is in trouble; trying again…");
    }
  } catch {
    wait("No connection; trying again…");
  } finally {
    loading = false;
    last = performance.now();
    if (again || pause > shortest) {
      refresh();
    } else if (every < Infinity) {
      timer = setTimeout(load, every);
    }
  }
}

function wait(text) {
  pause = Math.min(longest, 2 * pause);
  say(text);
}

function replace(fresh) {
  for (const id of parts) {
    const old = document.getElementById(id);
    const now = fresh.getElementById(id);
    // An opened question stays open, with the answer under the pointer.
    if (!old || !now || old.outerHTML === now.outerHTML || old.querySelector("[data-keep][open]")) {
      continue;
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const { scrollLeft, scrollTop } = old;
    old.replaceChildren(...now.childNodes);
    for (const { name, value } of now.attributes) {
      old.setAttribute(name, value);
    }
    // What a part no longer asks for: a scan that has completed has nothing more to tell.
    for (const wish of Object.keys(old.dataset)) {
      if (!(wish in now.dataset)) {
        delete old.dataset[wish];
      }
    }
    Object.assign(old, { scrollLeft, scrollTop });
    if (focused && focused !== old) {
      // The same one of the new ones; where it is gone, the part itself, so that the keyboard is not sent back to the page's beginning.
      (sameIn(old, focused) ?? focusable(old)).focus({ preventScroll: true });
    }
  }
  listen();
  every = pace();
}

function sameIn(part, element) {
  if (element.id) {
    return document.getElementById(element.id);
  }
  const like = other => ["href", "formaction", "name"].every(name => other.getAttribute(name) === element.getAttribute(name));
  return [...part.getElementsByTagName(element.tagName)].find(like);
}

function focusable(part) {
  if (!part.hasAttribute("tabindex")) {
    part.tabIndex = -1;
  }
  return part;
}

/** A scan tells what happens to it; its page is then loaded anew. A page that nobody sees does not listen: a browser has few connections. */
let events = null;

function listen() {
  const url = document.querySelector("[data-events]")?.dataset.events;
  if (!url || document.hidden) {
    events?.close();
    events = null;
    return;
  }
  if (events && events.readyState !== EventSource.CLOSED) {
    return;
  }
  events = new EventSource(url);
  for (const kind of ["progress", "state", "planned", "retries", "split", "verified"]) {
    events.addEventListener(kind, refresh);
  }
  events.addEventListener("removed", () => {
    events.close();
    if (!leaving) {
      location.assign("/");
    }
  });
}

// Whoever has sent a form is on the way to another page already, and must not be turned aside; unless they have stopped it.
document.addEventListener("submit", () => {
  leaving = true;
  setTimeout(() => {
    leaving = false;
  }, longest);
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

listen();
if (every < Infinity) {
  timer = setTimeout(load, every);
}
document.addEventListener("visibilitychange", () => {
  listen();
  if (!document.hidden && parts.length > 0) {
    refresh();
  }
});

// Whoever marks a property wants these, and not the standard ones.
const these = document.querySelector("input[name=which][value=these]");
document.getElementById("properties")?.addEventListener("change", () => {
  these.checked = true;
});

// Narrows a long list of choices to those that hold what is typed.
for (const input of document.querySelectorAll("[data-narrow]")) {
  const choices = document.getElementById(input.dataset.narrow).children;
  input.addEventListener("keydown", event => {
    // Enter would send the form that the field stands in.
    if (event.key === "Enter") {
      event.preventDefault();
    }
  });
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    for (const choice of choices) {
      choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
    }
  });
}
