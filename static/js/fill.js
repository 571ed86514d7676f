// Answer every question of a form alike in one go; each can still be changed. The button is hidden where scripts are off.

// A sentence chosen from a list is put into its field, to be changed there.

for (const ready of document.querySelectorAll('[data-ready]')) ready.hidden = false;

document.addEventListener('change', (event) => {
  const list = event.target.closest?.('[data-fills]');
  const field = list && list.value && document.getElementById(list.dataset.fills);
  if (!field) return;
  field.value = list.value;
  field.focus();
});

for (const button of document.querySelectorAll('[data-fill]')) button.hidden = false;

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-fill]');
  if (!button) return;
  for (const choice of button.form.querySelectorAll('input[type="radio"]')) {
    if (choice.value === button.dataset.fill) choice.checked = true;
  }
  button.classList.add('is-done');
  window.politely?.(button.dataset.done);
});
