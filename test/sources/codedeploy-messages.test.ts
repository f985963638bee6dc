import { lifecycleMessages, SourceError } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const event = (lifecycleEventName: string, diagnostics?: object) => ({ lifecycleEventName, status: "Failed", diagnostics });
const of = (kind: string, targetId: string | undefined, lifecycleEvents: unknown) => ({
  deploymentTargetType: kind,
  [`${kind.charAt(0).toLowerCase()}${kind.slice(1)}`]: { targetId, lifecycleEvents },
});

describe("messages of lifecycle events", () => {
  it("are what failed said, target by target, without the log's tail", () => {
    const body = bytes({
      deploymentTargets: [
        of("InstanceTarget", "i-1", [
          event("BeforeInstall", { errorCode: "Success", message: "Succeeded" }),
          event("ValidateService", { errorCode: "ScriptFailed", scriptName: "validate.sh", message: "exit code 1", logTail: "a secret" }),
        ]),
        of("LambdaTarget", undefined, [event("AfterAllowTraffic", { errorCode: "UnknownError", scriptName: "", message: "timed out" })]),
      ],
    });
    expect(lifecycleMessages(body)).toEqual([
      { target: "i-1", event: "ValidateService", script: "validate.sh", message: "exit code 1" },
      { target: "unknown", event: "AfterAllowTraffic", message: "timed out" },
    ]);
  });

  it("are cut where they are long, and none where none was told", () => {
    const long = of("InstanceTarget", "i-1", [
      event("Install", { message: "x".repeat(2000) }),
      event("ApplicationStop"),
      event("AfterInstall", {}),
    ]);
    expect(lifecycleMessages(bytes({ deploymentTargets: [long] })).map(({ message }) => message.length)).toEqual([500]);
    expect(lifecycleMessages(bytes({ deploymentTargets: null }))).toEqual([]);
    expect(lifecycleMessages(bytes({}))).toEqual([]);
  });

  it("come of CodeDeploy's answers alone", () => {
    expect(() => lifecycleMessages(bytes({ deploymentTargets: 7 }))).toThrow(SourceError);
    expect(() => lifecycleMessages(new Uint8Array([0xff]))).toThrow(SourceError);
  });
});
