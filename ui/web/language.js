// Shows the page in the visitor's language: texts and the attributes that people get are
// looked up in a dictionary as they come into the page, before they are painted. What
// stands under translate="no" is an article's, a question's, a model's, and is left as
// it is, and so is what a placeholder stands for. Nothing is ever read as HTML.
// `languages` is {code: {name, texts: {English: translation}}}, from ui/languages/.
function newsdeskTranslates(languages) {
  const KEPT = "newsdesk-language";
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "data-confirm"];
  // gradio's lists of names have no place for translate="no"; its tracker is not shown
  const LEFT =
    "script, style, .token, #scope-panel [role=option], " +
    "#filter-panel [role=option], [data-testid=status-tracker]";
  const DATE = new RegExp(
    "^(\\d{1,2} )?(January|February|March|April|May|June|July|August|September|" +
      "October|November|December) \\d{4}$",
  );
  const met = window.newsdeskUntranslated; // a Set where a test wants to know
  const known = new WeakMap(); // what was in the page before it was translated
  let language, texts, templates, results;
  let deep = 0; // placeholders within placeholders

  function use(code) {
    language = code;
    document.documentElement.lang = code;
    document.cookie = `${KEPT}=${code}; SameSite=Lax`; // files are made by the server
    // English needs no dictionary; a test compares with one all the same
    const entries = languages[code === "en" && met ? Object.keys(languages)[0] : code];
    texts = new Map(Object.entries(entries?.texts ?? {}));
    const names = Object.values(languages).map((one) => one.name);
    results = new Set([...texts.values(), ...names, "English"]);
    const parts = ([key, result]) => {
      const pieces = key.split(/\{(\w+)\}/);
      return { result, said: pieces.filter((_, n) => n % 2 === 0), pieces };
    };
    templates = [...texts].filter(([key]) => key.includes("{")).map(parts);
    // the one with the most words of its own is the one that is meant
    const own = (one) => one.said.join("").length;
    templates.sort((one, other) => own(other) - own(one));
  }

  // what each placeholder stands for, null where the text is another; the first place
  // where the next words stand counts, or of the last words the last (`late`), so that
  // no text takes long
  function values(template, text, late) {
    const { said, pieces } = template;
    const end = text.length - said.at(-1).length;
    if (!text.startsWith(said[0]) || !text.endsWith(said.at(-1))) return null;
    const found = {};
    let at = said[0].length;
    for (let n = 1; n < said.length; n++) {
      const from = text.indexOf(said[n], at + 1);
      const last = late && n === said.length - 2;
      const place = last ? text.lastIndexOf(said[n], end - 1 - said[n].length) : from;
      const stop = n === said.length - 1 ? end : place;
      if (stop <= at || stop > end) return null;
      const value = shown(pieces[2 * n - 1], text.slice(at, stop));
      if (value === null) return null;
      found[pieces[2 * n - 1]] = value;
      at = stop + said[n].length;
    }
    return found;
  }

  // {number} and {date} are written as the language does, {text} is translated in turn
  function shown(name, value) {
    if (name.startsWith("text")) return looked(value);
    if (name.startsWith("date")) return day(value);
    if (!name.startsWith("number")) return value;
    if (!/^\d[\d,]*(\.\d+)?$/.test(value)) return null;
    const digits = value.split(".")[1]?.length ?? 0;
    return new Intl.NumberFormat(language, {
      minimumFractionDigits: digits,
      useGrouping: value.includes(","),
    }).format(Number(value.replaceAll(",", "")));
  }

  function day(value) {
    const iso = /^\d{4}-\d\d-\d\d$/.test(value);
    const found = iso ? [value, "day"] : DATE.exec(value);
    if (!found) return null;
    const date = new Date(iso ? `${value}T00:00` : value);
    const how = { day: found[1] && "numeric", month: "long", year: "numeric" };
    return isNaN(date) ? null : new Intl.DateTimeFormat(language, how).format(date);
  }

  // null where the dictionary does not have it
  function looked(said) {
    if (!/\p{L}/u.test(said)) return said;
    let result = texts.get(said) ?? day(said);
    if (deep > 5) return result; // or a list of a hundred would be split in every way
    deep++;
    for (let n = 0; result === null && n < templates.length; n++) {
      const found = values(templates[n], said) ?? values(templates[n], said, true);
      const fill = (_, name) => found[name];
      if (found) result = templates[n].result.replace(/\{(\w+)\}/g, fill);
    }
    deep--;
    return result;
  }

  function translated(text) {
    const said = text.replace(/\s+/g, " ").trim();
    const words = /\p{L}/u.test(said) && !/^https?:\S+$/.test(said);
    if (!texts.size || !words || results.has(said)) return text;
    const result = looked(said);
    if (result === null) met?.add(said);
    if (result === null || language === "en") return text;
    return text.match(/^\s*/)[0] + result + text.match(/\s*$/)[0];
  }

  function put(node, name, now, set) {
    const before = known.get(node) ?? {};
    const first = before[name]?.shown === now ? before[name].first : now;
    const shown = translated(first);
    if (shown !== first) known.set(node, { ...before, [name]: { first, shown } });
    if (shown !== now) set(shown);
  }

  // gradio writes the choice into a field and reads it again
  function field(input) {
    const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    const get = () => native.get.call(input);
    let first = get();
    let shown = first;
    Object.defineProperty(input, "value", {
      configurable: true,
      get: () => (get() === shown ? first : get()),
      set: (now) => native.set.call(input, (shown = translated((first = now)))),
    });
  }

  const free = (element) =>
    element && !element.closest(LEFT) && element.closest("[translate]")?.getAttribute("translate") !== "no";

  function text(node) {
    if (free(node.parentElement)) put(node, "", node.data, (now) => (node.data = now));
  }

  function attributes(element) {
    if (!free(element)) return;
    for (const name of ATTRIBUTES)
      if (element.hasAttribute(name))
        put(element, name, element.getAttribute(name), (now) => element.setAttribute(name, now));
    if (!element.matches("input[role=combobox][readonly]")) return;
    if (!Object.hasOwn(element, "value")) field(element);
    element.value = element.value;
  }

  function all(node) {
    if (node.nodeType === Node.TEXT_NODE) text(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    attributes(node);
    for (const child of node.childNodes) all(child);
  }

  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes)
      if (type === "childList") addedNodes.forEach(all);
      else if (type === "characterData") text(target);
      else attributes(target);
  });

  // the visitor's choice, else the first of the browser's languages that there is
  function wanted() {
    const codes = navigator.languages.map((one) => one.split("-")[0]);
    const there = (code) => code === "en" || Object.hasOwn(languages, code ?? "");
    return [localStorage.getItem(KEPT), ...codes].find(there) ?? "en";
  }

  window.newsdeskLanguage = {
    translated: (text) => translated(text),
    chosen: () => localStorage.getItem(KEPT) ?? "",
    choose(code) {
      if (code) localStorage.setItem(KEPT, code);
      else localStorage.removeItem(KEPT);
      use(wanted());
      all(document.body);
    },
  };
  // gradio sets it to the browser's
  const named = new MutationObserver(() => {
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
  });
  named.observe(document.documentElement, { attributeFilter: ["lang"] });
  use(wanted());
  all(document.body);
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  });
}
