import { expect, it } from "vitest";

const SHEETS = import.meta.glob<string>("../**/*.css", { query: "?raw", import: "default", eager: true });

/** The class with which each selector begins: the one that a rule is about, or within which it holds. */
function leading(css: string): string[] {
  const bare = css.replace(/\/\*[\s\S]*?\*\/|\([^()]*\)/g, "");
  const selectors = [...bare.matchAll(/([^{};]+)\{/g)].map((match) => (match[1] as string).trim());
  const classes = selectors
    .filter((selector) => !selector.startsWith("@"))
    .flatMap((selector) => selector.split(",").map((each) => /\.([a-z][\w-]*)/.exec(each)?.[1]));
  return [...new Set(classes.filter((name) => name !== undefined))];
}

it("styles each class in one sheet: no feature changes by chance what another one shows", () => {
  const owners = new Map<string, string[]>();
  for (const [sheet, css] of Object.entries(SHEETS))
    for (const name of leading(css)) owners.set(name, [...(owners.get(name) ?? []), sheet]);

  expect(owners.size).toBeGreaterThan(50);
  expect([...owners].filter(([, sheets]) => sheets.length > 1)).toEqual([]);
});
