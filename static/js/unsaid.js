// Whose seat in a room goes keeps what they had written: the page comes back as a looker-on's with it, or ends and shows it.

// Whose they are: on a device that is passed on, nobody finds what somebody else wrote.
const OWNER = document.getElementById('unsaid')?.dataset.who || '';
const KEY = `unsaid ${OWNER} ${location.pathname}`;
const [RESEATED, SHUT] = [4409, 4403];
const written = () => [...document.querySelectorAll('main textarea, main input.input')]
  .filter(({type, inputMode}) => type === 'textarea' || (type === 'text' && inputMode !== 'numeric'))
  .filter((field) => field.value !== field.defaultValue && field.value.trim())
  .map((field) => [field.id, field.value.trim()]);

const showUnsaid = (words) => {
  const kept = document.getElementById('unsaid');
  if (!kept || !words.length) return;
  kept.querySelector('pre').textContent = words.map(([, text]) => text).join('\n\n');
  kept.hidden = false;
};

const end = () => {
  const words = written();
  document.querySelector('.hall')?.replaceWith(document.getElementById('shut').content.cloneNode(true));
  showUnsaid(words);
};
const comeBack = () => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(written()));
  } finally {
    location.reload();
  }
};

document.addEventListener('htmx:ws:close', ({detail: {code}}) => {
  const canEnd = document.getElementById('shut');
  if (code === SHUT && canEnd) return end();
  if (code !== RESEATED) return;
  // Whoever may not even look on any more would find another page, and their words nowhere.
  const look = canEnd ? fetch(location.pathname, {method: 'HEAD', credentials: 'same-origin'}) : Promise.resolve({ok: true});
  look.then(({ok}) => (ok ? comeBack() : end()), comeBack);
});

const here = document.getElementById('unsaid');
const kept = here && OWNER ? JSON.parse(sessionStorage.getItem(KEY) ?? '[]') : [];
if (here && OWNER) {
  Object.keys(sessionStorage).filter((key) => key.startsWith('unsaid ') && (key === KEY || !key.startsWith(`unsaid ${OWNER} `)))
    .forEach((key) => sessionStorage.removeItem(key));
}
// Who may go on writing finds it where they wrote it.
showUnsaid(kept.filter(([id, text]) => {
  const box = id ? document.getElementById(id) : null;
  if (!box || box.value) return true;
  box.value = text;
  return false;
}));
