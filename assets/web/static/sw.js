// Shows a page of ours when there is no network. It keeps that page and the files it needs, and nothing else: pages with
// personal data are never stored.
'use strict';
const base = new URL(location.href).searchParams.get('base') || '';
const store = 'wartemarke ' + base;
const files = ['kern.min.css', 'wartemarke.css', 'booking.css', 'booking.js', 'icon.svg'];   // fonts come when a page uses them

addEventListener('install', (e) => e.waitUntil((async () => {
  const kept = await caches.open(store);
  await kept.addAll(['/offline', ...files.map((f) => base + f)]);
  await skipWaiting();
})()));

addEventListener('activate', (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== store) await caches.delete(name);
})()));

addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate') {
    e.respondWith(fetch(e.request).catch(async () => (await caches.match('/offline')) || Response.error()));
  } else if (base && url.pathname.startsWith(base)) {
    e.respondWith((async () => {
      const kept = await caches.match(url.pathname);
      if (kept) return kept;
      const answer = await fetch(e.request);
      if (answer.status === 200) await (await caches.open(store)).put(url.pathname, answer.clone());
      return answer;
    })());
  }
});
