/** Everything about a performance that does not change while one looks at it. */

import { answer, api, type Schemas } from "~/api/client";
import { Refusal } from "~/api/failures";
import { concertOf } from "~/concerts/known";
import { type Layout, layOut } from "~/seats/map";

export interface Sale {
  concert: Schemas["ConcertReply"];
  performance: Schemas["PerformanceReply"];
  layout: Layout;
  priceOf: (no: number) => number;
}

export async function loadSale(
  performanceId: string,
  concertId: string | undefined,
  signal: AbortSignal,
): Promise<Sale> {
  const [concert, plan] = await Promise.all([
    concertOf(performanceId, concertId),
    answer(
      api.GET("/api/v1/performances/{performance_id}/seats", {
        params: { path: { performance_id: performanceId } },
        signal,
      }),
    ),
  ]);
  const performance = concert?.performances.find(({ id }) => id === performanceId);
  if (!concert || !performance) throw new Refusal(404, "not_found", null, {});
  const layout = layOut(plan);
  const prices = plan.tiers.map((tier) => tier.price_minor);
  return { concert, performance, layout, priceOf: (no) => prices[layout.tierOf[no] as number] ?? 0 };
}
