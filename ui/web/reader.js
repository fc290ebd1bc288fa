// What the reader of an article does in the browser, after script.js: it leads from one
// citation to the next, and asks about what is selected.

// signs of Markdown are hidden, in marks too: who listens is led to what has words
const firstShown = (marks) =>
  marks.find((mark) => mark.offsetWidth) ?? marks[0];

// in the order of the text; a mark that belongs to several citations counts for each
function step(by) {
  const article = desk.querySelector("#article");
  const marks = [...article.querySelectorAll("mark[data-cites]")];
  const numbers = [...new Set(marks.flatMap((m) => m.dataset.cites.split(" ")))];
  if (!numbers.length) return;
  const now = article.querySelector("mark.active")?.dataset.cites.split(" ") ?? [];
  const at = numbers.findIndex((number) => now.includes(number));
  const next = numbers[(at + by + numbers.length) % numbers.length];
  const active = marks.filter((mark) => mark.dataset.cites.split(" ").includes(next));
  for (const mark of marks) mark.classList.toggle("active", active.includes(mark));
  const first = firstShown(active);
  first.tabIndex = -1;
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
  const turn = desk.querySelector("#settled .cite.opened")?.dataset.turn;
  if (turn) point({ dataset: { turn, number: next } });
}

if (part === "article") {
  document.addEventListener("keydown", (event) => {
    const list = event.target.matches("[role=combobox]"); // which Escape closes
    if (event.key === "Escape" && narrow() && !list) close();
  });
  // only while the reader has the focus: single letters must not surprise elsewhere
  element.addEventListener("keydown", (event) => {
    const by = { n: 1, p: -1 }[event.key];
    if (by && !event.ctrlKey && !event.metaKey) step(by);
  });
  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    const text = chosen.toString().replace(/\s+/g, " ").trim();
    const inside = element.contains(chosen.anchorNode);
    if (!inside || text.length < 3 || text.length > 300) return put("selected");
    const ask = made("button", "plain", "Ask about this");
    ask.type = "button";
    ask.addEventListener("click", () => {
      put("selected");
      if (narrow()) show(null, "shut");
      const question = `What do the articles say about “${text}”?`;
      type(window.newsdeskLanguage?.translated(question) ?? question);
    });
    sheet("selected", chosen.getRangeAt(0).getBoundingClientRect(), ask);
  });
  watch("value", () => {
    show("article", "open");
    const article = element.querySelector("article");
    if (!article) return;
    const mark = firstShown([...element.querySelectorAll("mark.active")]) ?? article;
    desk.querySelector(".side-head p").textContent = article.ariaLabel;
    desk.dataset.cited = Boolean(element.querySelector("mark[data-cites]"));
    ["cited", "selected"].forEach(put);
    requestAnimationFrame(() => {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (mark === article) document.querySelector("#reader").scrollTo({ top: 0 });
      else mark.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      mark.focus({ preventScroll: true });
    });
  });
}
