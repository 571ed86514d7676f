// The socket of a page: what was missed is fetched anew, what belongs to one person follows, and a lost line is said.
// The attributes stand in templates/_live.html.

// Everybody on a page is told at the same moment and must not all come at the same moment; the fewer, the sooner. A desk is one
// person's and comes first.
const A_PERSON = 5; // milliseconds
const crowd = () => Number(document.querySelector('[data-crowd]')?.dataset.crowd ?? Infinity);
const jitter = (most) => Math.random() * Math.min(most, A_PERSON * crowd());

const LATER = 3_000; // milliseconds after which what the server could not give is asked for again
let fetching = false; // a fetched page may be older than what the socket brings meanwhile
let missed = false;
let timer;

const arrive = () => {
  clearTimeout(timer);
  timer = setTimeout(() => document.getElementById('arrive')?.dispatchEvent(new CustomEvent('arrive')), jitter(600));
};

const isRefetch = (event) => event.target?.id === 'arrive';

document.addEventListener('htmx:ws:before:message:incoming', (event) => {
  if (fetching) missed = true;
  const data = event.detail.message.data;
  // What people write is escaped, so these characters can only be the server's own.
  if (typeof data === 'string' && data.includes('<div id="arrive"')) {
    event.detail.cancelled = true;
    arrive();
  }
});
document.addEventListener('htmx:before:request', (event) => {
  if (isRefetch(event)) [fetching, missed] = [true, false];
});
const hasFailed = ({detail: {ctx}}) => ctx?.response?.status >= 500;
document.addEventListener('htmx:finally:request', (event) => {
  if (!isRefetch(event)) return;
  fetching = false;
  if (hasFailed(event)) setTimeout(arrive, LATER + jitter(LATER));
  else if (missed) arrive();
});
// The address of a reconnection is not asked for again, so it is corrected while the socket is closed.
document.addEventListener('htmx:ws:close', (event) => {
  const seen = document.getElementById('seen')?.value;
  const connection = event.detail.connection;
  if (seen && connection) connection.url = connection.url.replace(/seen=\d+/, `seen=${seen}`);
});

// --- what belongs to one person

// A cursor in an empty text field is no half-typed word: the morph leaves it there, and what stands around it is news.
const isEmptyText = (field) => field.matches('textarea, [type="text"], :not([type])') && field.value === '';
const halfTyped = (element) => [...element.querySelectorAll('input, textarea, select')].some((field) =>
  field.type !== 'hidden' && ((field === document.activeElement && !isEmptyText(field)) || (field.options
    ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.value !== field.options[0]?.value
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked)));

const waiting = new WeakMap();
const follow = (changed) => {
  for (const element of document.querySelectorAll('[data-follows]')) {
    if (!element.dataset.follows.split(' ').some((id) => changed.has(id)) || halfTyped(element)) continue;
    clearTimeout(waiting.get(element));
    waiting.set(element, setTimeout(() => element.dispatchEvent(new CustomEvent('follow')), jitter(700)));
  }
};
// After a restart thousands arrive again, and most parts are what they were: nobody follows those. What runs by itself
// (a countdown) is compared by the instant it runs to.
const shape = (element) => {
  const copy = element.cloneNode(true);
  for (const running of copy.querySelectorAll('[data-until]')) running.replaceWith(running.dataset.until);
  return copy.innerHTML.replace(/\s+/g, ' ');
};
const isChange = ({target, fragment}) => {
  const old = typeof target === 'string' ? document.querySelector(target) : target;
  const fresh = fragment?.firstElementChild;
  return !old || !fresh || shape(old) !== shape(fresh);
};
document.addEventListener('htmx:before:swap', (event) => {
  if (!isRefetch(event) && event.target?.id !== 'wire') return;
  const tasks = isRefetch(event) ? event.detail.tasks.filter(isChange) : event.detail.tasks;
  const ids = tasks.map(({target}) => (typeof target === 'string' ? target.slice(1) : target?.id));
  // After the swap: the elements that follow may be among what is being swapped.
  setTimeout(() => follow(new Set(ids)));
});

// --- the line

const line = () => document.getElementById('connection');
const show = (words) => {
  const banner = line();
  if (!banner) return;
  banner.textContent = words ?? '';
  banner.hidden = !words;
};
let lost = false;
let failures = 0;
// A form that reached nobody is said until it does: what was written stands in it still.
let unsent = '';
const rest = () => show(unsent ? line()?.dataset.unsent : '');
// Only what somebody wrote: what a page sends by itself it sends again by itself.
const sentBy = ({detail: {ctx}}) => {
  const form = ctx?.sourceElement;
  return form?.matches('form[method="post"]') && form.querySelector('textarea, [type="text"]') ? form.getAttribute('action') : '';
};
const saysUnsent = (which) => {
  unsent = which;
  if (!lost) rest();
  if (which) window.politely?.(line()?.dataset.unsent);
};
document.addEventListener('htmx:finally:request', (event) => {
  if (sentBy(event) && !event.detail.ctx.response) saysUnsent(sentBy(event));
});
document.addEventListener('htmx:after:request', (event) => {
  if (unsent && sentBy(event) === unsent) saysUnsent('');
});
const RESEATED = 4409; // one sits otherwise now: the page comes back as that of whoever one is (unsaid.js)
const MANY = 3; // times in a row that the line failed: then the page that does without one is offered, by its link
document.addEventListener('htmx:ws:close', ({detail: {code}}) => {
  if (code === RESEATED || code === null || code === 1000 || document.hidden) return;
  const say = line()?.dataset ?? {};
  lost = true;
  failures += 1;
  const words = {1008: say.many, 4401: say.signedOut, 4403: say.shut}[code] ?? say.lost;
  show(words);
  if (failures >= MANY) offerPlain();
  window.politely?.(words);
});
// The server failed (htmx-config: such an answer takes nobody's place): it is said, what was written stays, and what a
// page asked for by itself it asks for again.
let troubled = false;
document.addEventListener('htmx:after:request', (event) => {
  const failed = hasFailed(event);
  const asking = event.target?.closest?.('[data-follows]');
  if (failed && asking === event.target) setTimeout(() => asking.dispatchEvent(new CustomEvent('follow')), LATER + jitter(LATER));
  if (failed === troubled || lost) return;
  troubled = failed;
  show(failed ? line()?.dataset.trouble : '');
  if (failed) window.politely?.(line()?.dataset.trouble);
});
const offerPlain = () => {
  const way = document.getElementById('plain-way')?.cloneNode(true);
  if (!way) return;
  way.removeAttribute('id');
  line()?.append(way);
};
document.addEventListener('htmx:ws:after:connection', () => {
  if (!lost) return;
  lost = false;
  failures = 0;
  rest();
  window.politely?.(line()?.dataset.back);
});
window.addEventListener('offline', () => show(line()?.dataset.offline));
window.addEventListener('online', () => { if (!lost) rest(); });
