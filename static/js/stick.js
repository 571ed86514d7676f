// A list that grows at its end stays at its end, unless its reader has scrolled back: then it says how many came and leads
// there. After what somebody did themselves it shows what came of it.

const NEAR = 48; // px from the end that still count as the end
const OWN = 10_000; // milliseconds in which what comes may be what somebody did themselves
for (const list of document.querySelectorAll('[data-stick]')) {
  const more = list.querySelector('.said__new');
  const items = () => [...list.querySelectorAll('[data-seq]')];
  const known = new Set(items().map((item) => item.id));
  let isAtEnd = true;
  let own = 0;
  let unread = [];
  const toEnd = () => { list.scrollTop = list.scrollHeight; };
  const count = (ids) => {
    unread = ids;
    if (!more) return;
    more.hidden = !ids.length;
    more.textContent = more.dataset.words.replace('{n}', ids.length);
  };
  const grow = () => {
    const fresh = items().map((item) => item.id).filter((id) => !known.has(id));
    for (const id of fresh) known.add(id);
    if (fresh.length && Date.now() < own) [own, isAtEnd] = [0, true];
    if (isAtEnd) toEnd();
    else if (fresh.length) count([...unread, ...fresh]);
  };
  list.addEventListener('scroll', () => {
    if (!list.clientHeight) return; // Another tab is open.
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    if (isAtEnd) count([]);
  }, {passive: true});
  new MutationObserver((seen) => {
    if (seen.some(({target}) => target !== more)) grow();
  }).observe(list, {childList: true, subtree: true});
  // The room that is left changes with the keyboard, with what is written below and with the tab that is open.
  new ResizeObserver(() => { if (isAtEnd) toEnd(); }).observe(list);
  more?.addEventListener('click', () => {
    const first = document.getElementById(unread[0]);
    list.focus({preventScroll: true});
    count([]);
    if (first) first.scrollIntoView({block: 'start'});
    else toEnd();
  });
  document.addEventListener('submit', (event) => {
    if (event.target.closest('.hall')) own = Date.now() + OWN;
  });
  document.addEventListener('htmx:after:request', ({target, detail: {ctx}}) => {
    if (!target?.matches?.('form')) return;
    const isTaken = ctx?.response?.status < 400;
    if (!isTaken) own = 0;
    // On a phone what was written may hide the list, or another tab be open.
    else if (target.closest('#composer') && (!list.clientHeight || location.hash === '#composer')) location.replace(`#${list.id}`);
  });
  if (!location.hash || location.hash === '#feed') toEnd();
}
