// Parts of the page that are still changing: each <div id="…" data-refresh="30"> is fetched again after so many seconds (none
// given: two) until the server no longer marks it so; then the page is loaded once more. Without this script a meta element
// reloads a page that waits for something. Nothing is replaced under the hands of a reader, and nothing is fetched while nobody
// looks. The header tells the server that nobody has done anything: a session left alone still ends.
const parts = () => [...document.querySelectorAll("[data-refresh]")];
const seconds = () => Math.min(...parts().map((part) => Number(part.dataset.refresh) || 2));

async function again() {
  if (document.hidden) return later();
  const headers = { Accept: "text/html", "X-Refresh": "1" };
  const answer = await fetch(location.href, { headers }).catch(() => null);
  if (answer && answer.redirected) return location.reload();
  if (answer && answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts()) {
      const fresh = page.getElementById(part.id);
      if (!fresh || !fresh.hasAttribute("data-refresh")) return location.reload();
      if (!part.contains(document.activeElement)) part.replaceWith(fresh);
    }
  }
  later();
}

const later = () => setTimeout(again, 1000 * seconds());

if (parts().length) later();
