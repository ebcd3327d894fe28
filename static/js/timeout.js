// Two minutes before a proof runs out, <dialog data-ends-at="2026-11-20T14:31:00+09:00" data-keep="/…" data-token="…">
// opens. [data-stay] posts to data-keep, which prolongs the proof and answers {"ends_at": "…"}. When the proof has ended,
// a page on which something was typed waits (the server keeps what is sent and asks for a new proof first); any other page
// is loaded again, so that nobody's result stays on an unattended screen.
const dialog = document.querySelector("dialog[data-ends-at]");
if (dialog) {
  const WARNING = 2 * 60 * 1000;
  let timer;
  let typed = false;
  document.addEventListener("input", () => { typed = true; });
  const end = () => (typed ? dialog.close() : location.assign(location.pathname));
  const arm = (endsAt) => {
    clearTimeout(timer);
    const left = new Date(endsAt) - Date.now();
    timer = setTimeout(() => {
      dialog.showModal();
      timer = setTimeout(end, Math.max(new Date(endsAt) - Date.now(), 0));
    }, Math.max(left - WARNING, 0));
  };
  dialog.querySelector("[data-stay]").addEventListener("click", async () => {
    dialog.close();
    try {
      const answer = await fetch(dialog.dataset.keep, { method: "POST", headers: { "X-CSRFToken": dialog.dataset.token } });
      if (!answer.ok) throw new Error(answer.status);
      arm((await answer.json()).ends_at);
    } catch {
      end();
    }
  });
  arm(dialog.dataset.endsAt);
}
