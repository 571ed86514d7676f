// Words selected in a text go into the field that asks for them; what is typed there by hand is left alone.

document.addEventListener('selectionchange', () => {
  const chosen = document.getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return;
  const range = chosen.getRangeAt(0).commonAncestorContainer;
  const from = (range.nodeType === Node.ELEMENT_NODE ? range : range.parentElement)?.closest('[data-words-for]');
  const field = from && document.getElementById(from.dataset.wordsFor);
  const words = chosen.toString().trim();
  if (field && field !== document.activeElement && words.length <= 4000) field.value = words;
});

for (const hint of document.querySelectorAll('[data-words-hint]')) hint.hidden = false;
