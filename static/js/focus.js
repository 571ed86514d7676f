// What comes with a place for the focus is given it here. A browser does so by itself only on a page that is new: later, while
// the button that was pressed has the focus, it refuses and says so in its console.

document.addEventListener('htmx:before:swap', ({detail}) => {
  for (const {fragment} of detail.tasks ?? []) {
    for (const one of fragment?.querySelectorAll?.('[autofocus]') ?? []) {
      one.removeAttribute('autofocus');
      one.dataset.focus = '';
    }
  }
});
document.addEventListener('htmx:after:settle', () => {
  const found = document.querySelector('[data-focus]');
  if (!found) return;
  delete found.dataset.focus;
  found.focus();
});
