import { formatTrust, parseNote } from "@change-ledger/log";
import { type DrillCase, type DrillClass, same } from "../case.ts";
import { FOREIGN_SIGNER, NOTE_SIGNERS, ORIGIN } from "../keys.ts";
import { hourPath } from "../mirror.ts";
import { fileOf, headOf, leavesOf, relog, signAsCurrent, signHour } from "../operator.ts";

const KEYS: readonly DrillCase[] = [
  {
    name: "key-retired",
    operator: "signs the checkpoint with the key that was retired",
    tamper: async ({ kept }) => {
      await signAsCurrent(kept, fileOf(kept, "checkpoint"), [NOTE_SIGNERS.old]);
      return same({ check: "retired-key", file: "checkpoint" });
    },
  },
  {
    name: "key-retired-hour",
    operator: "signs an hour again with the key that was retired before",
    tamper: async (world) => {
      const hour = "2026-11-03T05";
      const note = fileOf(world.kept, hourPath(hour));
      await signHour(world.kept, hour, headOf(note), [NOTE_SIGNERS.old]);
      return same({ check: "retired-key", file: hourPath(hour) });
    },
  },
  {
    name: "key-foreign",
    operator: "signs the checkpoint with a key that is nobody's",
    tamper: async ({ kept }) => {
      await signAsCurrent(kept, fileOf(kept, "checkpoint"), [FOREIGN_SIGNER]);
      return same({ check: "not-signed", file: "checkpoint" });
    },
  },
  {
    name: "key-foreign-trust",
    operator: "signs everything with a new key, and puts that key into the trust file that the log shows",
    tamper: async (world) => {
      await relog(world.kept, leavesOf(world), { signers: [FOREIGN_SIGNER] });
      world.kept.log.set(
        "trust.json",
        formatTrust({ origin: ORIGIN, noteKeys: [{ key: FOREIGN_SIGNER.key, from: "2026-11-01T00:00:00Z" }], envelopeKeys: [] }),
      );
      return same({ check: "not-signed", file: "checkpoint" });
    },
  },
  {
    name: "key-id-taken",
    operator: "signs with another key under a trusted key's name and id",
    tamper: async ({ kept }) => {
      const { text } = parseNote(fileOf(kept, "checkpoint"));
      const { key } = NOTE_SIGNERS.present;
      const signature = Buffer.concat([Buffer.from(key.id, "hex"), await FOREIGN_SIGNER.sign(Buffer.from(text))]);
      kept.log.set("checkpoint", Buffer.from(`${text}\n— ${key.name} ${signature.toString("base64")}\n`));
      return same({ check: "signature", file: "checkpoint" });
    },
  },
  {
    name: "checkpoint-text",
    operator: "states another root hash above the signature that there was",
    tamper: ({ kept }) => {
      const lines = Buffer.from(fileOf(kept, "checkpoint")).toString("utf8").split("\n");
      kept.log.set("checkpoint", Buffer.from([lines[0], lines[1], Buffer.alloc(32, 7).toString("base64"), ...lines.slice(3)].join("\n")));
      return same({ check: "signature", file: "checkpoint" });
    },
  },
  {
    name: "origin",
    operator: "serves the checkpoint of another log",
    tamper: async ({ kept }) => {
      await signAsCurrent(kept, fileOf(kept, "checkpoint"), [NOTE_SIGNERS.present], "ledger.example/other");
      return same({ check: "wrong-origin", file: "checkpoint" });
    },
  },
  {
    name: "checkpoint-form",
    operator: "serves a checkpoint that programs read differently: a size with a zero before it",
    tamper: ({ kept }) => {
      const lines = Buffer.from(fileOf(kept, "checkpoint")).toString("utf8").split("\n");
      kept.log.set("checkpoint", Buffer.from([lines[0], `0${lines[1]}`, ...lines.slice(2)].join("\n")));
      return { ours: [{ check: "checkpoint", file: "checkpoint" }] };
    },
  },
];

export const SIGNATURE_CASES: DrillClass = { title: "Keys and signatures", cases: KEYS };
