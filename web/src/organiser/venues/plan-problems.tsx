import { useEffect, useState } from "preact/hooks";
import type { Refusal } from "~/api/failures";
import { number } from "~/i18n/format";
import { text } from "~/organiser/venues/messages";
import { excerpt, formatOf, place, problemsOf, reason } from "~/organiser/venues/places";
import { Notice } from "~/ui/notice";

/** What is wrong with a file, each with its place and what is written there. */
export function PlanProblems({ file, refusal }: { file: File; refusal: Refusal }) {
  const [content, setContent] = useState("");
  useEffect(() => {
    file.text().then(setContent, () => setContent(""));
  }, [file]);
  const words = text();
  const problems = problemsOf(refusal.members);
  const document = formatOf(file.name) === "json" ? parsed(content) : null;
  return (
    <>
      <Notice kind="error">
        <p>
          <strong>{words.problems(problems.length)}</strong>
        </p>
        <p>{words.problemsHint}</p>
      </Notice>
      <ol class="problems">
        {problems.map((problem) => {
          const written = excerpt(problem.path, content, document);
          return (
            <li key={problem.path + problem.detail}>
              <p>
                <strong>{place(problem.path, document)}</strong>
                {problem.count > 1 && ` ${words.andMore(number(problem.count - 1))}`}
              </p>
              <p>{reason(problem.detail)}</p>
              {written && <code>{written}</code>}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
