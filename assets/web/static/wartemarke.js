// Everything that these pages need beyond htmx: keyboard shortcuts, focus after a change, forms that are being filled
// in, and a plain word when the line is down. Without it, every form still works.
'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const live = $('live');

  // ---- focus after a page came back with errors
  const first = document.querySelector('[data-focus]');
  if (first) first.focus();

  // ---- printing is the browser's; without scripts its menu does it
  for (const b of document.querySelectorAll('[data-print]')) {
    b.hidden = false;
    b.addEventListener('click', () => print());
  }

  // ---- who has chosen a time goes on with what comes next. The arrow keys only go through the times: Enter or the space bar
  // takes one.
  for (const hint of document.querySelectorAll('[data-script]')) hint.hidden = false;
  const next = (radio) => {
    const form = radio.closest('form[data-then]'), to = form && $(form.dataset.then);
    if (!to) return false;
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: 'center' });
    return true;
  };
  const isTime = (t) => t.matches('input[type=radio][name=start]');
  document.addEventListener('click', (e) => { if (e.detail > 0 && isTime(e.target)) next(e.target); });
  document.addEventListener('keydown', (e) => {
    if (!isTime(e.target) || (e.key !== 'Enter' && e.key !== ' ')) return;
    e.target.checked = true;
    if (next(e.target)) e.preventDefault();
  });

  // ---- a link whose part of the page could not be fetched is followed as any link: then the browser says what is wrong
  const follow = (e) => {
    const a = e.detail.elt.closest('a[href]');
    if (a) location.href = a.href;
  };
  for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) document.body.addEventListener(name, follow);

  // The link that fetched another part is gone: go on in the part.
  document.body.addEventListener('htmx:afterSettle', (e) => {
    const link = e.detail.requestConfig && e.detail.requestConfig.elt;
    const part = link && link.matches('a[hx-target]') && document.querySelector(link.getAttribute('hx-target'));
    if (part && document.activeElement === document.body) part.focus();
  });

  if (!live) return;

  // ---- the line: either the server is gone, or only its events are; then asking often has to do
  const line = $('line'), slow = $('slow');
  let refreshTimer = 0, asked = 0, streamLost = 0;
  const show = (el, on) => { if (el && el.hidden === on) el.hidden = !on; };
  const refresh = (ms) => {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(() => { asked = Date.now(); htmx.trigger('#refresh', 'wm:refresh'); }, ms || 0);
  };
  const answered = (is) => {
    show(line, !is);
    show(slow, is && streamLost > 0 && Date.now() - streamLost > 4000);
  };
  const on = (name, fn) => document.body.addEventListener(name, fn);
  on('htmx:sseError', () => { streamLost = streamLost || Date.now(); refresh(200); });
  on('htmx:sseOpen', () => { streamLost = 0; show(slow, false); refresh(50); });
  // A press that cannot get through, or got no answer, says so and is never made up for: see Wartemarke-Pressed.
  const lost = $('lost'), busy = $('busy');
  const sayLost = (why) => { if (lost) { lost.textContent = lost.dataset[why]; lost.dataset.why = why; lost.hidden = false; } };
  const isPress = (e) => e.detail.elt.id !== 'refresh' && live.contains(e.detail.elt);
  const noAnswer = (e) => {
    answered(false);
    if (isPress(e)) { sayLost('unanswered'); refresh(); }
  };
  on('htmx:sendError', noAnswer);
  on('htmx:timeout', noAnswer);
  let ahead = null;   // of the server's clock before this one, in ms
  on('htmx:beforeOnLoad', (e) => {
    const is = e.detail.xhr.status < 400 || [401, 409].includes(e.detail.xhr.status);
    const there = Number(e.detail.xhr.getResponseHeader('Wartemarke-Time'));
    if (there) ahead = there - Date.now();
    answered(is);
    if (is && lost && (isPress(e) || lost.dataset.why === 'down')) lost.hidden = true;
  });
  on('htmx:configRequest', (e) => { if (isPress(e) && ahead !== null) e.detail.headers['Wartemarke-Pressed'] = String(Date.now() + ahead); });
  window.addEventListener('offline', () => answered(false));
  window.addEventListener('online', () => refresh());
  window.addEventListener('pageshow', (e) => { if (e.persisted) refresh(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
  // Minutes grow without an event, and a dead cable sends no error: ask now and then.
  setInterval(() => { if (Date.now() - asked > (streamLost || !line || !line.hidden ? 4000 : 20000)) refresh(); }, 2000);

  // ---- replacing a region: not while it is being used
  const field = 'input:not([type=hidden]), select, textarea';
  const changed = (el) => el.type === 'checkbox' || el.type === 'radio' ? el.checked !== el.defaultChecked
    : el.tagName === 'SELECT' ? [...el.options].some((o, i) => o.selected !== (o.defaultSelected || (i === 0 && ![...el.options].some((x) => x.defaultSelected))))
    : el.value !== el.defaultValue;
  const inUse = (region) => {
    const a = document.activeElement;
    if (a && region.contains(a) && a.matches(field)) return true;
    return [...region.querySelectorAll(field)].some(changed);
  };
  let pressed = null;   // region under a pressed pointer: replacing it now would swallow the click
  let posting = null;   // id of the region whose form is under way
  let own = false;      // the answer at hand is to a form, not to a refresh
  const stale = $('stale');
  const regionOf = (el) => el && el.closest ? el.closest('.region') : null;
  addEventListener('pointerdown', (e) => { pressed = regionOf(e.target); }, true);
  for (const e of ['pointerup', 'pointercancel']) addEventListener(e, () => {
    if (pressed) { pressed = null; refresh(250); }
  }, true);

  document.body.addEventListener('htmx:beforeRequest', (e) => {
    if (e.detail.elt.id === 'refresh') return;
    if (line && !line.hidden && isPress(e)) {
      e.preventDefault();
      sayLost('down');
      refresh();
      return;
    }
    const by = e.detail.requestConfig.triggeringEvent;
    const button = (by && by.submitter) || (e.detail.elt.matches('button') ? e.detail.elt : e.detail.elt.querySelector('button'));
    const waits = setTimeout(() => {
      if (button) button.setAttribute('aria-busy', 'true');
      if (busy) busy.textContent = busy.dataset.text;
    }, 1000);
    const region = regionOf(e.detail.elt);
    const wanted = region && region.contains(document.activeElement);
    const id = region ? region.id : '';
    posting = id;
    e.detail.xhr.addEventListener('loadend', () => {
      posting = null;
      clearTimeout(waits);
      if (button) button.removeAttribute('aria-busy');
      if (busy) busy.textContent = '';
      const now = document.activeElement;
      const typed = now && now.id === 'number' && id === 'entry' && e.detail.xhr.status === 200;
      if (!wanted || (now && now !== document.body && !typed)) return;
      // The pressed button is gone: go on with the first one of the number at hand.
      // So after a number was typed: its field still has the focus, and letters would go into it.
      const next = id === 'entry' && e.detail.xhr.status === 409 ? $('number') : document.querySelector('#current [data-first]');
      if (next) next.focus();
    });
  });
  let askedOf = '';     // current ticket and its state when the page asked
  document.body.addEventListener('htmx:beforeSwap', (e) => {
    own = e.detail.requestConfig.elt.id !== 'refresh';
    askedOf = e.detail.requestConfig.parameters.shown;
  });
  document.body.addEventListener('htmx:oobBeforeSwap', (e) => {
    const now = e.detail.target, next = e.detail.fragment.firstElementChild;
    if (!next || !now.classList.contains('region')) return;
    const keep = () => { e.detail.shouldSwap = false; };
    const same = now.dataset.rev === next.dataset.rev;
    if (Number(next.dataset.seq) < Number(now.dataset.seq)) return keep();
    if (!own && (same || now === pressed)) return keep();
    if (!own && posting !== null) { refresh(250); return keep(); }
    // News of a ticket that this page has itself moved on since it asked are none.
    if (!own && now.id === 'result' && $('shown') && askedOf !== $('shown').value) return keep();
    const sent = own && now.id === posting;
    if (!sent && !(own && now.id === 'result') && inUse(now)) {
      if (now.id === 'current' && !same && stale) stale.hidden = false;
      return keep();
    }
    if (now.id === 'current' && stale) stale.hidden = true;
    // What is unfolded stays unfolded, unless its form was just sent.
    if (!sent) for (const d of now.querySelectorAll('details[open][id]')) {
      const twin = next.querySelector('#' + CSS.escape(d.id));
      if (twin) twin.open = true;
    }
  });
  live.addEventListener('focusout', () => { if (stale && !stale.hidden) refresh(300); });
  const fresh = $('b-stale');
  if (fresh) fresh.addEventListener('click', () => {
    for (const form of document.querySelectorAll('#current form')) form.reset();
    stale.hidden = true;
    refresh();
  });

  // ---- the phone buzzes once when its number is called
  const phone = () => document.querySelector('.phone-called');
  let wasCalled = Boolean(phone());
  document.body.addEventListener('htmx:afterSettle', () => {
    const is = Boolean(phone());
    if (is && !wasCalled && navigator.vibrate) navigator.vibrate([300, 150, 300]);
    wasCalled = is;
  });

  // ---- keyboard shortcuts (WCAG 2.1.4: can be switched off; not while typing)
  const store = { get: () => { try { return localStorage.getItem('wm-keys'); } catch { return null; } },
    set: (v) => { try { localStorage.setItem('wm-keys', v); } catch { /* private window: for this page only */ } } };
  let keys = store.get() !== 'off';
  const toggle = $('b-keys');
  const mark = () => {
    document.body.classList.toggle('no-keys', !keys);
    show($('keys-text'), keys);
    if (toggle) { toggle.hidden = false; toggle.setAttribute('aria-pressed', String(keys)); }
  };
  if (toggle) toggle.addEventListener('click', () => { keys = !keys; store.set(keys ? 'on' : 'off'); mark(); });
  mark();
  document.addEventListener('keydown', (e) => {
    const t = e.target;
    if (e.key === 'Escape') {
      const open = t.closest && t.closest('details[open]');
      if (open) { open.open = false; open.querySelector('summary').focus(); }
      else if (t.matches && t.matches(field)) t.blur();
      return;
    }
    if (!keys || e.ctrlKey || e.altKey || e.metaKey || e.repeat || e.isComposing || e.key.length !== 1) return;
    if (t.matches && t.matches('input, select, textarea, [contenteditable]') && t.type !== 'checkbox') return;
    const all = [...document.querySelectorAll('[data-key]')].filter((x) => x.dataset.key === e.key.toLowerCase() && x.offsetParent !== null);
    const el = all[all.indexOf(document.activeElement) + 1] || all[0]; // two lists with one key: it goes from one to the next
    if (!el) return;
    e.preventDefault();
    el.focus();
    if (el.matches('h2')) { el.scrollIntoView({ block: 'nearest' }); return; }
    if (el.matches('input')) { el.select(); return; }
    if (el.matches('summary')) {
      const d = el.parentElement;
      d.open = true;
      const f = d.querySelector(field) || d.querySelector('button'); // a question has only its answer
      if (f) f.focus();
      return;
    }
    el.click();
  });
})();
