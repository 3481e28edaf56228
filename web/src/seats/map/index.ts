/**
 * The seat map, for whoever has a plan and something to say about its seats.
 *
 *     const layout = layOut(plan);                          // once for a plan: rows, sections, outlines, index
 *     const looks = [{ fill: "#2980b9", mark: "disc" }, { fill: "#9a9aa6", faint: true }];
 *     const lookOf = new Uint8Array(layout.count);          // for each seat the number of its look in `looks`
 *     <SeatMap layout={layout} looks={looks} lookOf={lookOf} label="..." words={...} />
 *
 * `plan` is the answer of `GET /performances/{id}/seats`, or anything of that shape (`PlanLike`; prices are not needed).
 * A look is a fill, and if wanted a mark on it. Zoomed out, a section has the mean of its seats' fills, so that a
 * palette of free, held, paying and sold is a heat picture without further work; `note(section)` is the second line of
 * a section's label. To show a change, hand in a new `lookOf`: only what differs is painted again. `chosen` seats are
 * highlighted. `onSeat(no)` is a tap on a seat when seats are near enough to be told apart.
 */

export { type Layout, layOut, type PlanLike, type Section } from "~/seats/map/layout";
export { drawMark, type Look, MARKS, type Mark } from "~/seats/map/looks";
export { SeatMap, type SeatMapWords } from "~/seats/map/seat-map";
