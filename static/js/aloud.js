// Read a part of the page aloud, in the language of the page. The button is hidden where the browser cannot.

const voice = window.speechSynthesis;
const words = (root) => {
  const copy = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
    return node.matches('nav, form, button, svg, [hidden], [aria-hidden="true"], details:not([open]) > :not(summary)')
      || !node.getClientRects().length ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  while (walk.nextNode()) copy.push(walk.currentNode.textContent.trim());
  // Long texts are cut off by some voices, so they are read sentence by sentence.
  return copy.filter(Boolean).join('，').match(/[^。！？.!?]{1,180}[。！？.!?]?/g) ?? [];
};
const stop = (button) => {
  voice.cancel();
  button.setAttribute('aria-pressed', 'false');
};

if (voice) {
  for (const button of document.querySelectorAll('[data-aloud]')) button.hidden = false;
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-aloud]');
    if (!button) return;
    if (button.getAttribute('aria-pressed') === 'true') return void stop(button);
    const sentences = words(document.querySelector(button.dataset.aloud) ?? document.body);
    button.setAttribute('aria-pressed', 'true');
    sentences.forEach((sentence, index) => {
      const said = new SpeechSynthesisUtterance(sentence);
      said.lang = document.documentElement.lang;
      if (index === sentences.length - 1) said.onend = () => stop(button);
      voice.speak(said);
    });
  });
  window.addEventListener('pagehide', () => voice.cancel());
}
