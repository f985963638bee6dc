import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";

/** Told of each call's consumed capacity: table, operation, DynamoDB request units (secondary indexes included). Must not throw. */
export type Meter = (table: string, operation: string, readUnits: number, writeUnits: number) => void;

/** Counts nothing. */
export const unmetered: Meter = () => {};

/** Reports what DynamoDB says it consumed. `mode`: which kind of units the operation consumes. */
export function meterCapacity(
  meter: Meter,
  operation: string,
  mode: "read" | "write",
  consumed: ConsumedCapacity | readonly ConsumedCapacity[] | undefined,
): void {
  const all: readonly ConsumedCapacity[] = consumed === undefined ? [] : "length" in consumed ? consumed : [consumed];
  for (const { TableName, CapacityUnits } of all) {
    if (TableName === undefined || CapacityUnits === undefined) continue;
    if (mode === "read") meter(TableName, operation, CapacityUnits, 0);
    else meter(TableName, operation, 0, CapacityUnits);
  }
}
