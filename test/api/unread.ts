import type { ApiPorts } from "@change-ledger/api";
import { Configurations, readOfferedValue } from "@change-ledger/evidence";

const unread = () => Promise.reject(new Error("nothing of the ledger is read"));

/** Ports for who asks the API about itself: nothing but the trust file can be read. */
export const UNREAD_PORTS: ApiPorts = {
  models: { get: unread, places: unread, scopes: unread },
  chains: { read: unread, tail: unread },
  plans: { getPlan: unread, getPlans: unread },
  log: { published: unread, read: unread, hours: unread, hour: unread, trust: async () => Buffer.from("{}") },
  places: { runs: unread },
  health: { get: unread },
  ledger: { page: unread },
  judging: {
    store: { read: unread, tail: unread, insert: unread, markers: unread, mark: unread },
    links: { getMany: unread, latestBefore: unread },
    configurations: new Configurations({ store: { read: unread }, raw: { members: unread }, read: readOfferedValue }),
    now: () => "2023-02-05T04:00:00.000Z",
  },
  audit: { put: unread },
  principals: [],
  raw: { members: unread },
  links: { bundle: unread, tile: unread },
  onFault: () => {},
};
