import { type LookupWork, project } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { expect, it } from "vitest";
import { chainOf, type Told } from "../query/chain.ts";
import { MemoryLinks } from "./memory.ts";

it("asks CodeDeploy and ECS about their own deployments, at their beginning and end, and about no other system's", async () => {
  const asked: LookupWork[] = [];
  const silent = { send: async () => {} };
  const states = ["InProgress", "Succeeded"].map(
    (state, at): Told => ({
      kind: "deployment-state",
      at: `2026-03-02T10:0${at}:00.000Z`,
      id: state,
      facts: { application: "shop", group: "blue", state: state as "InProgress" },
    }),
  );
  const subjects: Subject[] = [
    "deployment:codedeploy/1/eu-west-1/d-1",
    "deployment:ecs/1/eu-west-1/blue/shop/7",
    "deployment:github/acme/cargo/7",
  ];
  const ports = {
    links: new MemoryLinks(),
    direct: { put: async () => {}, drop: async () => {} },
    tracked: () => true,
    fold: async () => {},
    lookup: { send: async (work: readonly LookupWork[]) => void asked.push(...work) },
    link: silent,
    assess: silent,
    bus: { put: async () => {} },
    seal: silent,
    now: () => "2026-11-21T00:00:00.000Z",
    asksGithub: true,
  };
  await project(
    ports,
    subjects.flatMap((subject) => chainOf(subject, states)),
  );
  expect(asked).toEqual(subjects.slice(0, 2).map((deployment) => ({ ask: "deployment", deployment })));
});
