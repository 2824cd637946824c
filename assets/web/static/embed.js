// Puts the booking into the town's page: <script src="https://…/embed.js" data-service="…" async></script>.
// docs/embedding.md says how. It needs nothing else, and leaves nothing behind.
'use strict';
(() => {
  const me = document.currentScript;
  if (!me) return;
  const here = new URL(me.src), origin = here.origin;
  const lang = me.dataset.lang || document.documentElement.lang.split('-')[0];
  const english = lang !== 'de';
  const address = (framed) => {
    const url = new URL(me.dataset.service ? '/service/' + encodeURIComponent(me.dataset.service) : '/', origin);
    if (lang) url.searchParams.set('lang', lang);
    if (framed) url.searchParams.set('embed', '1');
    return url.href;
  };
  const frame = document.createElement('iframe');
  frame.title = me.dataset.title || (english ? 'Book an appointment' : 'Termin buchen');
  frame.loading = 'lazy';
  frame.src = address(true);
  frame.style.cssText = 'display:block;width:100%;border:0;height:' + (Number(me.dataset.height) || 900) + 'px';
  const link = document.createElement('a');
  link.href = address(false);
  link.textContent = me.dataset.link || (english ? 'Book an appointment on a page of its own' : 'Termin auf einer eigenen Seite buchen');
  const below = document.createElement('p');
  below.append(link);
  me.after(frame, below);

  // Every further page begins at its top: a step that opens scrolled to its middle is lost on a phone.
  let pages = 0;
  frame.addEventListener('load', () => {
    frame.contentWindow.postMessage({ wartemarke: 'hello' }, origin);
    if (++pages > 1 && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
  addEventListener('message', (e) => {
    if (e.origin !== origin || e.source !== frame.contentWindow || !e.data || e.data.wartemarke !== 'height') return;
    const height = Number(e.data.height);
    if (height > 0 && height < 20000) frame.style.height = Math.ceil(height) + 'px';
  });
})();
