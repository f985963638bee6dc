import { createHash } from "node:crypto";
import { verify } from "@change-ledger/cli";
import { readBundle } from "@change-ledger/evidence";
import { isFinding } from "./case.ts";
import * as bundles from "./cases/bundles.ts";
import * as chains from "./cases/chains.ts";
import * as entries from "./cases/entries.ts";
import * as log from "./cases/log.ts";
import { honestWorld } from "./world.ts";
export async function run(world, slots) {
  const hours = () =>
    [...world.kept.log.keys()]
      .flatMap((p) => {
        const m = /^hours\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)$/.exec(p);
        return m ? [`${m[1]}-${m[2]}-${m[3]}T${m[4]}`] : [];
      })
      .sort();
  const all = Buffer.concat(world.kept.ledger.flatMap((l) => [l, Buffer.from("\n")]));
  const inputs = {
    trust: world.held.trust,
    now: world.held.now,
    checkpoints: world.held.checkpoints,
    allBundles: true,
    tableSlots: slots,
    log: { read: (p) => world.kept.log.get(p), hours, tiles: () => [...world.kept.log.keys()].filter((p) => p.startsWith("tile/")) },
    ledger: {
      name: "ledger.jsonl",
      open() {
        let at = 0;
        return {
          read(into) {
            const n = Math.min(into.length, all.length - at);
            into.set(all.subarray(at, at + n));
            at += n;
            return n;
          },
          close() {},
        };
      },
    },
    bundles: [...world.kept.bundles].map(([key, bytes]) => ({
      name: key,
      zip: { key, sha256: createHash("sha256").update(bytes).digest("hex") },
      files: () => readBundle(bytes).files,
    })),
  };
  const faults = [];
  const g = verify(inputs);
  let r;
  while (!(r = await g.next()).done) faults.push(r.value);
  return { faults, summary: r.value };
}
const w = await honestWorld();
console.log("honest", JSON.stringify(await run(w), null, 1).slice(0, 1500));
const copy = (w) => ({ ...w, kept: { log: new Map(w.kept.log), ledger: [...w.kept.ledger], bundles: new Map(w.kept.bundles) } });
let bad = 0,
  n = 0;
for (const m of [entries, chains, log, bundles])
  for (const v of Object.values(m)) {
    const classes = Array.isArray(v) ? v : [v];
    for (const c of classes) {
      if (!c?.cases) continue;
      for (const k of c.cases) {
        n++;
        const world = copy(w);
        let expected;
        try {
          expected = (await k.tamper(world)).ours;
        } catch (e) {
          console.log("TAMPER", k.name, e.message);
          continue;
        }
        const { faults } = await run(world, 16).catch((e) => ({ faults: [{ check: "threw " + e.stack }] }));
        const missing = expected.filter((f) => !faults.some((x) => isFinding(x, f)));
        if (missing.length || !faults.length) {
          bad++;
          console.log(
            "MISS",
            k.name,
            JSON.stringify(missing),
            "\n   got",
            faults.length,
            faults
              .slice(0, 4)
              .map((f) => JSON.stringify(f))
              .join("\n       "),
          );
        }
      }
    }
  }
console.log(n, "cases", bad, "bad");
