/**
 * Builds the window into `dist`: one page, one script, one style sheet, a service worker.
 *
 * The gateway's Content-Security-Policy allows neither inline scripts nor inline styles, so nothing here may
 * add one: no modulepreload polyfill, no inlined assets, the worker registered by our own script.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/kept',
      filename: 'service-worker.ts',
      injectRegister: false,
      includeManifestIcons: false,
      injectManifest: { globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'] },
      manifest: {
        id: '/',
        name: 'kAI',
        short_name: 'kAI',
        description: 'Talk to your agents, see that all is well, and follow every message.',
        start_url: '/',
        display: 'standalone',
        background_color: '#f6f6f4',
        theme_color: '#f6f6f4',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
});
