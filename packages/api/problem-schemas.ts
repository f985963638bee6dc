import * as z from "zod";
import { SCHEMAS } from "./schemas.ts";

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), rule: z.string() })).optional(),
  })
  .meta({ description: "Problem details (RFC 9457)" })
  .register(SCHEMAS, { id: "Problem" });

export const gatewayMessageSchema = z
  .object({ message: z.string() })
  .meta({ description: "What API Gateway says in our place" })
  .register(SCHEMAS, { id: "GatewayMessage" });
