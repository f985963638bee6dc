/** DynamoDB's limit of a BatchExecuteStatement. */
export const STATEMENTS_MAX = 25;

/** INSERT of a key that is held: AWS's batch code, its exception, and the name that DynamoDB Local and dynoxide give them. */
export const DUPLICATE: ReadonlySet<string> = new Set(["DuplicateItem", "DuplicateItemException"]);
