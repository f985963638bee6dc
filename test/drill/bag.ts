import { attest, parseAttestation } from "../../packages/evidence/attestation.ts";
import { contentDigestOf, manifestOf } from "../../packages/evidence/bag.ts";
import { type EnvelopeSigner, readBundle } from "../../packages/evidence/index.ts";
import type { BundlePredicate } from "../../packages/evidence/statement.ts";
import { writeZip } from "../../packages/evidence/zip.ts";
import { ENVELOPE_SIGNER } from "./keys.ts";
import type { World } from "./world.ts";

const MANIFEST = "manifest-sha256.txt";
const TAG_MANIFEST = "tagmanifest-sha256.txt";
const ATTESTATION = "attestation.sigstore.json";

/** A bundle taken apart, to be put together again. */
export class Bag {
  readonly key: string;
  readonly files: Map<string, Uint8Array>;
  readonly #world: World;
  readonly #folder: string;

  constructor(world: World, key: string) {
    const bytes = world.kept.bundles.get(key);
    if (bytes === undefined) throw new Error(`no bundle ${key}`);
    const { folder, files } = readBundle(bytes);
    this.key = key;
    this.files = files;
    this.#world = world;
    this.#folder = folder;
  }

  text(path: string): string {
    return Buffer.from(this.bytes(path)).toString("utf8");
  }

  bytes(path: string): Uint8Array {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new Error(`no ${path}`);
    return bytes;
  }

  /** The raw records, in order of path. */
  raw(): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith("data/raw/")).sort();
  }

  /** The proofs, in order of path. */
  proofs(): string[] {
    return [...this.files.keys()].filter((path) => path.endsWith(".tlog-proof")).sort();
  }

  /** Writes both manifests and the sums in bag-info.txt anew. */
  remakeManifests(): this {
    const payload = [...this.files].filter(([path]) => path.startsWith("data/"));
    const octets = payload.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    this.files.set(
      "bag-info.txt",
      Buffer.from(this.text("bag-info.txt").replace(/^Payload-Oxum: .*$/m, `Payload-Oxum: ${octets}.${payload.length}`)),
    );
    this.files.set(MANIFEST, manifestOf(new Map(payload)));
    const tags = [...this.files].filter(([path]) => !path.startsWith("data/") && path !== TAG_MANIFEST && path !== ATTESTATION);
    this.files.set(TAG_MANIFEST, manifestOf(new Map(tags)));
    return this;
  }

  /** What its attestation says. */
  predicate(): BundlePredicate {
    const { predecessor, ...rest } = parseAttestation(this.bytes(ATTESTATION)).statement.predicate;
    return { ...rest, ...(predecessor === undefined ? {} : { predecessor }) };
  }

  /** Signs the statement over the tag manifest anew. */
  async attestAnew(signer: EnvelopeSigner = ENVELOPE_SIGNER, over: Partial<BundlePredicate> = {}): Promise<this> {
    const said = { ...this.predicate(), contentDigest: contentDigestOf(this.bytes(MANIFEST)), ...over };
    this.files.set(ATTESTATION, await attest(this.bytes(TAG_MANIFEST), said, signer));
    return this;
  }

  /** Puts it where it was. */
  store(): void {
    this.#world.kept.bundles.set(this.key, writeZip(new Map([...this.files].map(([path, bytes]) => [`${this.#folder}/${path}`, bytes]))));
  }
}
