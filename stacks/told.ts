/** Detail types, of the source `change-ledger`, under which the ledger tells others on our bus. Nothing of it is taken in again. */
export const TOLD_SOURCE = "change-ledger";
export const TOLD_DETAIL_TYPES = ["Finding opened", "Finding resolved", "Retrospective review due", "Deployment failed"] as const;
/** The same, of the ledger itself: the function that looks after it says so. */
export const HEALTH_DETAIL_TYPES = ["Checkpoint late", "Checkpoint caught up"] as const;
