import * as z from "zod";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, prose, read, text } from "../read.ts";

/** What CodeDeploy's agent said of a lifecycle event that did not succeed. */
export interface LifecycleMessage {
  readonly target: string;
  readonly event: string;
  readonly script?: string;
  /** At most MESSAGE_MAX characters. */
  readonly message: string;
}

/** Longer ones are cut: a message is a line, and what a script printed is its log. */
const MESSAGE_MAX = 500;

const target = z
  .object({
    targetId: maybeText,
    lifecycleEvents: z
      .array(
        z.object({
          lifecycleEventName: text,
          diagnostics: z.object({ errorCode: maybeText, scriptName: maybeText, message: prose }).nullish(),
        }),
      )
      .nullish(),
  })
  .nullish();
const answer = z.object({
  deploymentTargets: z
    .array(z.object({ instanceTarget: target, lambdaTarget: target, ecsTarget: target, cloudFormationTarget: target }))
    .nullish(),
});

/**
 * The messages in a look-up's archived body, target by target. Log tails are not among them.
 * @throws SourceError where the body is none of CodeDeploy's answers
 */
export function lifecycleMessages(body: Uint8Array): LifecycleMessage[] {
  const { deploymentTargets } = read(answer, parseJson(body));
  return (deploymentTargets ?? []).flatMap(({ instanceTarget, lambdaTarget, ecsTarget, cloudFormationTarget }) => {
    const one = instanceTarget ?? ecsTarget ?? lambdaTarget ?? cloudFormationTarget;
    return (one?.lifecycleEvents ?? []).flatMap(({ lifecycleEventName: event, diagnostics }): LifecycleMessage[] => {
      const message = told(diagnostics?.message);
      if (message === undefined || diagnostics?.errorCode === "Success") return [];
      return [
        present({
          target: told(one?.targetId) ?? "unknown",
          event,
          script: told(diagnostics?.scriptName),
          message: message.slice(0, MESSAGE_MAX),
        }),
      ];
    });
  });
}
