import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, KMSServiceException, SignCommand, type SignCommandInput } from "@aws-sdk/client-kms";
import { isSignedBy, readEnvelopeKey, signCheckpoint } from "@change-ledger/log";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { kmsEnvelopeSigner, kmsNoteSigner } from "../../packages/aws/kms-signers.ts";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";

/** A client, and ids of keys of the specs ECC_NIST_EDWARDS25519 and ECC_NIST_P256. */
export interface KmsKeys {
  readonly client: KMSClient;
  readonly note: string;
  readonly envelope: string;
}

/** KMS as signing uses it, and the signers over it. */
export function kmsContract(name: string, start: StartEngine<KmsKeys>): void {
  describe(`KMS: ${name}`, () => {
    let engine: Engine<KmsKeys> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    }, 960_000);
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    function keys(context: TestContext) {
      const { client, note, envelope } = clientsFor(engine, context);
      const publicKey = async (KeyId: string): Promise<KeyObject> => {
        const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }));
        return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
      };
      const sign = async (input: SignCommandInput) => (await client.send(new SignCommand(input))).Signature ?? new Uint8Array();
      return { client, note, envelope, publicKey, sign };
    }

    it("tells public keys and what they are for", async (context) => {
      const { client, note, envelope, publicKey } = keys(context);
      expect((await publicKey(note)).asymmetricKeyType).toBe("ed25519");
      expect((await publicKey(envelope)).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
      const of = (KeyId: string) => client.send(new GetPublicKeyCommand({ KeyId }));
      expect((await of(note)).SigningAlgorithms).toContain("ED25519_SHA_512");
      expect(await of(envelope)).toMatchObject({ KeyUsage: "SIGN_VERIFY", SigningAlgorithms: ["ECDSA_SHA_256"] });
    });

    it("signs raw messages with Ed25519, the same one always the same", async (context) => {
      const { note, publicKey, sign } = keys(context);
      const Message = randomBytes(4096);
      const input = { KeyId: note, Message, MessageType: "RAW", SigningAlgorithm: "ED25519_SHA_512" } as const;
      const signature = await sign(input);
      expect(verify(null, Message, await publicKey(note), signature)).toBe(true);
      expect(Buffer.compare(await sign(input), signature)).toBe(0);
    });

    it("signs raw messages with P-256", async (context) => {
      const { envelope, publicKey, sign } = keys(context);
      const Message = randomBytes(4096);
      const raw = await sign({ KeyId: envelope, Message, MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" });
      expect(verify("sha256", Message, await publicKey(envelope), raw)).toBe(true);
    });

    it("signs digests with P-256", async (context) => {
      const { envelope, publicKey, sign } = keys(context);
      for (let n = 0; n < 16; n++) {
        const long = randomBytes(5000 + n);
        const digest = createHash("sha256").update(long).digest();
        const signature = await sign({ KeyId: envelope, Message: digest, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" });
        expect(verify("sha256", long, await publicKey(envelope), signature)).toBe(true);
      }
    });

    const refusal = async (call: Promise<unknown>): Promise<string> => {
      try {
        await call;
      } catch (error) {
        if (error instanceof KMSServiceException) return error.name;
        throw error;
      }
      return "taken";
    };

    it("refuses a message that is too long", async (context) => {
      const { envelope, sign } = keys(context);
      const Message = randomBytes(4097);
      expect(await refusal(sign({ KeyId: envelope, Message, MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" }))).toBe(
        "ValidationException",
      );
    });

    it("refuses a digest that is none", async (context) => {
      const { envelope, sign } = keys(context);
      const Message = randomBytes(20);
      expect(await refusal(sign({ KeyId: envelope, Message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" }))).toBe(
        "ValidationException",
      );
    });

    it("refuses an algorithm that is another key's", async (context) => {
      const { note, envelope, sign } = keys(context);
      const Message = randomBytes(32);
      expect(await refusal(sign({ KeyId: envelope, Message, SigningAlgorithm: "ED25519_SHA_512" }))).not.toBe("taken");
      expect(await refusal(sign({ KeyId: note, Message, SigningAlgorithm: "ECDSA_SHA_256" }))).not.toBe("taken");
    });

    it("knows no other key", async (context) => {
      const { client } = keys(context);
      const KeyId = "00000000-0000-4000-8000-000000000000";
      expect(await refusal(client.send(new GetPublicKeyCommand({ KeyId })))).toBe("NotFoundException");
    });

    it("gives a signer of notes whose checkpoints open with the key that it shows", async (context) => {
      const { client, note } = keys(context);
      const signer = await kmsNoteSigner(client, note, "ledger.example/acme");
      expect(signer.key.name).toBe("ledger.example/acme");
      const checkpoint = { origin: "ledger.example/acme", size: 1, root: randomBytes(32), extensions: [] };
      await expect(signCheckpoint(checkpoint, [signer])).resolves.toBeInstanceOf(Uint8Array);
      const message = randomBytes(200);
      expect(isSignedBy(signer.key, message, await signer.sign(message))).toBe(true);
    });

    const signs = async (context: TestContext, lengths: readonly number[]) => {
      const { client, envelope } = keys(context);
      const signer = await kmsEnvelopeSigner(client, envelope);
      expect(readEnvelopeKey(signer.publicKeyPem)).toEqual({ id: signer.keyId, pem: signer.publicKeyPem });
      for (const length of lengths) {
        const message = randomBytes(length);
        expect(verify("sha256", message, signer.publicKeyPem, await signer.sign(message))).toBe(true);
      }
    };
    it("gives a signer of envelopes", async (context) => {
      await signs(context, [1, 4096]);
    });
    it("gives a signer of envelopes, also for what is longer than KMS takes", async (context) => {
      await signs(context, [4097, 100_000]);
    });

    it("makes no signer of a key that is for something else", async (context) => {
      const { client, note, envelope } = keys(context);
      await expect(kmsNoteSigner(client, envelope, "a")).rejects.toMatchObject({ code: "not-configured" });
      await expect(kmsEnvelopeSigner(client, note)).rejects.toMatchObject({ code: "not-configured" });
    });
  });
}
