// Whose seat in a room goes keeps what they had written: the page comes back as a looker-on's with it, or ends and shows it.

const KEY = `unsaid ${location.pathname}`;
const [RESEATED, SHUT] = [4409, 4403];
const written = () => [...document.querySelectorAll('main textarea')].map((field) => field.value.trim()).filter(Boolean);

const showUnsaid = (words) => {
  const kept = document.getElementById('unsaid');
  if (!kept || !words.length) return;
  kept.querySelector('pre').textContent = words.join('\n\n');
  kept.hidden = false;
};

document.addEventListener('htmx:ws:close', ({detail: {code}}) => {
  const end = document.getElementById('shut');
  if (code === RESEATED) {
    sessionStorage.setItem(KEY, JSON.stringify(written()));
    location.reload();
  } else if (code === SHUT && end) {
    const words = written();
    document.querySelector('.hall').replaceWith(end.content.cloneNode(true));
    showUnsaid(words);
  }
});

const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
sessionStorage.removeItem(KEY);
const box = document.getElementById('say');
// Who may go on writing finds it where they wrote it.
if (kept.length === 1 && box && !box.value) box.value = kept[0];
else showUnsaid(kept);
