/**
 * Keeps the window itself on this device, so that it opens while the node is away.
 *
 * Pages come from the node first (it may be newer, and it exchanges the token of `kai up`'s link for a
 * cookie), and from here when it does not answer. Hashed files never change: they come from here first. What
 * starts with `/api/` is never touched.
 */

export interface ManifestEntry {
  readonly url: string;
  readonly revision: string | null;
}

/** The part of ServiceWorkerGlobalScope (W3C Service Workers) that is used; `lib.webworker` clashes with `lib.dom`. */
interface WorkerScope {
  readonly __WB_MANIFEST: readonly ManifestEntry[];
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', take: (event: LifeEvent) => void): void;
  addEventListener(kind: 'fetch', take: (event: FetchEvent) => void): void;
}
interface LifeEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

declare const self: WorkerScope;

const files = self.__WB_MANIFEST;

const edition = `kai-${hash(files.map(({ url, revision }) => `${url}@${revision}`).join())}`;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else event.respondWith(file(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(edition);
  await cache.addAll(
    [...new Set(files.map(({ url }) => url))].map((url) => new Request(url, { cache: 'reload' })),
  );
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name !== edition) await caches.delete(name);
  await self.clients.claim();
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match('/index.html')) ?? Response.error();
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** FNV-1a, 32 bits: names an edition of the files; no secret hangs on it. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(36);
}
