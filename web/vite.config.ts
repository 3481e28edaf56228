import { compression } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";
import { offlineFiles } from "./offline-files.ts";

const WORKER = "service-worker.js";

export default defineConfig({
  resolve: { alias: { "~": "/src" } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The service compresses nothing while it serves: what is smaller compressed lies beside the file.
  plugins: [offlineFiles(WORKER), compression({ algorithms: ["gzip", "brotliCompress"], threshold: 1024 })],
  build: {
    outDir: "../src/boxoffice/pages",
    emptyOutDir: true,
    assetsInlineLimit: 0, // an inlined file would need a wider Content-Security-Policy
    target: "es2022",
    rolldownOptions: {
      input: { index: "index.html", worker: "src/offline/worker.ts" },
      // A worker's pages are those at and below its own path, and its name is what the browser looks for news under.
      output: { entryFileNames: ({ name }) => (name === "worker" ? WORKER : "assets/[name]-[hash].js") },
    },
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:8000" },
    fs: { allow: [".", "../docs"] }, // a test compares our sentences with the reference
  },
  test: { environment: "happy-dom", restoreMocks: true, css: true },
});
