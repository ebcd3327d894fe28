// Put the reader where the news is: the error summary if there is one, else an h1 that asks for it (a verdict).
const news = document.querySelector(".errors[data-focus]") || document.querySelector("h1[data-focus]");
if (news && !location.hash) news.focus({ preventScroll: !news.matches(".errors") });

// A link in the error summary lands on its box, not above it.
document.querySelectorAll(".errors a[href^='#']").forEach((link) =>
  link.addEventListener("click", (event) => {
    const box = document.getElementById(link.hash.slice(1));
    if (!box) return;
    event.preventDefault();
    box.focus();
    (box.closest(".field, .choices-set, fieldset") || box).scrollIntoView({ block: "start" });
  }));

// A button that says why it cannot be used stays reachable but does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled='true']")) event.preventDefault();
});
