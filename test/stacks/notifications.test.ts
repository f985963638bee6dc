import { expect, it } from "vitest";
import { HEALTH_DETAIL_TYPES, TOLD_DETAIL_TYPES } from "../../stacks/definitions.ts";
import { parsed, policyOf, TYPES } from "./read.ts";
import { describeStacks, synth } from "./synth.ts";

describeStacks("what the ledger tells", () => {
  it("goes nowhere unless somebody asks for it", async () => {
    const s = await synth("production");
    expect(s.resources.filter(({ name }) => /^Told|Slack|^Notifications/.test(name))).toEqual([]);
  });

  it("goes to a topic and to Slack where they are asked for", async () => {
    const s = await synth("test");
    const rule = s.get(TYPES.rule, "ToldRule");
    expect(parsed(rule.inputs, "eventPattern")).toEqual({
      source: ["change-ledger"],
      "detail-type": [...TOLD_DETAIL_TYPES, ...HEALTH_DETAIL_TYPES],
    });
    expect(rule.inputs["eventBusName"]).toBe(s.get(TYPES.bus, "BusBus").outputs["name"]);
    const topic = s.get("aws:sns/topic:Topic", "Notifications");
    const slack = s.get("aws:cloudwatch/eventApiDestination:EventApiDestination", "Slack");
    const targets = s.all(TYPES.target).filter(({ name }) => name.startsWith("Told"));
    expect(new Set(targets.map(({ inputs }) => inputs["arn"]))).toEqual(new Set([slack.outputs["arn"], topic.outputs["arn"]]));
    for (const { inputs } of targets) expect(inputs["rule"]).toBe(rule.outputs["name"]);
    expect(slack.inputs["invocationEndpoint"]).toBe("https://hooks.slack.example.com/services/T/B/x");
    // The role may invoke this destination, and nothing else.
    const role = s.get("aws:iam/role:Role", "SlackTarget");
    const [inline] = role.inputs["inlinePolicies"] as { policy: string }[];
    expect(JSON.parse(inline?.policy ?? "{}").Statement).toEqual([
      { Effect: "Allow", Action: "events:InvokeApiDestination", Resource: slack.outputs["arn"] },
    ]);
    const published = policyOf(s.get("aws:sns/topicPolicy:TopicPolicy", "NotificationsPolicy")).Statement.filter(
      ({ Effect }) => Effect === "Allow",
    );
    expect(published.map(({ Condition }) => Condition)).toEqual([{ ArnEquals: { "aws:SourceArn": rule.outputs["arn"] } }]);
  });
});
