/* Joins allauth's passkey forms to the page that names them, and says when the browser's own dialog came to nothing. */
(() => {
  const { job, button, field, passwordless } = document.currentScript.dataset;
  const ids = { credential: field, passwordless, login: button, add: button, authenticate: button };
  if (document.getElementById("js_data")) ids.data = "js_data";
  document.getElementById(button).hidden = !window.PublicKeyCredential;
  window.allauth.webauthn.forms[job]({ ids });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.getElementById("passkey-failed").hidden = false;
  });
})();
