import { CHI } from "./chi.ts";
import type { Control } from "./control.ts";
import { HIPAA } from "./hipaa.ts";
import { HITRUST } from "./hitrust.ts";
import { ISO27001 } from "./iso27001.ts";
import { SOC2 } from "./soc2.ts";

/** Every control that the catalogue knows, those that the ledger cannot speak to included. */
export const CONTROLS: readonly Control[] = [...SOC2, ...HITRUST, ...HIPAA, ...ISO27001, ...CHI];
