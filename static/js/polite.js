// One polite region says what changed. An element that is worth a word carries it in data-say.

const region = () => document.getElementById('polite');
const known = new Map(); // id -> what was said last, so that fetching a page anew does not say everything again
let queue = [];
let timer;

window.politely = (words) => {
  if (!words || queue.includes(words)) return;
  queue.push(words);
  clearTimeout(timer);
  // A burst becomes one announcement; a screen reader would otherwise drop all but the last.
  timer = setTimeout(() => {
    if (region()) region().textContent = queue.slice(-3).join(' ');
    queue = [];
  }, 400);
};

const hear = (root, aloud) => {
  const all = [...root.querySelectorAll('[data-say][id]'), ...(root.matches?.('[data-say][id]') ? [root] : [])];
  for (const element of all) {
    const words = element.dataset.say;
    if (aloud && words && known.get(element.id) !== words) window.politely(words);
    known.set(element.id, words);
  }
};

document.addEventListener('htmx:after:settle', ({detail: {newContent}}) => {
  for (const node of newContent ?? []) if (node.nodeType === 1) hear(node, true);
});
hear(document, false);
