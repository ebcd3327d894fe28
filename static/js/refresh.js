// A part of the page that is still changing: <div id="…" data-refresh> is fetched again every two seconds until the
// server no longer marks it so; then the page is loaded once more. Without this script a meta element reloads the page.
const part = () => document.querySelector("[data-refresh]");

async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer && answer.redirected) return location.reload();
  if (answer && answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(part().id);
    if (!fresh || !fresh.hasAttribute("data-refresh")) return location.reload();
    part().replaceWith(fresh);
  }
  setTimeout(again, 2000);
}

if (part()) setTimeout(again, 2000);
