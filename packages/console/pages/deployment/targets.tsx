import type { Client, Schemas } from "@change-ledger/api/client/client.ts";
import { useState } from "preact/hooks";
import { problemWords } from "../../data/resource.ts";
import { Verbatim } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { Badge, State, ToneMark } from "../../parts/tone.tsx";
import { EntryLink } from "../../parts/words.tsx";
import { useMay, useSession } from "../../session/session.tsx";

type Timeline = Schemas["Timeline"];

type Target = Timeline["targets"][number];

/** Drawn at first: those that failed stand first, and a fleet is long. */
const FIRST = 25;

/** Target by target: its lifecycle, and what each script said. */
export function Targets({ of }: { readonly of: Timeline }) {
  const [all, setAll] = useState(false);
  const shown = all ? of.targets : of.targets.slice(0, FIRST);
  if (of.targets.length === 0) return null;
  return (
    <section aria-label="Targets">
      <h2>Targets</h2>
      <ul class="targets">
        {shown.map((target, at) => (
          <TargetRow key={target.id} target={target} first={at === 0 && target.failedAt !== undefined} />
        ))}
      </ul>
      {of.targets.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {of.targets.length}
        </button>
      )}
    </section>
  );
}

function TargetRow({ target, first }: { readonly target: Target; readonly first: boolean }) {
  const [open, setOpen] = useState(first);
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <code>{target.id}</code> <State state={target.state} />
          {first && <Badge tone="bad">Failed first</Badge>}
          {target.failedAt !== undefined && (
            <span class="quiet">
              {" "}
              at <Time at={target.failedAt} show="clock" />
            </span>
          )}
        </summary>
        {open && <TargetDetail target={target} />}
      </details>
    </li>
  );
}

function TargetDetail({ target }: { readonly target: Target }) {
  return (
    <div class="target">
      <table>
        <thead>
          <tr>
            <th scope="col">Lifecycle event</th>
            <th scope="col">Status</th>
            <th scope="col">Begun</th>
            <th scope="col">Script</th>
            <th scope="col">Error</th>
          </tr>
        </thead>
        <tbody>
          {target.lifecycle.map((event) => (
            <tr key={event.name} class={event.status === "Failed" ? "bad" : undefined}>
              <th scope="row">
                {event.status === "Failed" && <ToneMark tone="bad" />} {event.name}
              </th>
              <td>{event.status}</td>
              <td>{event.start !== undefined && <Time at={event.start} show="clock" />}</td>
              <td>{event.script !== undefined && <code>{event.script}</code>}</td>
              <td>{event.error}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {target.told !== undefined && (
        <p class="quiet">
          Told by <EntryLink entry={target.told} />
        </p>
      )}
      {target.told !== undefined && <Said told={target.told} target={target.id} />}
    </div>
  );
}

interface InArchive {
  readonly told: { readonly subject: string; readonly seq: number };
  readonly target: string;
}

/** What a script said lies in the locked archive: its message for every reader, the end of its log for who may read evidence. Reading is itself put on record. */
function Said(of: InArchive) {
  const { client } = useSession();
  const may = useMay("evidence:read");
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const label = may ? "The script's log" : "What the script said";
  const read = async () => {
    try {
      setText(await (may ? logOf(client, of) : messagesOf(client, of)));
    } catch (error) {
      setProblem(problemWords(error));
    }
  };
  if (text !== undefined) return <Verbatim label={label} text={text} />;
  const holds = may ? "What it said, and the end of its log." : "The end of its log needs the scope evidence:read.";
  return (
    <p>
      <button type="button" onClick={read}>
        Read {may ? "the script's log" : "what the script said"}
      </button>{" "}
      <span class="quiet">{problem ?? `${holds} Who reads it, and when, is put on record.`}</span>
    </p>
  );
}

async function messagesOf(client: Client, { told: { subject, seq }, target }: InArchive): Promise<string> {
  const id = subject.slice(subject.indexOf(":") + 1);
  const { items } = await client.get("/v1/deployments/{id}/messages", { path: { id }, query: { seq } });
  const said = items
    .filter((one) => one.target === target)
    .map(({ event, script, message }) => [`${event} ${script ?? ""}`.trim(), message].join("\n"));
  return said.length === 0 ? "The archived answer holds no message of this target." : said.join("\n\n");
}

async function logOf(client: Client, { told: { subject, seq }, target }: InArchive): Promise<string> {
  const answer = await client.file("/v1/chains/{subject}/entries/{seq}/raw", { path: { subject, seq: String(seq) } });
  return logIn(await answer.text(), target) ?? "The archived answer holds no log of this target.";
}

interface Lifecycle {
  readonly lifecycleEventName?: string;
  readonly diagnostics?: { readonly message?: string; readonly logTail?: string; readonly scriptName?: string };
}

/** The log tails of a target in CodeDeploy's own answer, whose members are named by the kind of target. */
function logIn(raw: string, target: string): string | undefined {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { targetId, lifecycleEvents } = value as { targetId?: unknown; lifecycleEvents?: unknown };
    if (targetId === target && Array.isArray(lifecycleEvents))
      for (const { lifecycleEventName, diagnostics } of lifecycleEvents as Lifecycle[])
        if (diagnostics?.logTail || diagnostics?.message)
          found.push(
            [`${lifecycleEventName ?? ""} ${diagnostics.scriptName ?? ""}`.trim(), diagnostics.message, diagnostics.logTail]
              .filter(Boolean)
              .join("\n"),
          );
    Object.values(value).forEach(visit);
  };
  visit(JSON.parse(raw));
  return found.length === 0 ? undefined : found.join("\n\n");
}
