import { useLayoutEffect, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { minorDigits, money } from "~/i18n/format";
import { freshKey } from "~/kernel/intent";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useSettlement } from "~/ui/settlement";
import { Unanswered } from "~/ui/unanswered";
import { parseAmount, quickAmounts, typedAmount } from "~/wallet/amount";
import { text } from "~/wallet/messages";
import "~/wallet/wallet.css";

interface Given {
  fanId: string;
  currency: string;
  /** What a payment lacks, where there is one to return to. */
  missingMinor?: number;
  toppedUp: (reply: Schemas["ChargeReply"]) => void;
}

/** Puts money into the wallet, once for each time that the fan confirms: through double clicks, reloads, lost answers. */
export function TopUp({ fanId, currency, missingMinor, toppedUp }: Given) {
  const [typed, setTyped] = useState(missingMinor ? typedAmount(missingMinor, currency) : "");
  const [checked, setChecked] = useState(false);
  const settlement = useSettlement<number, Schemas["ChargeReply"]>(
    () => ({
      fanId,
      name: "charge",
      key: () => freshKey("charge"),
      send: (amount_minor, key, signal) =>
        answer(
          api.POST("/api/v1/wallet/charges", {
            params: { header: { "Idempotency-Key": key } },
            body: { amount_minor },
            signal,
          }),
        ),
    }),
    [fanId],
  );
  const state = settlement.state.value;
  useLayoutEffect(() => {
    if (state.kind !== "done") return;
    // Emptied, so that the second half of a double click confirms nothing.
    setTyped("");
    setChecked(false);
    toppedUp(state.answer);
  }, [state]);
  const words = text();
  const amount = parseAmount(typed, currency);
  // After a top-up the field is empty, and that is no mistake.
  const wrong = checked && "problem" in amount && (typed || state.kind !== "done") ? amount.problem : null;
  const choose = (minor: number) => setTyped(typedAmount(minor, currency));
  const asked = settlement.asked;
  return (
    <form
      class="top-up"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if ("minor" in amount) settlement.confirm(amount.minor);
      }}
    >
      <Field
        label={words.amount}
        inputMode={minorDigits(currency) === 0 ? "numeric" : "decimal"}
        autocomplete="off"
        value={typed}
        change={setTyped}
        problem={wrong && words.problems[wrong]}
      />
      <fieldset class="chips">
        <legend class="visually-hidden">{words.quick}</legend>
        {missingMinor !== undefined && missingMinor > 0 && (
          <Chip chosen={"minor" in amount && amount.minor === missingMinor} press={() => choose(missingMinor)}>
            {words.exactly(money(missingMinor, currency))}
          </Chip>
        )}
        {quickAmounts(currency).map((minor) => (
          <Chip key={minor} chosen={"minor" in amount && amount.minor === minor} press={() => choose(minor)}>
            {money(minor, currency)}
          </Chip>
        ))}
      </fieldset>
      {state.kind === "done" && (
        <Notice kind="good">
          <p>
            {words.toppedUp(money(state.answer.amount_minor, currency), money(state.answer.balance_minor, currency))}
          </p>
        </Notice>
      )}
      {state.kind === "refused" &&
        (state.error.code === "invalid_request" ? (
          <Notice kind="error">
            <p>{words.refusedAmount}</p>
          </Notice>
        ) : (
          <Failure error={state.error} />
        ))}
      {asked !== null && (
        <Unanswered
          state={state}
          tryNow={settlement.wake}
          asking={words.asking(money(asked, currency))}
          lost={words.lost(money(asked, currency))}
          busy={words.busy(money(asked, currency))}
        />
      )}
      <Button type="submit" busy={state.kind === "asking"}>
        {"minor" in amount ? words.topUpBy(money(amount.minor, currency)) : words.topUp}
      </Button>
    </form>
  );
}

function Chip({ chosen, press, children }: { chosen: boolean; press: () => void; children: string }) {
  return (
    <button type="button" class="chip" aria-pressed={chosen} onClick={press}>
      {children}
    </button>
  );
}
