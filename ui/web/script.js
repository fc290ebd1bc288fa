// Runs once for each HTML part of the page; gradio hands over `element`, `trigger` and
// `watch`. A click on a button with data-act goes to the server, unless it only
// changes what is in view: #desk has data-view="list|article|past" data-side="open|shut"
// data-scope="open|shut" data-filter="open|shut". The other files follow it there.
const desk = element.closest("#desk");
const part = element.closest("[id]:not([id^='html-'])")?.id;
const narrow = () => matchMedia("(max-width: 1023px)").matches;

function show(view, side) {
  desk.dataset.view = view ?? desk.dataset.view ?? "list";
  desk.dataset.side = side;
}

function close() {
  show(null, "shut");
  window.newsdeskOpener?.focus();
}

// the numbers of the citation that is open look so, and no others
function point(button) {
  const { turn, number } = button.dataset;
  for (const cite of desk.querySelectorAll(".cite"))
    cite.classList.toggle(
      "opened",
      cite.dataset.turn === turn && cite.dataset.number === number,
    );
}

// as if it had been typed: gradio hears of it by the event
function type(question) {
  const box = document.querySelector("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

function copy(button, text) {
  const told = button.textContent;
  navigator.clipboard.writeText(text).then(
    () => (button.textContent = "Copied"),
    () => (button.textContent = "Not allowed"),
  );
  setTimeout(() => (button.textContent = told), 2000);
}

function rename(button) {
  const row = button.closest("li");
  const field = document.createElement("input");
  field.value = row.querySelector(".work").textContent;
  field.setAttribute("aria-label", "New name");
  row.prepend(field);
  field.select();
  const done = (keep) => {
    field.remove();
    if (keep) trigger("click", { ...button.dataset, name: field.value });
    else button.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done(true);
    if (event.key === "Escape") done(false);
  });
}

// asks why before it sends what is thought of an answer; the reason may stay empty
function rate(button) {
  const row = button.closest(".rate");
  const field = made("input", "", "");
  field.maxLength = 500;
  field.placeholder = field.ariaLabel = "Why? (may stay empty)";
  const send = made("button", "plain", "Send");
  send.type = "button";
  const done = () => {
    trigger("click", { ...button.dataset, act: "rated", reason: field.value });
    row.replaceChildren(made("span", "", "Thank you."));
  };
  send.addEventListener("click", done);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done();
  });
  row.replaceChildren(made("span", "", button.textContent), field, send);
  field.focus();
}

// the small sheet beside a citation, and the button beside selected text
function sheet(name, near, ...parts) {
  let shown = desk.querySelector(`.sheet.${name}`);
  if (!shown) {
    shown = document.createElement("div");
    shown.className = `sheet ${name}`;
    desk.append(shown);
  }
  shown.replaceChildren(...parts);
  shown.hidden = false;
  const { left, top, bottom } = near;
  const { offsetWidth: width, offsetHeight: height } = shown;
  const above = bottom + height + 12 > innerHeight;
  shown.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  shown.style.top = `${above ? Math.max(8, top - height - 6) : bottom + 6}px`;
  return shown;
}

function put(name) {
  const shown = desk.querySelector(`.sheet.${name}`);
  if (shown) shown.hidden = true;
}

function made(tag, name, text) {
  const piece = document.createElement(tag);
  piece.className = name;
  piece.textContent = text; // never HTML: it may be an article's
  return piece;
}

// what was shown by "More": all answers are drawn anew when another one comes
const unfolded = new Set();
const copied = (rare) => rare.querySelector("[data-copy]").dataset.copy;

// what the page does by itself, without the server
const here = {
  edit: (button) => type(button.dataset.question),
  ask: (button) => {
    type(button.dataset.question);
    setTimeout(() => document.querySelector("#ask").click(), 100);
  },
  link: (button) => {
    const link = new URL(location.pathname, location.origin);
    link.searchParams.set("q", button.dataset.question);
    copy(button, link.href);
  },
  copy: (button) => copy(button, button.dataset.copy),
  more: (button) => {
    const rare = button.nextElementSibling;
    button.ariaExpanded = !(rare.hidden = !rare.hidden);
    unfolded[rare.hidden ? "delete" : "add"](copied(rare));
    rare.scrollIntoView({ block: "nearest" });
  },
  rate,
};

element.addEventListener("input", (event) => {
  const { filter } = event.target.dataset;
  if (!filter) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const row of desk.querySelectorAll(filter)) {
    const text = `${row.textContent} ${row.dataset.asked}`.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act], a[data-act]");
  if (!button) return;
  if (button.href) event.preventDefault(); // a point of a plot
  const act = button.dataset.act;
  if (["settled", "pending", "saved"].includes(part) && here[act]) {
    here[act](button);
    if (part === "saved" && narrow()) show(null, "shut");
  } else if (act === "step") {
    step(Number(button.dataset.by));
  } else if (act === "rename") {
    rename(button);
  } else if (act === "side" || act === "past") {
    window.newsdeskOpener = button;
    show(act === "past" ? "past" : "list", "open");
  } else if (act === "list") {
    show("list", desk.dataset.side);
  } else if (act === "settings" || act === "sources") {
    show(act, "open");
    trigger("click", { act }); // its contents come from the server
  } else if (act === "close") {
    close();
  } else if (act === "narrow" || act === "filter") {
    const panel = act === "narrow" ? "scope" : "filter";
    desk.dataset[panel] = desk.dataset[panel] === "open" ? "shut" : "open";
    button.setAttribute("aria-expanded", desk.dataset[panel] === "open");
    trigger("click", { act }); // there may be other names
  } else {
    if (part === "settled") window.newsdeskOpener = button;
    if (part !== "examples") point(button);
    const changes = ["remove", "reinstate", "reread", "retry"].includes(act);
    trigger(changes && part !== "followed" ? "submit" : "click", { ...button.dataset });
    if (["only", "resume"].includes(act) && narrow()) show(null, "shut");
    if (act === "save") button.textContent = "Saved";
    if (["new", "only"].includes(act))
      document.querySelector("#question textarea").focus();
    if (["remove", "reread"].includes(act)) show("list", "open");
  }
});

if (part === "pending") {
  let state = "";
  let stopped;
  const asked = () => element.querySelector("[data-asked]")?.dataset.asked;
  const stop = () => {
    if (stopped && stopped === asked())
      element.querySelector(".turn").classList.replace("pending", "stopped");
  };
  // what was on its way when "Stop" was pressed still arrives
  desk.addEventListener("click", (event) => {
    if (!event.target.closest("#stop")) return;
    stopped = asked();
    stop();
  });
  watch("value", () => {
    stop();
    const turn = element.querySelector(".turn");
    if (turn && turn.className !== state) turn.scrollIntoView({ block: "start" });
    state = turn?.className;
  });
}

if (part === "settled") {
  element.setAttribute("aria-live", "polite");
  let leaving;
  let shownLast;
  const tell = (event) => {
    const cite = event.target.closest(".cite");
    if (!cite) return;
    clearTimeout(leaving);
    const { title, author, published, pages, quote } = cite.dataset;
    const parts = [made("q", "", quote), made("p", "work", title)];
    for (const one of parts) one.translate = false; // see language.js
    if (author || published || pages) parts.push(bylined(author, published, pages));
    const shown = sheet("cited", cite.getBoundingClientRect(), ...parts);
    shown.setAttribute("role", "tooltip");
    shown.onmouseenter = () => clearTimeout(leaving);
    shown.onmouseleave = () => put("cited");
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => put("cited"), 200);
  };
  for (const name of ["mouseover", "focusin"]) element.addEventListener(name, tell);
  for (const name of ["mouseout", "focusout"]) element.addEventListener(name, leave);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") put("cited");
  });
  watch("value", () => {
    for (const rare of element.querySelectorAll(".rare"))
      if (unfolded.has(copied(rare)))
        rare.previousElementSibling.ariaExpanded = !(rare.hidden = false);
    const turns = element.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    // drawn anew only because an article changed, it stays where it is
    const key = `${turns.length} ${last?.querySelector(".question").textContent}`;
    if (key !== shownLast) last?.scrollIntoView({ block: "start" });
    shownLast = key;
  });
}
