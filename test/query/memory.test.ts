import { modelsContract } from "../contract/models.contract.ts";
import { MemoryModels } from "./memory.ts";

modelsContract("memory", async () => {
  const store = new MemoryModels();
  return { clients: () => store, close: async () => {} };
});
