// Long lists of ticks: all of the page, all of a household, the arrows from one to the next. Without scripts the same
// buttons are addresses that bring the page with its ticks set.

const boxes = (name) => [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)].filter((box) => !box.disabled);

const tell = (bar) => {
  const said = bar.querySelector('output');
  const all = document.querySelectorAll(`input[type="checkbox"][name="${bar.dataset.ticking}"]:checked`);
  said.textContent = said.dataset.words.replace('{n}', String(all.length));
  said.hidden = false;
};

for (const bar of document.querySelectorAll('[data-ticking]')) {
  const name = bar.dataset.ticking;
  bar.querySelector('[data-tick="none"]').hidden = false;
  tell(bar);
  bar.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-tick]');
    if (!pressed) return;
    event.preventDefault();
    for (const box of boxes(name)) box.checked = pressed.dataset.tick === 'all';
    tell(bar);
  });
  document.addEventListener('change', (event) => {
    if (event.target.name === name) tell(bar);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-tick-group]');
    if (!link) return;
    const group = boxes(name).filter((box) => box.dataset.group === link.dataset.tickGroup);
    // Some of them may stand on another page: then the address brings them all.
    if (group.length < Number(link.dataset.size)) return;
    event.preventDefault();
    for (const box of group) box.checked = true;
    tell(bar);
  });
  document.addEventListener('keydown', (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!step || event.target.name !== name) return;
    const all = boxes(name);
    const next = all[all.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
