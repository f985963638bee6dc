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

    const config = readConfig(process.env, $app.stage);
    const s = storage(config);
    const e = events(config);
    const f = functions(config, s, e);
    const gateway = api(config, f);
    const topic = alarms(config, e, f, gateway);
    return {
      webhookUrl: $interpolate`${gateway.url}/webhooks`,
      apiUrl: gateway.url,
      bus: e.bus.name,
      ledgerTable: s.ledger.name,
      archiveBucket: s.archive.bucket,
      alarms: topic.arn,
      noteKey: s.noteKey.arn,
      envelopeKey: s.envelopeKey.arn,
    };
  },
});
