// Who answers now, on a page that is one file for everybody: <span data-turns='[[seconds, open, "words"], …]'>printed hours</span>.
// The last turn whose moment is past says it; where that is too old to know, the printed hours stand.
for (const said of document.querySelectorAll("[data-turns]")) {
  const printed = said.textContent;
  const turns = JSON.parse(said.dataset.turns || "[]");
  const show = () => {
    const now = Date.now() / 1000;
    const turn = turns.filter(([from]) => from <= now).pop();
    const words = turn ? turn[2] : "";
    if (said.textContent !== (words || printed)) said.textContent = words || printed;
    said.classList.toggle("strip-now", Boolean(words));
    said.classList.toggle("strip-open", Boolean(words && turn[1]));
  };
  show();
  setInterval(show, 20000);
}
