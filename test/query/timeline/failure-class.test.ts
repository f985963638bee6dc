import { ErrorCode, LifecycleErrorCode } from "@aws-sdk/client-codedeploy";
import { classOfCode, classOfLifecycle, FAILURE_ADVICE, FAILURE_CLASSES, failureOf } from "@change-ledger/query";
import { describe, expect, it } from "vitest";

describe("failure classes", () => {
  it("know every error code of the API's own list, in either spelling", () => {
    for (const code of Object.values(ErrorCode)) expect(classOfCode(code), code).not.toBe("unknown");
    for (const [name, code] of Object.entries(LifecycleErrorCode)) {
      if (code === "Success") continue;
      expect(classOfCode(code), code).toBe(classOfCode(name));
      if (code !== "UnknownError") expect(classOfCode(code), code).not.toBe("unknown");
    }
  });

  it.each([
    ["HEALTH_CONSTRAINTS", "health-constraints"],
    ["HEALTH_CONSTRAINTS_INVALID", "health-constraints-invalid"],
    ["SCRIPT_FAILED", "script-failed"],
    ["SCRIPT_TIMED_OUT", "script-timed-out"],
    ["SCRIPT_MISSING", "script-missing"],
    ["NO_INSTANCES", "no-instances"],
    ["ALARM_ACTIVE", "alarm"],
    ["AGENT_ISSUE", "agent"],
    ["AUTO_ROLLBACK", "auto-rollback"],
    ["TIMEOUT", "timeout"],
    ["IAM_ROLE_MISSING", "iam-role"],
    ["IAM_ROLE_PERMISSIONS", "iam-role"],
    ["REVISION_MISSING", "revision"],
    ["THROTTLED", "throttled"],
    ["MANUAL_STOP", "manual-stop"],
    ["ECS_TASKS_FAILED", "tasks-failed"],
    ["A_CODE_OF_NEXT_YEAR", "unknown"],
    ["__proto__", "unknown"],
    ["", "unknown"],
  ])("%s is %s", (code, expected) => {
    expect(classOfCode(code)).toBe(expected);
  });

  it("say of each what happened and what to do next, in sentences, and no class is without a use", () => {
    expect(Object.keys(FAILURE_ADVICE).sort()).toEqual([...FAILURE_CLASSES].sort());
    for (const { title, meaning, next } of Object.values(FAILURE_ADVICE)) {
      expect(title).toMatch(/^[A-Z].+[^.]$/);
      expect(meaning).toMatch(/^[A-Z].+\.$/);
      expect(next).toMatch(/^[A-Z].+\.$/);
    }
  });

  it("put moving traffic down to the load balancer, and a hook around it to the hook", () => {
    expect(classOfLifecycle("AllowTraffic", "UnknownError")).toBe("traffic");
    expect(classOfLifecycle("BlockTraffic", undefined)).toBe("traffic");
    expect(classOfLifecycle("AfterAllowTestTraffic", undefined)).toBe("hook-failed");
    expect(classOfLifecycle("BeforeAllowTraffic", "ScriptTimedOut")).toBe("script-timed-out");
    expect(classOfLifecycle("Install", undefined)).toBe("unknown");
  });

  it("tell the first target's failure where the deployment's own code only follows from it", () => {
    expect(failureOf("HEALTH_CONSTRAINTS", { event: "ValidateService", error: "ScriptFailed" })).toMatchObject({
      class: "script-failed",
      code: "ScriptFailed",
      consequence: { class: "health-constraints", code: "HEALTH_CONSTRAINTS" },
    });
    expect(failureOf(undefined, { event: "Install", error: "ScriptMissing" })).toMatchObject({ class: "script-missing" });
    expect(failureOf("HEALTH_CONSTRAINTS")).toMatchObject({ class: "health-constraints", code: "HEALTH_CONSTRAINTS" });
    expect(failureOf("ALARM_ACTIVE", { event: "ValidateService", error: "ScriptFailed" })).toMatchObject({ class: "alarm" });
    expect(failureOf(undefined)).toEqual({ class: "unknown", ...FAILURE_ADVICE.unknown });
  });
});
