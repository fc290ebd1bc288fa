// Runs once inside each HTML part of the page; gradio hands over `element`, `trigger`
// and `watch`. A click on a button with data-act goes to the server, unless it only
// changes what is in view: #desk has data-view="list|article" data-side="open|shut"
// data-scope="open|shut".
const desk = element.closest("#desk");
const part = element.closest("[id]:not([id^='html-'])")?.id;
const narrow = () => matchMedia("(max-width: 899px)").matches;

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

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  const act = button.dataset.act;
  if (act === "side") {
    window.newsdeskOpener = button;
    show("list", "open");
  } else if (act === "list") {
    show("list", desk.dataset.side);
  } else if (act === "close") {
    close();
  } else if (act === "narrow") {
    desk.dataset.scope = desk.dataset.scope === "open" ? "shut" : "open";
    button.setAttribute("aria-expanded", desk.dataset.scope === "open");
  } else {
    if (part === "settled") window.newsdeskOpener = button;
    if (part !== "examples") point(button);
    trigger("click", { ...button.dataset });
    if (act === "only" && narrow()) show(null, "shut");
    if (act === "remove") show("list", "open");
  }
});

if (part === "article") {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow()) close();
  });
  watch("value", () => {
    show("article", "open");
    const article = element.querySelector("article");
    if (!article) return;
    const mark = element.querySelector("mark.active") ?? article;
    desk.querySelector(".side-head p").textContent = article.ariaLabel;
    requestAnimationFrame(() => {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (mark === article) document.querySelector("#reader").scrollTo({ top: 0 });
      else mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      mark.focus({ preventScroll: true });
    });
  });
}

if (part === "pending") {
  let state = "";
  watch("value", () => {
    const turn = element.querySelector(".turn");
    if (turn && turn.className !== state) turn.scrollIntoView({ block: "start" });
    state = turn?.className;
  });
}

if (part === "settled") {
  element.setAttribute("aria-live", "polite");
  watch("value", () => {
    const turns = element.querySelectorAll(".turn");
    turns[turns.length - 1]?.scrollIntoView({ block: "start" });
  });
}
