import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { clientOptions } from "../contract/engine.ts";
import { kmsContract } from "../contract/kms.contract.ts";
import { startMoto } from "./moto.ts";

const NO_ED25519 = "it knows no keys of the spec ECC_NIST_EDWARDS25519";
const HASHED_AGAIN = "a digest is hashed like a message";

kmsContract("moto", async () => {
  const server = await startMoto();
  if (typeof server === "string") return server;
  const client = new KMSClient(clientOptions(server.url));
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }));
  return {
    clients: { client, note: "", envelope: KeyMetadata?.KeyId ?? "" },
    differs: {
      "tells public keys and what they are for": NO_ED25519,
      "signs raw messages with Ed25519, the same one always the same": NO_ED25519,
      "signs digests with P-256": HASHED_AGAIN,
      "gives a signer of envelopes, also for what is longer than KMS takes": HASHED_AGAIN,
      "refuses a message that is too long": "it is taken",
      "refuses a digest that is none": "it is taken",
      "refuses an algorithm that is another key's": NO_ED25519,
      "gives a signer of notes whose checkpoints open with the key that it shows": NO_ED25519,
      "makes no signer of a key that is for something else": NO_ED25519,
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
});
