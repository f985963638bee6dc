import { beforeAll, describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../stacks/policies.ts";
import { may, named, type Principal, rolesOf, type Target, type Targets, targets } from "./iam.ts";
import { EXPECTED, everything, GOOD_SIGNATURES, goodPut, OBJECT_LOSSES } from "./probes.ts";
import { describeStacks, type Synth, synth } from "./synth.ts";

for (const stage of ["test", "production"]) {
  const PUT = goodPut(stage);

  describeStacks(`permissions in ${stage}`, () => {
    let s: Synth;
    let on: Targets;
    let roles: Map<string, Principal>;
    beforeAll(async () => {
      s = await synth(stage);
      on = targets(s);
      roles = rolesOf(s);
      // No function's: notifications.test.ts.
      roles.delete("SlackTarget");
    });
    const role = (name: string) => named(roles, name);

    it("shows every policy there is: none is attached elsewhere", () => {
      const hidden = /^aws:iam\/(?!role:Role$)/;
      expect(s.resources.filter(({ type }) => hidden.test(type)).map(({ urn }) => urn)).toEqual([]);
      expect([...roles.keys()].toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    });

    it("gives each role what it needs and nothing else", async () => {
      const allowed: Record<string, string[]> = {};
      for (const [name, principal] of roles) allowed[name] = await everything(principal, on, PUT);
      const sorted = Object.fromEntries(Object.entries(EXPECTED).map(([name, list]) => [name, list.toSorted()]));
      expect(allowed).toEqual(sorted);
    });

    it("and does so by the roles' own policies: no grant hides behind a resource's refusal", async () => {
      // KMS alone answers to nobody without its key's policy.
      const bare = Object.fromEntries(
        Object.entries(on).map(([name, { arn, ...rest }]) => [name, name.endsWith("Key") ? { arn, ...rest } : { arn }]),
      ) as unknown as Targets;
      for (const [name, principal] of roles) expect(await everything(principal, bare, PUT), name).toEqual(EXPECTED[name]?.toSorted());
    });

    it("names no wildcard in an action, and no wildcard resource but where AWS knows none", () => {
      for (const [name, { policies }] of roles) {
        for (const { policy } of policies) {
          for (const { Action, Resource } of (policy as PolicyDocument).Statement) {
            expect(Action, name).not.toEqual(expect.arrayContaining([expect.stringContaining("*")]));
            if ([Resource].flat().includes("*"))
              expect(
                [...Action].every((action) => /^(xray|codedeploy|servicecatalog):|^ecs:DescribeTaskDefinition$/.test(action)),
                name,
              ).toBe(true);
          }
        }
      }
    });

    describe("would notice", () => {
      const grant = (principal: Principal, action: string, target: Target): Principal => ({
        ...principal,
        policies: [
          ...principal.policies,
          { name: "mutation", policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: target.arn }] } },
        ],
      });
      const without = (target: { arn: string; policy: PolicyDocument }, sid: string): Target => {
        const Statement = target.policy.Statement.filter(({ Sid }) => Sid !== sid);
        expect(Statement).toHaveLength(target.policy.Statement.length - 1);
        return { ...target, policy: { ...target.policy, Statement } };
      };

      it("a role that gains an action", async () => {
        const mutant = grant(role("ProjectRole"), "dynamodb:DeleteItem", on.models);
        expect(await everything(mutant, on, PUT)).toContain("models dynamodb:DeleteItem");
        expect(EXPECTED["ProjectRole"]).not.toContain("models dynamodb:DeleteItem");
      });

      it("that the table's policy, and nothing else, stops a role with PutItem", async () => {
        const mutant = grant(role("IngestRole"), "dynamodb:PutItem", on.ledger);
        expect(await may(mutant, "dynamodb:PutItem", on.ledger)).toBe(false);
        expect(await may(mutant, "dynamodb:PutItem", without(on.ledger, "NobodyChangesAnEntry"))).toBe(true);
      });

      it("that the table's policy, and nothing else, stops another role's insert", async () => {
        const mutant = grant(role("ApiRole"), "dynamodb:PartiQLInsert", on.ledger);
        expect(await may(mutant, "dynamodb:PartiQLInsert", on.ledger)).toBe(false);
        expect(await may(mutant, "dynamodb:PartiQLInsert", without(on.ledger, "OnlyWritersInsert"))).toBe(true);
      });

      it("that the bucket's policy, and nothing else, stops a deletion and a bypass", async () => {
        for (const action of OBJECT_LOSSES) {
          const mutant = grant(role("SealRole"), action, on.evidence);
          expect(await may(mutant, action, on.evidence)).toBe(false);
          expect(await may(mutant, action, { ...without(on.archive, "NobodyBypassesOrDeletes"), arn: on.evidence.arn })).toBe(true);
        }
      });

      it("that the log's own policies, and nothing else, stop another role's writes", async () => {
        const writes: readonly (readonly [string, { arn: string; policy: PolicyDocument }, string, string])[] = [
          ["dynamodb:PutItem", on.log, on.log.arn, "OnlyTheSequencerWrites"],
          ["s3:DeleteObject", on.logBucket, on.checkpoint.arn, "OnlyTheSequencerWrites"],
          ["s3:PutObject", on.archive, on.fullTile.arn, "OnlyTheSequencerWritesTheLog"],
          ["s3:PutObject", on.archive, on.evidence.arn, "OnlySealersWriteEvidence"],
        ];
        for (const [action, owner, arn, sid] of writes) {
          const mutant = grant(role("ApiRole"), action, { arn });
          expect(await may(mutant, action, { ...owner, arn }, PUT)).toBe(false);
          expect(await may(mutant, action, { ...without(owner, sid), arn }, PUT)).toBe(true);
        }
      });

      it("that the keys' policies, and nothing else, stop another role's signature, and another way to sign", async () => {
        const good = GOOD_SIGNATURES["noteKey"] ?? {};
        const seal = grant(role("SealRole"), "kms:Sign", on.noteKey);
        expect(await may(seal, "kms:Sign", on.noteKey, good)).toBe(false);
        expect(await may(seal, "kms:Sign", without(on.noteKey, "OnlyTheSignersSign"), good)).toBe(true);
        const sequence = grant(role("SequenceRole"), "kms:Sign", on.noteKey);
        for (const [key, value, sid] of [
          ["kms:SigningAlgorithm", "ED25519_PH_SHA_512", "NobodySignsOtherwise"],
          ["kms:MessageType", "DIGEST", "NobodySignsAnotherForm"],
        ] as const) {
          expect(await may(sequence, "kms:Sign", on.noteKey, { ...good, [key]: value })).toBe(false);
          expect(await may(sequence, "kms:Sign", without(on.noteKey, sid), { ...good, [key]: value })).toBe(true);
        }
      });

      it("that the bus's policy, and nothing else, stops another role's events", async () => {
        const mutant = grant(role("LinkRole"), "events:PutEvents", on.bus);
        expect(await may(mutant, "events:PutEvents", on.bus)).toBe(false);
        expect(await may(mutant, "events:PutEvents", without(on.bus, "NobodyElsePuts"))).toBe(true);
      });
    });
  });
}
