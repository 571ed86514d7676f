// The clerk's desk: one key, one act. A key is the button or link that carries its letter in data-key, and pressing it is
// pressing that. No key does anything while somebody writes, or when they are switched off (WCAG 2.1.4).

const KEPT = 'deliberation-keys';
const desk = () => document.querySelector('[data-keys]');
const isWriting = (element) => Boolean(element?.closest?.(
  'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"]), textarea, select, [contenteditable=""], [contenteditable="true"]'));
const isOff = () => localStorage.getItem(KEPT) === 'off';

const into = (element) => {
  if (!element) return false;
  const fold = element.matches('details') ? element : element.querySelector('details');
  if (fold && !fold.open) fold.open = true;
  const field = [...element.querySelectorAll('textarea, select, input:not([type="hidden"], [type="radio"], [type="file"]), summary, button')]
    .filter((one) => one.getClientRects().length)
    // What is written comes first: a button under the finger of somebody who meant to count hands would mark for themselves.
    .sort((a, b) => b.matches('textarea') - a.matches('textarea') || b.matches('input') - a.matches('input') || a.matches('summary') - b.matches('summary'))[0];
  field?.focus();
  // A count begins with what stands there, often 0: what is typed takes its place.
  if (field?.matches('[inputmode="numeric"]')) field.select();
  return Boolean(field);
};
const press = (target) => {
  if (target.getAttribute('aria-disabled') === 'true') {
    window.politely?.(document.getElementById(target.getAttribute('aria-describedby'))?.textContent.trim());
  } else if (target.matches('input')) {
    target.focus();
    target.select();
  } else if (target.matches('a[href^="#"]')) {
    if (!into(document.querySelector(target.hash))) window.politely?.(target.dataset.none);
  } else {
    target.click();
  }
};

document.addEventListener('keydown', (event) => {
  if (!desk() || event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && isWriting(event.target)) return void event.target.blur();
  if (isWriting(event.target)) return;
  if (event.key === '?') {
    event.preventDefault();
    return void document.getElementById('key-list').focus();
  }
  if (isOff() || !/^[a-z]$/i.test(event.key)) return;
  const target = desk().querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (!target) return;
  event.preventDefault();
  press(target);
});

const toggle = document.querySelector('[data-keys-switch]');
if (toggle) {
  toggle.hidden = false;
  toggle.setAttribute('aria-pressed', String(!isOff()));
  toggle.addEventListener('click', () => {
    localStorage.setItem(KEPT, isOff() ? 'on' : 'off');
    toggle.setAttribute('aria-pressed', String(!isOff()));
  });
}
