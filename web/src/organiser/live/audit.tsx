import { useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { moment, number } from "~/i18n/format";
import { text } from "~/organiser/live/audit-messages";
import { translated } from "~/organiser/translated";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Notice } from "~/ui/notice";

type Performance = Schemas["PerformanceReply"];

/** Reads the whole sale back on demand, and shows each check. */
export function Audit({ concertId, performances }: { concertId: string; performances: readonly Performance[] }) {
  const [report, setReport] = useState<Schemas["AuditReply"] | null>(null);
  const run = useAction(async () => {
    const params = { path: { concert_id: concertId } };
    setReport(await answer(api.GET("/api/v1/admin/concerts/{concert_id}/audit", { params })));
  });
  const words = text();
  return (
    <section class="card">
      <h2>{words.audit}</h2>
      <p class="hint">{words.auditHint}</p>
      <Failure error={run.error} again={run.run} />
      <Button kind="quiet" busy={run.busy} press={run.run}>
        {words.auditRun}
      </Button>
      {report && <Report report={report} performances={performances} />}
    </section>
  );
}

interface Given {
  report: Schemas["AuditReply"];
  performances: readonly Performance[];
}

function Report({ report, performances }: Given) {
  const words = text();
  const at = moment(report.at, "seconds");
  const said = (name: string) => {
    const [check = name, performanceId] = name.split(":");
    const performance = performances.find(({ id }) => id === performanceId);
    return `${words.checks[check] ?? name}${performance ? ` (${moment(performance.starts_at, "short")})` : ""}`;
  };
  const broken = report.checks.filter((check) => !check.ok);
  return (
    <>
      <Notice kind={report.ok ? "good" : "error"}>
        <p>
          {report.ok ? words.auditOk(number(report.checks.length), at) : words.auditBroken(number(broken.length), at)}
        </p>
      </Notice>
      <ul class="audit-checks">
        {[...broken, ...report.checks.filter((check) => check.ok)].map((check) => (
          <li key={check.name} class={check.ok ? "ok" : "broken"}>
            <span aria-hidden="true">{check.ok ? "✓" : "✗"}</span>
            <span>
              {said(check.name)}
              <span class="visually-hidden"> ({check.ok ? words.ok : words.broken})</span>
              <span class="hint">{translated(check.detail, words.findings)}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
