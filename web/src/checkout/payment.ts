import { answer, api } from "~/api/client";
import { keptHold } from "~/checkout/hold";
import type { Payment } from "~/checkout/paying";
import { type Settlement, useSettlement } from "~/ui/settlement";

export type PaymentSettlement = Settlement<{ hold_id: string }, Payment>;

/** The one payment of a hold: its key is made of the hold, so no tab and no reload can pay it twice. */
export function usePayment(fanId: string, holdId: string): PaymentSettlement {
  return useSettlement(
    () => ({
      fanId,
      name: `pay-${holdId}`,
      key: () => `pay-${holdId}`,
      send: (asked, key, signal) => {
        // Read anew each time: it stands for the hold where the store has lost it.
        const receipt = keptHold(holdId)?.receipt ?? null;
        return answer(
          api.POST("/api/v1/payments", {
            params: { header: { "Idempotency-Key": key } },
            body: { ...asked, receipt },
            signal,
          }),
        );
      },
    }),
    [fanId, holdId],
  );
}
