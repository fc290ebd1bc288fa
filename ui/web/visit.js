// Follows script.js in each HTML part: what outlasts a page that is loaded anew.
// While the server is away gradio waits for it and then loads the page again; what was
// typed or asked meanwhile must not be lost with that, nor the conversation.
const DRAFT = "newsdesk-draft";
const OPEN = "newsdesk-open"; // the id of a conversation, or "newest"

element.addEventListener("click", (event) => {
  const { act, id } = event.target.closest("button[data-act]")?.dataset ?? {};
  if (act === "resume") sessionStorage.setItem(OPEN, id);
  if (act === "new") sessionStorage.removeItem(OPEN);
});

if (part === "pending")
  watch("value", () => {
    const asked = element.querySelector(".turn.pending .question");
    if (asked) sessionStorage.setItem(DRAFT, asked.textContent);
  });

if (part === "settled")
  watch("value", () => {
    if (!element.querySelector(".turn")) return;
    sessionStorage.removeItem(DRAFT);
    if (!sessionStorage.getItem(OPEN)) sessionStorage.setItem(OPEN, "newest");
  });

if (part === "masthead") {
  // the server writes a file into a field that nobody sees, and here it is saved
  window.newsdeskSaves = (written) => {
    if (!written) return "";
    const { name, type, text } = JSON.parse(written);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return "";
  };
  document.querySelector("link[rel=manifest]").href = "manifest.json"; // of this path
  if (matchMedia("(display-mode: standalone)").matches)
    navigator.serviceWorker?.register("worker.js");
  const question = "#question textarea";
  desk.addEventListener("input", (event) => {
    if (event.target.matches(question))
      sessionStorage.setItem(DRAFT, event.target.value);
  });
  const draft = sessionStorage.getItem(DRAFT);
  const asked = new URLSearchParams(location.search).get("q") ?? draft;
  if (asked) setTimeout(() => type(asked), 500); // once the box is there
}
