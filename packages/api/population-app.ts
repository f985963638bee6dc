import { certificateRoutes } from "./certificates.ts";
import { framed } from "./frame.ts";
import { populationRoutes } from "./population.ts";
import type { PopulationPorts } from "./ports.ts";
import { type Api, refuseOtherMethods } from "./route.ts";
import { sampleRoutes } from "./samples.ts";

/** Populations, certificates and samples: a part of the API that is a function of its own, since what it works out takes longer and loads more. */
export function createPopulationApi(ports: PopulationPorts): Api {
  const app = framed(ports);
  refuseOtherMethods(app, [...populationRoutes(app, ports), ...certificateRoutes(app, ports), ...sampleRoutes(app, ports)]);
  return app;
}
