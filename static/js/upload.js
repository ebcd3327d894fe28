// Sending files with progress: <form data-upload="files"> with one or more <input type="file">, whose page holds an
// element of that id, where a <template data-uploading> shows one file on its way:
//   <li class="file" data-file><p class="file-name">… <span data-name></span></p><p data-percent></p>
//   <progress max="100"></progress><button type="button" data-stop>…</button></li>
// and a <p role="status" data-status data-started="…" data-half="…" data-done="…"></p> is spoken at 0, 50 and 100 only.
// What else stands in the form stays as it was typed. The form posts as it would without this script; the answer is the same page, and the element is taken out of it.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const place = () => document.getElementById(form.dataset.upload);
  const say = (word) => {
    const status = document.querySelector("[data-status]");
    if (status && status.dataset[word]) status.textContent = status.dataset[word];
  };
  const size = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

  const send = (input) => {
    const template = document.querySelector("template[data-uploading]");
    const list = place().querySelector("ul") || place();
    const row = template.content.firstElementChild.cloneNode(true);
    const bar = row.querySelector("progress");
    const percent = row.querySelector("[data-percent]");
    const names = [...input.files].map((file) => file.name).join(", ");
    row.querySelector("[data-name]").textContent = names;
    bar.setAttribute("aria-label", names);
    list.prepend(row);

    const request = new XMLHttpRequest();
    const body = new FormData(form);
    let half = false;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = Math.round((loaded / total) * 100);
      percent.textContent = `${bar.value}% · ${size(loaded)} / ${size(total)}`;
      if (!half && bar.value >= 50 && bar.value < 100) { half = true; say("half"); }
    });
    request.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html").getElementById(form.dataset.upload);
      // Another page (the proof ran out, the server is away): go there the ordinary way.
      if (!answer) return form.requestSubmit();
      place().replaceWith(answer);
      say("done");
      input.value = "";
    });
    request.addEventListener("error", () => form.requestSubmit());
    row.querySelector("[data-stop]")?.addEventListener("click", () => { request.abort(); row.remove(); input.value = ""; });
    request.open("POST", form.action || location.href);
    say("started");
    request.send(body);
  };
  const chosen = (input) => input.type === "file" && input.files.length;

  form.addEventListener("change", (event) => { if (chosen(event.target)) send(event.target); });
  // On a slow line a file may be chosen before this script is there.
  [...form.elements].filter(chosen).forEach(send);
}
