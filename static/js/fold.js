// A fold stays as its reader left it: the server, which refreshes what stands around it, does not know that it was opened.

htmx.registerExtension('fold', {
  htmx_before_morph_attr: (element, {attrName}) => !(attrName === 'open' && element.matches?.('details')),
});
