// A list that grows at its end stays at its end, unless its reader has scrolled back.

const NEAR = 48; // px from the end that still count as the end
for (const list of document.querySelectorAll('[data-stick]')) {
  let isAtEnd = true;
  const toEnd = () => { list.scrollTop = list.scrollHeight; };
  list.addEventListener('scroll', () => {
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  }, {passive: true});
  new MutationObserver(() => { if (isAtEnd) toEnd(); }).observe(list, {childList: true, subtree: true});
  toEnd();
}
