// What is new in a part that is not in sight: a mark on its tab, and a line with the way there. It is spoken once, by the
// part's own data-say; a part is news by data-news, and a question that is open already when the page comes is news too.

const seen = new Map(); // id of a part -> its data-news that needs no mark any more
const tabs = () => [...document.querySelectorAll('[data-news-of]')];
const part = (tab) => document.getElementById(tab.dataset.newsOf);
// What is a mark and no more, read where its tab leads to.
const place = (tab) => (part(tab)?.hidden ? document.querySelector(tab.getAttribute('href')) : part(tab));
const state = (tab) => part(tab)?.dataset.news ?? '';
const isAnswered = (tab) => state(tab).endsWith('open') && document.querySelector('#my-gauge .marks [aria-pressed="true"]');

const isInSight = (element) => {
  const box = element?.getBoundingClientRect();
  if (!box?.height) return false;
  for (let above = element.parentElement; above; above = above.parentElement) {
    if (!/auto|scroll/.test(getComputedStyle(above).overflowY)) continue;
    const frame = above.getBoundingClientRect();
    return box.top < frame.bottom - 40 && box.bottom > frame.top + 40;
  }
  return box.top < window.innerHeight && box.bottom > 0;
};
const said = (tab) => part(tab).dataset.say ?? part(tab).dataset.newsWords;
const show = (tab) => {
  const line = document.getElementById('news');
  if (!line) return;
  line.hidden = !tab;
  if (!tab) return;
  const [words, way] = [line.querySelector('p'), line.querySelector('a')];
  words.textContent = said(tab);
  way.textContent = tab.dataset.go;
  way.setAttribute('href', tab.getAttribute('href'));
  line.dataset.about = tab.dataset.newsOf;
};
// The same words again and again, in a burst, would be a flood.
const QUIET = 60_000; // milliseconds
const spoken = new Map(); // id of a part without data-say -> what its data-news was, and when it was spoken
const speak = (tab) => {
  if (!part(tab)?.dataset.newsWords) return;
  const [was, at] = spoken.get(tab.dataset.newsOf) ?? [state(tab), -QUIET];
  const isDue = was !== state(tab) && performance.now() - at >= QUIET;
  spoken.set(tab.dataset.newsOf, isDue ? [state(tab), performance.now()] : [was, at]);
  if (isDue) window.politely?.(said(tab));
};
const look = () => {
  const fresh = tabs().filter((tab) => {
    if (isInSight(place(tab)) || isAnswered(tab)) seen.set(tab.dataset.newsOf, state(tab));
    speak(tab);
    const isNew = Boolean(state(tab)) && seen.get(tab.dataset.newsOf) !== state(tab);
    tab.querySelector('.tab__new').hidden = !isNew;
    return isNew;
  });
  show(fresh[0]);
};

if (document.getElementById('news')) {
  for (const tab of tabs()) if (!state(tab).endsWith('open')) seen.set(tab.dataset.newsOf, state(tab));
  let waits;
  const soon = () => {
    clearTimeout(waits);
    waits = setTimeout(look, 100);
  };
  document.addEventListener('htmx:after:settle', soon);
  document.addEventListener('scroll', soon, {passive: true, capture: true});
  for (const each of ['hashchange', 'resize']) window.addEventListener(each, soon);
  document.querySelector('#news button').addEventListener('click', () => {
    const about = document.getElementById('news').dataset.about;
    seen.set(about, document.getElementById(about)?.dataset.news ?? '');
    look();
  });
  look();
}
