// Passkeys need a browser that knows them and a page with a name: shows what is marked data-passkey-page only there,
// and says in the page's words (#passkey-trouble) when the browser or its owner said no.
(function () {
  document.addEventListener('DOMContentLoaded', function () {
    const able = Boolean(window.PublicKeyCredential)
    for (const part of document.querySelectorAll('[data-passkey-page]')) part.hidden = !able
    for (const part of document.querySelectorAll('[data-no-passkey]')) part.hidden = able
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    const trouble = document.getElementById('passkey-trouble')
    if (trouble) trouble.hidden = false
  })
})()
