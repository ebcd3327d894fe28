// The sum of the amounts as they are typed: in one form, boxes with data-amount; [data-sum] (amount.html with live) shows
// their sum, [data-sum-count] how many can be read. Reads what the server reads; the server adds up again on saving.
for (const form of document.querySelectorAll("form:has([data-amount])")) {
  const sum = form.querySelector("[data-sum]");
  const count = form.querySelector("[data-sum-count]");
  const read = (box) => {
    const typed = box.value.normalize("NFKC").replace(/\s/g, "").toLowerCase();
    const found = /^(?:₩|krw)?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:원|krw|won)?$/.exec(typed);
    return found ? Number(found[1].replaceAll(",", "")) : 0;
  };
  const renew = (node, number) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!/\d/.test(walker.currentNode.data)) continue;
      walker.currentNode.data = walker.currentNode.data.replace(/\d[\d,]*/, number.toLocaleString("en-GB"));
      return;
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-amount]")) return;
    const amounts = [...form.querySelectorAll("[data-amount]")].map(read).filter(Boolean);
    renew(sum, amounts.reduce((total, amount) => total + amount, 0));
    renew(count, amounts.length);
  });
}
