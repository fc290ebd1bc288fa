// In the installed application: says so where the server cannot be reached. It keeps
// nothing, so that what is shown is always what the server has.
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>newsdesk</title>
<style>body { max-width: 30rem; margin: 20vh auto; padding: 0 1.25rem;
  background: #f3f4f0; color: #1c2224; font: 1.0625rem/1.6 Georgia, serif; }
  h1 { font-weight: 400; font-size: 2rem; }
  @media (prefers-color-scheme: dark) { body { background: #161a1b; color: #e3e5df; } }
</style><h1>newsdesk is out of reach.</h1><p>Start it (newsdesk serve) or look at the
connection, then load this page again. Your conversations are still in this browser.</p>`;

addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  const headers = { "content-type": "text/html; charset=utf-8" };
  const told = () => new Response(PAGE, { status: 503, headers });
  event.respondWith(fetch(event.request).catch(told));
});
