/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "change-ledger",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: {
        aws: {
          region: "us-east-1",
          defaultTags: { tags: { app: "change-ledger", stage: input.stage, "data-class": production ? "evidence" : "test" } },
        },
      },
    };
  },
  // SST allows no import at the top of this file.
  async run() {
    const { readConfig } = await import("./stacks/config.ts");
    const { storage } = await import("./stacks/storage.ts");
    const { events } = await import("./stacks/events.ts");
    const { functions } = await import("./stacks/functions.ts");
    const { api } = await import("./stacks/api.ts");
    const { alarms } = await import("./stacks/alarms.ts");
    const { notifications } = await import("./stacks/notifications.ts");
    const { resourcePolicies } = await import("./stacks/resource-policies.ts");

    const config = readConfig(process.env, $app.stage);
    const s = storage(config);
    const e = events(config);
    const f = functions(config, s, e);
    resourcePolicies(config, s, e, f);
    const gateway = api(config, f, s);
    const topic = alarms(config, e, f, gateway);
    const told = notifications(config, e);
    return {
      webhookUrl: $interpolate`${gateway.url}/webhooks`,
      apiUrl: gateway.url,
      bus: e.bus.name,
      ledgerTable: s.ledger.name,
      archiveBucket: s.archive.bucket.bucket,
      logBucket: s.logBucket.bucket.bucket,
      alarms: topic.arn,
      notifications: told?.arn ?? "",
      noteKeys: s.noteKeys.flatMap((key) => key?.arn ?? []),
      envelopeKeys: s.envelopeKeys.flatMap((key) => key?.arn ?? []),
    };
  },
});
