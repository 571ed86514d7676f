// Words chosen in an article go into the form beside it; a change of the text begins with the text itself.

const AROUND = 32; // characters kept before and behind
const MOST = 2000;

for (const page of document.querySelectorAll('[data-opine]')) {
  const from = page.querySelector('[data-quote-from]');
  const proposal = page.querySelector('[data-rewording]');
  if (!from || !proposal) continue;
  const quote = page.querySelector('[data-quote]');
  const place = page.querySelector('select[name="place"]');
  const rewording = proposal.dataset.rewording.split(' ');
  for (const hint of page.querySelectorAll('[data-scripted]')) hint.hidden = false;
  let filled = '';

  const lines = () => [...from.querySelectorAll('[data-line]')].map((line) => line.textContent);
  const kind = () => page.querySelector('input[name="kind"]:checked')?.value;

  // What is written over is only what this script wrote itself.
  const begin = () => {
    if (proposal.value && proposal.value !== filled) return;
    filled = rewording.includes(kind()) && quote.value ? quote.value : '';
    proposal.value = filled;
  };

  const around = (range, isBefore) => {
    const other = document.createRange();
    other.selectNodeContents(from);
    if (isBefore) other.setEnd(range.startContainer, range.startOffset);
    else other.setStart(range.endContainer, range.endOffset);
    const text = other.toString();
    return isBefore ? text.slice(-AROUND) : text.slice(0, AROUND);
  };

  const take = () => {
    const chosen = document.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    if (!from.contains(range.commonAncestorContainer)) return;
    const words = chosen.toString().trim();
    const plain = words.replace(/\s/g, '');
    if (!plain || words.length > MOST || !lines().join('').replace(/\s/g, '').includes(plain)) return;
    quote.value = words;
    page.querySelector('[data-quote-prefix]').value = around(range, true);
    page.querySelector('[data-quote-suffix]').value = around(range, false);
    if (place) place.value = '';
    page.querySelector('[data-quote-fold]').open = true;
    begin();
  };

  document.addEventListener('selectionchange', take);
  page.addEventListener('change', (event) => {
    if (event.target.name === 'kind' || event.target === quote) begin();
  });
}
