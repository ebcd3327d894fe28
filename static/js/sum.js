// The sum of the ticked lines: in one form, checkboxes with data-won="612400"; [data-sum] (amount.html with live) shows
// their sum, [data-sum-count] how many are ticked (the first number in its words). The server adds up again on saving.
for (const form of document.querySelectorAll("form:has([data-sum])")) {
  const digits = form.querySelector("[data-sum]").firstChild;
  const count = form.querySelector("[data-sum-count]");
  const renew = (node, value) => { node.textContent = node.textContent.replace(/\d[\d,]*/, value.toLocaleString("en-GB")); };
  form.addEventListener("change", () => {
    const ticked = [...form.querySelectorAll("[data-won]:checked")];
    renew(digits, ticked.reduce((total, box) => total + Number(box.dataset.won), 0));
    if (count) renew(count, ticked.length);
  });
}
