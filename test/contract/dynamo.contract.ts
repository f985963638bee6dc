import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { dynamoChains } from "../../packages/aws/dynamo-chains.ts";
import { dynamoLinks } from "../../packages/aws/dynamo-links.ts";
import { dynamoModels } from "../../packages/aws/dynamo-models.ts";
import { createTables } from "../../packages/local/dynamodb.ts";
import { tableName } from "../../packages/local/names.ts";
import { appendContract } from "./append.contract.ts";
import { capacityContract } from "./capacity.contract.ts";
import { chainsContract } from "./chains.contract.ts";
import type { EngineAt } from "./dynamodb-local.ts";
import { clientOptions, type StartEngine } from "./engine.ts";
import { linksContract } from "./links.contract.ts";
import { modelsContract } from "./models.contract.ts";

/** The ports' contracts over the adapters of `packages/aws`, on one DynamoDB engine with the tables of the definitions. */
export function dynamoContract(
  name: string,
  start: () => Promise<EngineAt | string>,
  differs: Readonly<Record<string, string>> = {},
): void {
  describe(name, () => {
    let engine: EngineAt | string;
    const clients: DynamoDBClient[] = [];
    const client = () => {
      if (typeof engine === "string") throw new Error("expected an engine that runs");
      const made = new DynamoDBClient(clientOptions(engine.endpoint));
      clients.push(made);
      return made;
    };
    beforeAll(async () => {
      engine = await start();
      if (typeof engine !== "string") await createTables(engine.endpoint);
    });
    afterAll(async () => {
      for (const made of clients) made.destroy();
      if (typeof engine === "object") await engine.close();
    });
    const over =
      <T>(open: () => T): StartEngine<T> =>
      async () =>
        typeof engine === "string" ? engine : { clients: open(), differs, close: async () => {} };
    const ledger = { table: tableName("ledger") };
    const models = { table: tableName("models") };

    chainsContract(
      name,
      over(() => () => dynamoChains({ ...ledger, client: client() })),
    );
    appendContract(
      name,
      over(() => () => dynamoChains({ ...ledger, client: client() })),
    );
    linksContract(
      name,
      over(() => () => dynamoLinks({ ...models, client: client() })),
    );
    modelsContract(
      name,
      over(() => () => dynamoModels({ ...models, client: client() })),
    );
    capacityContract(name, over(client));
  });
}
