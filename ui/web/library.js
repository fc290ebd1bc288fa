// What the list of articles does in the browser, after script.js: its plots, and files
// that are dropped on it.
const points = () => [...element.querySelectorAll(".plot a")];

// who wrote something when, for a sheet: each language writes its own dates
function bylined(names, published, pages) {
  const shown = made("p", "byline", "");
  for (const text of [names, published, pages].filter(Boolean)) {
    const part = made("span", "", text);
    part.translate = text !== names;
    shown.append(...(shown.childNodes.length ? [", "] : []), part);
  }
  return shown;
}

if (part === "shelf") {
  const tell = (event) => {
    const point = event.target.closest(".plot a");
    if (!point) return;
    const { title, byline, published } = point.dataset;
    const parts = [made("p", "work", title)];
    const own = point.getAttribute("translate") !== "no"; // see language.js
    parts[0].translate = own;
    if (own) parts.push(made("p", "byline", byline));
    else if (byline || published) parts.push(bylined(byline, published));
    sheet("pointed", point.getBoundingClientRect(), ...parts).role = "tooltip";
  };
  element.addEventListener("mouseover", tell);
  element.addEventListener("focusin", tell);
  element.addEventListener("mouseout", () => put("pointed"));
  element.addEventListener("focusout", () => put("pointed"));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") put("pointed");
    const point = event.target.closest(".plot a");
    if (!point) return;
    if (event.key === " ") {
      event.preventDefault();
      point.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = points()[points().indexOf(point) + by];
    if (!next) return;
    event.preventDefault();
    point.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus({ preventScroll: true });
  });
  // what was clicked is drawn anew: the eye and the focus stay where they belong
  let acted;
  element.addEventListener("click", (event) => {
    acted = event.target.closest("[data-act]")?.dataset;
  });
  watch("value", () => {
    put("pointed");
    const { act, since } = acted ?? {};
    acted = undefined;
    if (act === "page") {
      desk.querySelector("#shelves").scrollTo({ top: 0 });
      element.querySelector(".shelf button, .feeds")?.focus({ preventScroll: true });
    }
    if (act === "period")
      element.querySelector(`.bar[data-since="${since}"]`)?.focus({ preventScroll: true });
    if (act === "clear") document.querySelector("#find textarea").focus();
  });
  const side = desk.querySelector("#side");
  // gradio gives each choice a name of its own, and the arrow keys would lead nowhere
  side.addEventListener("keydown", (event) => {
    if (event.target.matches("#view input"))
      for (const one of side.querySelectorAll("#view input")) one.name = "view";
  });
  const upload = () => side.querySelector("#upload ~ input[type=file], input[type=file]");
  // anywhere on the page, or the browser would leave it for the file
  const veil = made("p", "veil", "Drop them here to add them");
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  desk.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    if (upload()) desk.append(veil);
    else event.dataTransfer.dropEffect = "none";
  });
  desk.addEventListener("dragleave", (event) => {
    if (!desk.contains(event.relatedTarget)) veil.remove();
  });
  desk.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    veil.remove();
    if (!upload()) return;
    show("list", "open");
    upload().files = event.dataTransfer.files; // as if they had been chosen
    upload().dispatchEvent(new Event("change", { bubbles: true }));
  });
}

if (part === "followed") {
  // what is told of it stands at the top
  element.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (["retry", "reread-all"].includes(act))
      desk.querySelector("#sources-room").scrollTo({ top: 0 });
  });
}
