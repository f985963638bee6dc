import { logContract } from "../contract/log.contract.ts";
import { MemoryLock, MemoryPlaces, MemoryStore } from "./memory-log.ts";

logContract("memory", async () => ({
  clients: async () => {
    const adapters = { lock: new MemoryLock(), places: new MemoryPlaces(), store: new MemoryStore() };
    return () => adapters;
  },
  close: async () => {},
}));
