import { assemble } from "./assemble.ts";

/** Of WebAssembly's JavaScript interface what is used here; the types of Node leave it out. */
interface Interface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

export interface Memory {
  /** Another one after `grow`. */
  readonly buffer: ArrayBuffer;
  /** @param pages of 65,536 bytes, to be added */
  grow(pages: number): number;
}

/** A maker of instances, each with a memory of its own, of the module that `source` writes down; `Exports` is what that exports. */
export function compile<Exports>(source: string): () => Exports {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Interface }).WebAssembly;
  const module = new Module(assemble(source));
  return () => new Instance(module).exports as Exports;
}
