// Time that runs: an element with data-until counts down, a bar inside with data-total shrinks with it.
// The difference between the reader's clock and ours is taken from data-now, the moment of rendering.

const skews = new WeakMap(); // element -> [data-now, difference in ms]
const skew = (element) => {
  const now = element.dataset.now;
  const kept = skews.get(element);
  if (kept?.[0] === now) return kept[1];
  const difference = now ? Date.parse(now) - Date.now() : 0;
  skews.set(element, [now, difference]);
  return difference;
};
const clock = (seconds) => {
  const whole = Math.abs(seconds);
  const two = (number) => String(number).padStart(2, '0');
  const rest = two(whole % 60);
  // What is over by more than an hour is over by hours.
  if (seconds <= -3600) return `+${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${rest}`;
  return `${seconds < 0 ? '+' : ''}${Math.floor(whole / 60)}:${rest}`;
};

const said = new Map(); // what was said for which instant; elements come and go
const once = (element, what) => {
  const words = element.dataset[what];
  if (!words || said.get(what) === element.dataset.until) return;
  said.set(what, element.dataset.until);
  window.politely?.(words);
};

const tick = () => {
  for (const element of document.querySelectorAll('[data-until]')) {
    const left = Math.ceil((Date.parse(element.dataset.until) - Date.now() - skew(element)) / 1000);
    if (element.dataset.total) {
      const share = Math.max(0, Math.min(1, left / Number(element.dataset.total)));
      element.setAttribute('width', `${(share * 100).toFixed(1)}%`);
      continue;
    }
    const words = clock(left);
    if (element.textContent !== words) element.textContent = words;
    element.classList.toggle('is-near', Boolean(element.dataset.warn) && left >= 0 && left <= 30);
    element.classList.toggle('is-over', left < 0);
    // Each is said once for an instant, however late a sleeping tab looks at its clock.
    if (left > 0 && left <= 30) once(element, 'warn');
    if (left <= 0 && left > -30) once(element, 'over');
  }
};
setInterval(tick, 500);
tick();
