// A button that works again in a while: <button aria-disabled="true" data-seconds="42"> with the words in
// [data-countdown] inside it ("42초 뒤에 누를 수 있어요"). The number in the words counts down; at zero the button works.
// Without this script the server says no, in words, to a click that came too early.
for (const button of document.querySelectorAll("[data-seconds]")) {
  const words = button.querySelector("[data-countdown]");
  const ready = Date.now() + Number(button.dataset.seconds) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((ready - Date.now()) / 1000);
    if (left > 0) {
      if (words) words.textContent = words.textContent.replace(/\d+/, left);
      return;
    }
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
    if (words) words.remove();
  }, 1000);
}
