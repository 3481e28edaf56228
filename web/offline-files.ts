/** Tells the service worker which files the tickets' pages are made of: everything that they import, and what it imports. */

import type { Plugin, Rolldown } from "vite";

const PAGES = ["src/reservations/list.tsx", "src/reservations/page.tsx", "src/reservations/qr.tsx"];
const PLACE = "__FILES__";

type Bundle = Rolldown.OutputBundle;

export function offlineFiles(worker: string): Plugin {
  return {
    name: "offline-files",
    apply: "build",
    // Before anything is compressed: what compresses comes after this one.
    generateBundle(_options, bundle) {
      const chunk = bundle[worker];
      if (chunk?.type !== "chunk" || chunk.code.split(PLACE).length !== 2)
        this.error(`${worker} has no single place for its files`);
      chunk.code = chunk.code.replace(PLACE, () => JSON.stringify(filesOf(bundle)));
    },
  };
}

/** By path, the page's own script first. */
function filesOf(bundle: Bundle): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const entry = chunks.find((chunk) => chunk.isEntry && chunk.facadeModuleId?.endsWith("/index.html"));
  const pages = PAGES.map((page) => chunks.find((chunk) => chunk.facadeModuleId?.endsWith(`/${page}`)));
  const wanted = [entry, ...pages];
  if (wanted.includes(undefined)) throw new Error(`Not every page has a file of its own: ${PAGES.join(", ")}`);
  const found = new Set<string>();
  const take = (name: string) => {
    const file = bundle[name];
    if (found.has(name) || file?.type !== "chunk") return;
    found.add(name);
    for (const css of file.viteMetadata?.importedCss ?? []) found.add(css);
    for (const asset of file.viteMetadata?.importedAssets ?? []) found.add(asset);
    file.imports.forEach(take);
  };
  for (const chunk of wanted) take((chunk as Rolldown.OutputChunk).fileName);
  return [...found].map((name) => `/${name}`);
}
