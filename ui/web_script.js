// Runs once inside each HTML part of the page; gradio hands over `element`, `trigger`
// and `watch`. A click on a button with data-act goes to the server, unless it only
// changes what is in view: <html data-view="list|article" data-side="open|shut">.
const root = document.documentElement;
const part = element.closest("[id]:not([id^='html-'])")?.id;
const narrow = () => matchMedia("(max-width: 899px)").matches;

function show(view, side) {
  root.dataset.view = view ?? root.dataset.view ?? "list";
  root.dataset.side = side;
}

function close() {
  show(null, "shut");
  window.newsdeskOpener?.focus();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  const act = button.dataset.act;
  if (act === "side") {
    window.newsdeskOpener = button;
    show("list", "open");
  } else if (act === "list") {
    show("list", root.dataset.side);
  } else if (act === "close") {
    close();
  } else {
    if (act === "cite" || act === "near") window.newsdeskOpener = button;
    trigger("click", { ...button.dataset });
  }
});

if (part === "reader") {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow()) close();
  });
  watch("value", () => {
    show("article", "open");
    const article = element.querySelector("article");
    const mark = element.querySelector("mark.active") ?? article;
    if (!mark) return;
    requestAnimationFrame(() => {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (mark === article) document.querySelector("#reader").scrollTo({ top: 0 });
      else mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      mark.focus({ preventScroll: true });
    });
  });
}

if (part === "pending") {
  let asked = null;
  watch("value", () => {
    const turn = element.querySelector(".turn");
    if (turn && !asked) turn.scrollIntoView({ block: "start" });
    asked = turn;
  });
}

if (part === "settled") {
  watch("value", () => {
    const turns = element.querySelectorAll(".turn");
    turns[turns.length - 1]?.scrollIntoView({ block: "start" });
  });
}
