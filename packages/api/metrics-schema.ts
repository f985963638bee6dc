import { PERIOD_FIGURES, type PeriodFigure } from "@change-ledger/query";
import * as z from "zod";
import { instant, SCHEMAS } from "./schemas.ts";

const figure = z
  .object({
    name: z.enum(Object.keys(PERIOD_FIGURES) as [PeriodFigure["name"], ...PeriodFigure["name"][]]),
    title: z.string(),
    definition: z.string(),
    unit: z.enum(["count", "share", "a day", "seconds"]),
    value: z.number().optional().meta({ description: "Absent where there is nothing to count" }),
    over: z.int().meta({ description: "How many deployments, changes or incidents it rests on" }),
    unknown: z.int().optional().meta({ description: "Of those that it should rest on, how many do not say enough" }),
  })
  .register(SCHEMAS, { id: "PeriodFigure" });

const count = z.int().nonnegative();

export const metricsSchema = z
  .object({
    from: instant,
    to: instant,
    asOf: instant,
    countedFrom: instant.meta({
      description: "Later than `from` where the period holds more deployments than one answer takes in: ask for shorter ones",
    }),
    figures: z.array(figure),
    changes: z
      .object({
        countedFrom: instant,
        total: count,
        byType: z.record(z.string(), count),
        judged: z.object({ normal: count, standard: count, emergency: count }),
        emergencyShare: z
          .number()
          .optional()
          .meta({ description: "Of those that were judged, the share that was last judged as an emergency" }),
        outcomes: z.record(z.string(), count).meta({ description: "By what was last said of the whole" }),
        unmatchedDeployments: count.meta({ description: "Deployments that no recorded change explains" }),
      })
      .meta({ description: "Changes that were first told of in the period" }),
    findings: z
      .object({
        changes: count.meta({ description: "With an open finding: changes, and the configuration where a version of it was refused" }),
        whole: z.boolean().meta({
          description:
            "False: there are more than were counted, and they are younger; as of an instant, more changes than were looked at, and those began earlier",
        }),
        byAge: z
          .array(z.object({ underDays: z.int().optional(), changes: count }))
          .meta({ description: "By the oldest open finding of each; the last is without a limit" }),
      })
      .meta({ description: "Open findings by age" }),
    ledger: z
      .object({
        sampled: count.meta({ description: "Chains of the latest changes and deployments that were looked at" }),
        covered: count.meta({ description: "Of them those whose last entry is under the log's checkpoint" }),
        ingestLagSeconds: z
          .object({ median: z.number(), most: z.number() })
          .optional()
          .meta({ description: "From the sender's clock to ours, of those last entries that a sender told" }),
        lastRecordedAt: instant.optional(),
        checkpoint: z.object({ size: count, origin: z.string(), sealedHour: z.string().optional() }).optional(),
        looked: z
          .object({
            asOf: instant,
            deadLetters: z
              .array(
                z.object({
                  queue: z.string(),
                  waiting: count,
                  since: instant
                    .optional()
                    .meta({ description: "From which look on something always waited: the oldest is at least as old" }),
                }),
              )
              .meta({ description: "Each dead-letter queue and the messages that wait in it" }),
            checkpointLateSince: instant.optional().meta({ description: "Absent while the log keeps up with the ledger" }),
          })
          .optional()
          .meta({
            description:
              "What the look of each minute found last, true as of `asOf`; absent before the first. Older than a few minutes: nobody looks, and it is not known",
          }),
      })
      .meta({ description: "The ledger's own health, now" }),
  })
  .register(SCHEMAS, { id: "Metrics" });
