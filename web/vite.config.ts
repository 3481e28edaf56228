import { compression } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "~": "/src" } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The service compresses nothing while it serves: what is smaller compressed lies beside the file.
  plugins: [compression({ algorithms: ["gzip", "brotliCompress"], threshold: 1024 })],
  build: {
    outDir: "../src/boxoffice/pages",
    emptyOutDir: true,
    assetsInlineLimit: 0, // an inlined file would need a wider Content-Security-Policy
    target: "es2022",
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:8000" },
    fs: { allow: [".", "../docs"] }, // a test compares our sentences with the reference
  },
  test: { environment: "happy-dom", restoreMocks: true },
});
