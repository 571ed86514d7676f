// A form is sent once. Pressing twice, or Enter and the button, is the same wish; the server's key says so as well.

const free = (form) => {
  form.removeAttribute('aria-busy');
  delete form.dataset.sent;
};
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form[data-once]')) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = 'yes';
  form.setAttribute('aria-busy', 'true');
  // A download or a lost line leaves the page standing: the form must not stay shut for ever.
  setTimeout(() => free(form), 10_000);
}, true);
document.addEventListener('htmx:finally:request', (event) => {
  const form = event.target.closest?.('form[data-once]');
  if (form) free(form);
});
