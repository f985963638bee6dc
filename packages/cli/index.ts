export { TreeLevels } from "./verify/tree-levels.ts";
export { tileRoot } from "./wasm/node-hash.ts";
