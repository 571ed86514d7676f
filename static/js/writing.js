// On a phone what one writes in takes one line until it is touched, and all it needs while one writes. It opens at the touch of
// a field and closes only when a touch is over: a button must not move away under the finger that presses it.

const composer = document.querySelector('.hall .composer');
if (composer) {
  const form = () => composer.querySelector('.composer__form');
  const isWriting = () => {
    const active = document.activeElement;
    return Boolean(composer.querySelector('textarea')?.value) || (form()?.contains(active) && active.id !== 'say-send');
  };
  let isPressed = false;
  const update = () => {
    const writing = isWriting();
    if (writing || !isPressed) composer.classList.toggle('is-writing', Boolean(writing));
  };
  composer.dataset.folds = '';
  document.addEventListener('pointerdown', () => { isPressed = true; }, true);
  for (const over of ['pointerup', 'pointercancel', 'click']) {
    document.addEventListener(over, () => setTimeout(() => {
      isPressed = false;
      update();
    }, 50), true);
  }
  for (const change of ['focusin', 'focusout', 'input', 'htmx:after:settle']) document.addEventListener(change, () => setTimeout(update));
  // What is folded again leaves the first thing one can do in sight, not the place to which the fold had led.
  composer.addEventListener('toggle', (event) => {
    if (!event.target.open) composer.scrollTop = 0;
  }, true);
  update();
}
