import type { Theme } from "~/seats/map/scene";

/** The colours that the page has at this moment, light or dark, as a canvas understands them. */
export function themeOf(canvas: HTMLCanvasElement): Theme {
  const probe = document.createElement("span");
  canvas.after(probe);
  const style = getComputedStyle(probe);
  const token = (name: string) => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const theme = {
    ground: token("ground"),
    sheet: token("sheet"),
    ink: token("ink"),
    soft: token("ink-soft"),
    line: token("line"),
    accent: token("accent"),
    font: style.fontFamily,
  };
  probe.remove();
  return theme;
}
