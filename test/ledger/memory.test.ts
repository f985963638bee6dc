import { appendContract } from "../contract/append.contract.ts";
import { chainsContract } from "../contract/chains.contract.ts";
import { linksContract } from "../contract/links.contract.ts";
import { MemoryChains, MemoryLinks } from "./memory.ts";

const close = async () => {};
const chains = async () => {
  const store = new MemoryChains();
  return { clients: () => store, close };
};

chainsContract("memory", chains);
appendContract("memory", chains);
linksContract("memory", async () => {
  const store = new MemoryLinks();
  return { clients: () => store, close };
});
