// A page taken out of the browser's back/forward cache has no socket and may be hours old: it is fetched anew.

window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
