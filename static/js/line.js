// The waiting page: <form data-place="/…" data-again="5"> asks for its place every so many seconds, writes down what it is
// told, and is sent when it is its turn. Without this script the button asks.
const line = document.getElementById("line");
if (line) {
  line.querySelector("[data-by-hand]").hidden = true;
  line.querySelector("[data-by-itself]").hidden = false;
  const write = (name, words) => { line.querySelector(`[data-${name}]`).textContent = words; };
  const ask = async () => {
    let again = Number(line.dataset.again);
    try {
      const answer = await fetch(line.dataset.place, { headers: { Accept: "application/json" } });
      const place = await answer.json();
      if (place.turn) return line.requestSubmit();
      write("ahead", place.ahead);
      write("wait", place.wait);
      if (place.wait !== line.dataset.said) write("status", place.wait); // spoken only when it has changed
      line.dataset.said = place.wait;
      again = place.again;
    } catch {
      // Nobody answered: the ticket keeps the place.
    }
    setTimeout(ask, again * 1000);
  };
  line.dataset.said = line.querySelector("[data-wait]").textContent;
  setTimeout(ask, line.dataset.again * 1000);
}
