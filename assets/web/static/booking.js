// What the citizens' pages need beyond links and forms: nothing has to be here for a booking to work.
'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const me = document.currentScript;
  document.documentElement.classList.add('js');

  // ---- focus after a page came back with errors, or after something was done
  const first = document.querySelector('[data-focus]');
  if (first) first.focus();
  // A link of the summary leads into the field itself.
  for (const a of document.querySelectorAll('[data-focus] a')) a.addEventListener('click', (e) => {
    const field = document.querySelector(a.getAttribute('href'));
    const to = field && (field.matches('input, select, button, a, [tabindex]') ? field : field.querySelector('input, button'));
    if (to) { e.preventDefault(); to.focus(); }
  });

  // ---- a second press while the first is under way sends nothing
  for (const form of document.querySelectorAll('form[method=post]')) form.addEventListener('submit', (e) => {
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => { delete form.dataset.sent; }, 8000);   // the line may have broken, or the reader stopped it
    if (e.submitter) e.submitter.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
    for (const b of document.querySelectorAll('[aria-busy]')) b.removeAttribute('aria-busy');
  });

  // ---- look through the services
  const filter = document.querySelector('[data-filter]');
  if (filter) {
    filter.hidden = false;
    const field = filter.querySelector('input'), none = filter.querySelector('.filter-none');
    const look = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const s of document.querySelectorAll('.service')) {
        const is = s.querySelector('[name=service]').checked || words.every((w) => s.dataset.words.includes(w));
        s.hidden = !is;
        if (is) shown++;
      }
      for (const f of document.querySelectorAll('.services')) f.hidden = !f.querySelector('.service:not([hidden])');
      none.textContent = shown ? '' : filter.dataset.none;
    };
    field.addEventListener('input', look);
    field.addEventListener('keydown', (e) => { if (e.key === 'Enter') e.preventDefault(); });
  }

  // ---- another language keeps what was typed: for the next page only, and nowhere but in this tab
  const person = $('person');
  if (person) {
    const fields = ['name', 'mail', 'phone'].map($).filter(Boolean);
    try {
      const typed = JSON.parse(sessionStorage.getItem('typed'));
      sessionStorage.removeItem('typed');
      if (typed && typed.at === location.pathname) for (const f of fields) f.value = typed[f.id] || f.value;
      for (const a of document.querySelectorAll('a[hreflang]')) a.addEventListener('click', () => {
        const now = { at: new URL(a.href).pathname };
        for (const f of fields) now[f.id] = f.value;
        sessionStorage.setItem('typed', JSON.stringify(now));
      });
    } catch { /* a browser that keeps nothing */ }
  }

  // ---- while a mail is awaited: show at once that it could not be delivered, or that its link was used
  const waiting = document.querySelector('[data-state=unconfirmed]');
  if (waiting) {
    const look = async () => {
      try {
        const answer = await fetch(location.href);
        if (answer.status >= 500) return;
        const now = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-state]');
        if (!now || now.dataset.state !== waiting.dataset.state) location.reload();
      } catch { /* no network just now */ }
    };
    setInterval(() => { if (!document.hidden) look(); }, Number(waiting.dataset.every) || 10000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  }

  // ---- how long a time is still kept, said twice and not more
  const left = document.querySelector('[data-until]');
  if (left) {
    const until = Number(left.dataset.until);
    const say = (key, before) => {
      const ms = until - before - Date.now();
      if (ms >= 0) setTimeout(() => {
        left.textContent = left.dataset[key];
        left.parentElement.classList.toggle('over', key === 'over');
      }, ms);
    };
    say('five', 5 * 60000);
    say('minute', 60000);
    say('over', 0);
  }

  // ---- printing
  const print = $('b-print');
  if (print) { print.hidden = false; print.addEventListener('click', () => window.print()); }

  // ---- inside the town's page: tell it how high this one is, if it asks and is one that may
  const origins = document.querySelector('meta[name=wartemarke-origins]');
  if (origins && window.parent !== window) {
    const may = origins.content.split(' ');
    let told = null, last = 0;
    const tell = () => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (told && height !== last) { last = height; window.parent.postMessage({ wartemarke: 'height', height }, told); }
    };
    addEventListener('message', (e) => {
      if (e.source !== window.parent || !may.includes(e.origin) || !e.data || e.data.wartemarke !== 'hello') return;
      told = e.origin;
      last = 0;
      tell();
    });
    new ResizeObserver(tell).observe(document.body);
  } else if ('serviceWorker' in navigator && window.parent === window) {
    navigator.serviceWorker.register(me.dataset.worker).catch(() => { /* without one, only the offline page is missing */ });
  }
})();
