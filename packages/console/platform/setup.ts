/** What has to be there before any package is loaded: to be imported first. */
import { config } from "zod/v4/core";
import { browserBuffer } from "./buffer.ts";

// The content policy lets nobody make code out of text, which zod else tries.
config({ jitless: true });
Object.assign(globalThis, { Buffer: browserBuffer });
