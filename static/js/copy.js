// Copy a text shown on the page; print the page. Both buttons are hidden where the browser cannot.

if (navigator.clipboard) for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
for (const button of document.querySelectorAll('[data-print]')) button.hidden = false;

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy], [data-print]');
  if (!button) return;
  if (button.dataset.print !== undefined) return void window.print();
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy)?.textContent.trim() ?? '');
  window.politely?.(button.dataset.done);
  button.classList.add('is-done');
});
