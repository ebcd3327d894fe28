// A form that carries a passkey: <form data-passkey="get|create" data-options="/…"> with a hidden field "credential".
// The server says what to ask the browser for (data-options), the browser asks its owner, and the form is posted with what
// it gave. What is marked [data-passkey-page] shows only where passkeys can be used, [data-no-passkey] where not, and
// #passkey-trouble when the browser or its owner said no.
(function () {
  const able = Boolean(window.PublicKeyCredential && navigator.credentials);
  for (const part of document.querySelectorAll("[data-passkey-page]")) part.hidden = !able;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = able;
  const form = document.querySelector("form[data-passkey]");
  if (!form || !able) return;
  const trouble = document.getElementById("passkey-trouble");

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (mark) => mark.charCodeAt(0));
  }

  function text(buffer) {
    const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function asked(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      for (const one of options[list] || []) one.id = bytes(one.id);
    }
    return { publicKey: options };
  }

  function given(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const token = form.elements.csrfmiddlewaretoken.value;
      const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token } });
      // The proof ran out while the page stood open: the page itself leads to a new one.
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const wanted = asked((await answer.json()).publicKey);
      const credential = await navigator.credentials[form.dataset.passkey](wanted);
      form.elements.credential.value = given(credential);
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
})();
