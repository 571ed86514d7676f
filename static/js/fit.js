// A picture on the wall is not scrolled: where its words are longer than most, what the page says as well is left out, and
// then all of its type becomes smaller until all fits.

const wall = document.querySelector('[data-fit]');

if (wall) {
  const page = document.documentElement;
  const cut = () => page.scrollHeight > window.innerHeight || wall.scrollWidth > wall.clientWidth;
  const fits = (least) => {
    for (let size = 100; size >= least; size -= 4) {
      wall.style.setProperty('--fit', String(size / 100));
      if (!cut()) return true;
    }
    return false;
  };
  const fit = () => {
    wall.classList.remove('is-brief');
    if (fits(92)) return;
    wall.classList.add('is-brief');
    fits(40);
  };
  // The clock writes every second and never needs more room.
  new MutationObserver((seen) => {
    if (seen.some(({target}) => !(target.closest ? target : target.parentElement)?.closest('[data-until]'))) fit();
  }).observe(wall, {childList: true, characterData: true, subtree: true});
  window.addEventListener('resize', fit);
  document.fonts?.ready.then(fit);
  fit();
}
