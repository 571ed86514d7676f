// Typing one thing after the other: Enter in a line goes to the next field, Ctrl and Enter anywhere hands it in.

document.addEventListener('keydown', (event) => {
  const form = event.target.closest?.('form[data-quick]');
  if (!form || event.key !== 'Enter' || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (!event.target.matches('input:not([type="checkbox"], [type="file"], [type="submit"])')) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll('textarea, select, input:not([type="hidden"]), button')]
    .filter((one) => one.getClientRects().length);
  fields[fields.indexOf(event.target) + 1]?.focus();
});
